"""The forms and the JSON of difficulties."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l
from repo_service.difficulties.queries import Row

_TEXT = {"invalid": _l("Ô này cần một dòng chữ."), "null": _l("Ô này cần một dòng chữ.")}


class FilingSchema(Schema):
    """What a school says: which school, the topic, a few sentences."""

    class Meta:
        unknown = EXCLUDE

    school = fields.String(load_default="", error_messages=_TEXT)
    topic = fields.String(load_default="", error_messages=_TEXT)
    text = fields.String(load_default="", error_messages=_TEXT)


class AnswerSchema(Schema):
    """What the body answers."""

    class Meta:
        unknown = EXCLUDE

    answer = fields.String(load_default="", error_messages=_TEXT)


class DifficultySchema(Schema):
    """A difficulty as it goes out."""

    id = fields.String()
    school = fields.String()
    school_name = fields.String()
    body = fields.String()
    body_name = fields.String()
    for_department = fields.Boolean()
    topic = fields.String()
    text = fields.String()
    state = fields.String()
    filed_at = fields.DateTime()
    answer = fields.String(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)


class BoxSchema(Schema):
    """A page of the box, the newest first."""

    items = fields.List(fields.Nested(DifficultySchema))
    next = fields.Integer(allow_none=True)


def difficulty_body(row: Row) -> dict[str, Any]:
    """A difficulty in the form of DifficultySchema."""
    found = row.difficulty
    return {
        "id": found.id, "school": found.school_id, "school_name": row.school, "body": found.body_id,
        "body_name": row.body, "for_department": found.for_department, "topic": found.topic, "text": found.text,
        "state": found.state, "filed_at": found.filed_at, "answer": found.answer, "answered_at": found.answered_at,
    }  # fmt: skip
