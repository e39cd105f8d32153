"""A report and its answer, as form and JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.urls import report_path, resource_path
from repo_service.reports.models import LONGEST_ANSWER, LONGEST_TEXT
from repo_service.reports.queries import ReportRow
from repo_service.resources.schemas import CleanText
from repo_service.resources.schemas import text as bounded


class ReportSchema(CleanText):
    """What is wrong; `website` is a field that no person sees, whoever fills it in is a machine."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    kind = bounded(20, load_default="")
    website = bounded(200, load_default="")
    text = bounded(LONGEST_TEXT, load_default="")


class ReportAnswerSchema(CleanText):
    """How it ends, with a word for whoever reported."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    outcome = bounded(20, load_default="")
    answer = bounded(LONGEST_ANSWER, load_default="")


class ReportBody(Schema):
    """A report as who looks after the work sees it; its reporter sees the same without names."""

    id = fields.String()
    resource = fields.String()
    title = fields.String()
    kind = fields.String()
    text = fields.String()
    created_at = fields.DateTime()
    due_on = fields.Date()
    outcome = fields.String(allow_none=True)
    answer = fields.String()
    answered_at = fields.DateTime(allow_none=True)
    url = fields.String()
    work_url = fields.String()
    status_token = fields.String(metadata={"description": "for a guest, once: /bao-van-de/tra-loi/{token}"})


class ReportListBody(Schema):
    """A page of the queue, the next due first."""

    items = fields.List(fields.Nested(ReportBody))
    next = fields.Integer(allow_none=True)


def report_body(row: ReportRow, token: str = "") -> dict[str, Any]:
    """A report as ReportBody says."""
    made = row.report
    body = {name: getattr(made, name) for name in (
        "id", "kind", "text", "created_at", "due_on", "outcome", "answer", "answered_at",
    )}  # fmt: skip
    more = {"status_token": token} if token else {}
    return body | more | {
        "resource": made.resource_id, "title": row.resource.title, "url": report_path(made.id),
        "work_url": resource_path(made.resource_id),
    }  # fmt: skip
