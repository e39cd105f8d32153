"""What may be sent about curation rounds, by form or JSON; what goes out is in representation.py."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, fields, validate

from repo_service.core.i18n import _l
from repo_service.curation.service import Plan
from repo_service.curation.works.scope import Scope
from repo_service.resources.schemas import CleanText, Codes, text

_SHAPE = {"unknown": _l("Không có ô này."), "type": _l("Gửi một đối tượng JSON.")}
_DAY = {
    "invalid": _l("Ghi ngày như 2026-11-30."),
    "required": _l("Chọn ngày hẹn xong."),
    "null": _l("Chọn ngày hẹn xong."),
}
_MONTHS = _l("Ghi số tháng từ 1 đến 240, hoặc để trống.")
_WORDS = {"invalid": _l("Ô này cần một dòng chữ."), "null": _l("Ô này cần một dòng chữ.")}
_LIST = {"invalid": _l("Ô này cần một danh sách mã."), "null": _l("Ô này cần một danh sách mã.")}


class CurationArrangementSchema(CleanText):
    """Name, date and curators of a round."""

    class Meta:
        """Unknown names are refused."""

        unknown = RAISE

    error_messages = _SHAPE
    title = text(200, required=True)
    due_on = fields.Date(required=True, error_messages=_DAY)
    curators = fields.List(
        fields.String(error_messages=_WORDS), load_default=list, error_messages=_LIST,
        metadata={"description": "accounts asked by name; empty: whoever curates for the cluster"},
    )  # fmt: skip


class PlanSchema(CurationArrangementSchema):
    """A new round: its scope too. What is left out narrows nothing."""

    types = Codes("resource_types")
    subjects = Codes("subjects", most=60)
    levels = Codes("levels")
    older_than_months = fields.Integer(
        allow_none=True, load_default=None, validate=validate.Range(1, 240, error=_MONTHS),
        error_messages={"invalid": _MONTHS},
    )  # fmt: skip
    never_reviewed = fields.Boolean(load_default=False)
    only_due = fields.Boolean(load_default=False, metadata={"description": "due by the round's own date"})


class CurationOpeningSchema(PlanSchema):
    """A new round over the API: of which cluster."""

    cluster = text(16, required=True)


def plan_of(values: dict[str, Any], scope: Scope | None = None) -> Plan:
    """Loaded values as the services take them; a round that stands keeps its `scope`."""
    known = scope or Scope(
        types=tuple(values.get("types") or ()), subjects=tuple(values.get("subjects") or ()),
        levels=tuple(values.get("levels") or ()), older_than_months=values.get("older_than_months"),
        never_reviewed=bool(values.get("never_reviewed")), only_due=bool(values.get("only_due")),
    )  # fmt: skip
    return Plan(values["title"], values["due_on"], known, values.get("curators") or ())


class CurationVerdictSchema(Schema):
    """A verdict: a code of B6; reasons or a note for needs-update and retire; a successor's id for replaced-by."""

    class Meta:
        """Unknown names are passed over, as the desk's form sends a token too."""

        unknown = EXCLUDE

    verdict = fields.String(load_default="", error_messages=_WORDS)
    reasons = fields.List(fields.String(error_messages=_WORDS), load_default=list, error_messages=_LIST)
    note = fields.String(load_default="", error_messages=_WORDS)
    successor = fields.String(load_default=None, allow_none=True, error_messages=_WORDS)
    version = fields.String(
        load_default=None, allow_none=True, error_messages=_WORDS,
        metadata={"description": "id of the version that was read; 412 when a newer one is out"},
    )  # fmt: skip


class CurationVerdictsSchema(CurationVerdictSchema):
    """One verdict on several items of a round."""

    items = fields.List(fields.String(error_messages=_WORDS), load_default=list, error_messages=_LIST)
