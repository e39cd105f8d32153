"""A note of a lesson as form and JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.classroom_use.models import LONGEST_CHANGE, LONGEST_CLASS, LONGEST_OUTCOME
from repo_service.classroom_use.queries import TeachingRow
from repo_service.core.i18n import _l
from repo_service.core.permissions import Viewer
from repo_service.resources.schemas import CleanText, text

_DAY: Any = {"invalid": _l("Ghi ngày như 2026-11-16."), "null": _l("Thầy cô dạy bài này ngày nào?")}


class TeachingSchema(CleanText):
    """Class and day, one line of what was changed, and, if one likes, what the pupils gained."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    class_name = text(LONGEST_CLASS)
    taught_on = fields.Date(error_messages=_DAY)
    change = text(LONGEST_CHANGE)
    outcome = text(LONGEST_OUTCOME)
    school = text(16, allow_none=True)


class TeachingBody(TeachingSchema):
    """A note as the API answers it."""

    id = fields.String()
    by = fields.String(allow_none=True, metadata={"description": "null once the account was closed"})
    school = fields.String(allow_none=True)
    is_own = fields.Boolean()


class TeachingListBody(Schema):
    """A page of notes by date, the newest first; their order says nothing else."""

    schools_taught = fields.Integer()
    items = fields.List(fields.Nested(TeachingBody))
    next = fields.Integer(allow_none=True)


def teaching_body(viewer: Viewer, row: TeachingRow) -> dict[str, Any]:
    """A note as TeachingBody says."""
    teaching = row.teaching
    taught_on: date = teaching.taught_on
    return {
        "id": teaching.id, "class_name": teaching.class_name, "taught_on": taught_on, "change": teaching.change,
        "outcome": teaching.outcome, "by": row.by, "school": row.school, "is_own": teaching.user_id == viewer.id,
    }  # fmt: skip
