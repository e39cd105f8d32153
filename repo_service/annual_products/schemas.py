"""The JSON and the form of annual products and duties."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.annual_products import board
from repo_service.annual_products.duty import Duty
from repo_service.annual_products.models import AnnualProduct
from repo_service.core.i18n import _l

_TEXT = {"invalid": _l("Ô này cần một dòng chữ."), "null": _l("Ô này cần một dòng chữ.")}


class ChoiceSchema(Schema):
    """What the lead says when choosing; empty fields are answered by the service, one sentence each."""

    class Meta:
        unknown = EXCLUDE

    school_year = fields.String(load_default="", error_messages=_TEXT)
    resource = fields.String(load_default="", error_messages=_TEXT)
    local_fit = fields.String(load_default="", error_messages=_TEXT)
    use = fields.String(load_default="", error_messages=_TEXT)
    carry_over_note = fields.String(load_default="", error_messages=_TEXT)


class CheckSchema(Schema):
    """Reading every byte again: "" (never), waiting, clean or damaged, and which files are damaged."""

    state = fields.String()
    finished_at = fields.DateTime(allow_none=True)
    findings = fields.List(fields.Dict())


class ProductSchema(Schema):
    """A product as it goes out: chosen, published (locked) or withdrawn; the manifest once it is locked."""

    id = fields.String()
    cluster = fields.String()
    school_year = fields.String()
    resource = fields.String()
    state = fields.String()
    local_fit = fields.String()
    use = fields.String()
    carry_over_note = fields.String()
    chosen_at = fields.DateTime()
    published_at = fields.DateTime(allow_none=True)
    manifest = fields.Dict(allow_none=True)
    manifest_sha256 = fields.String(allow_none=True)
    check = fields.Nested(CheckSchema)


class DutySchema(Schema):
    """One cluster's duty of the year; `state` as in duty.py."""

    cluster = fields.String()
    cluster_name = fields.String()
    school_year = fields.String()
    state = fields.String()
    met = fields.Boolean()
    sentence = fields.String()
    reason = fields.String()
    resource = fields.String(allow_none=True)
    product = fields.String(allow_none=True)
    approvals = fields.Integer()
    required = fields.Integer()
    deadline = fields.Date()
    days_left = fields.Integer()
    leads = fields.List(fields.String())


class DutyListSchema(Schema):
    """Every duty that the caller may see, in the order of the alphabet."""

    school_year = fields.String()
    items = fields.List(fields.Nested(DutySchema))


def product_body(product: AnnualProduct) -> dict[str, Any]:
    """A product in the form of ProductSchema."""
    locked = product.manifest_sha256 is not None
    return {
        "id": product.id, "cluster": product.cluster_id, "school_year": product.school_year,
        "resource": product.resource_id,
        "state": product.state, "local_fit": product.local_fit, "use": product.use,
        "carry_over_note": product.carry_over_note,
        "chosen_at": product.chosen_at, "published_at": product.published_at,
        "manifest": product.manifest if locked else None,
        "manifest_sha256": product.manifest_sha256,
        "check": {
            "state": product.check_state, "finished_at": product.check_finished_at,
            "findings": product.check_findings,
        },
    }  # fmt: skip


def duty_body(duty: Duty) -> dict[str, Any]:
    """A duty in the form of DutySchema."""
    return {
        "cluster": duty.cluster.id, "cluster_name": duty.cluster.name, "school_year": duty.school_year,
        "state": duty.state, "met": duty.is_met,
        "sentence": board.sentence(duty), "reason": board.reason(duty),
        "resource": duty.chosen.resource.id if duty.chosen else None,
        "product": duty.chosen.product.id if duty.chosen else None, "approvals": duty.approvals,
        "required": duty.required,
        "deadline": duty.deadline, "days_left": duty.days_left, "leads": [lead.name for lead in duty.leads],
    }  # fmt: skip
