"""A comment as form and JSON."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.comments.models import LONGEST_REASON, LONGEST_TEXT
from repo_service.comments.queries import CommentRow
from repo_service.core.permissions import Viewer
from repo_service.resources.schemas import CleanText
from repo_service.resources.schemas import text as bounded


class CommentSchema(CleanText):
    """Words, and their purpose when they begin a thread; `answers` names the comment they answer."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    purpose = bounded(20, allow_none=True, load_default=None)
    answers = bounded(16, allow_none=True, load_default=None)
    text = bounded(LONGEST_TEXT, load_default="")


class HidingSchema(CleanText):
    """Why a comment goes out of sight."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    reason = bounded(LONGEST_REASON, load_default="")


class CommentBody(Schema):
    """A comment as the API answers it; `text` is null once it was taken back or hidden."""

    id = fields.String()
    purpose = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    by = fields.String(allow_none=True)
    created_at = fields.DateTime()
    edited_at = fields.DateTime(allow_none=True)
    hidden_reason = fields.String(allow_none=True)
    is_own = fields.Boolean()
    answers = fields.List(fields.Nested(lambda: CommentBody(exclude=("answers",))))


class CommentListBody(Schema):
    """A page of threads, the newest first."""

    items = fields.List(fields.Nested(CommentBody))
    next = fields.Integer(allow_none=True)


def comment_body(viewer: Viewer, row: CommentRow) -> dict[str, Any]:
    """A comment as CommentBody says."""
    comment = row.comment
    return {
        "id": comment.id, "purpose": comment.purpose, "text": row.text, "by": row.by,
        "created_at": comment.created_at, "edited_at": comment.edited_at, "hidden_reason": comment.hidden_reason,
        "is_own": comment.author_id == viewer.id, "answers": [comment_body(viewer, each) for each in row.answers],
    }  # fmt: skip
