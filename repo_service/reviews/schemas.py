"""The JSON of reviews: what comes in, what goes out."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l
from repo_service.core.permissions import Viewer
from repo_service.reviews.models import ReviewRound

_TEXT = {"invalid": _l("Ô này cần một dòng chữ."), "null": _l("Ô này cần một dòng chữ.")}
_LIST = {"invalid": _l("Ô này cần một danh sách mã."), "null": _l("Ô này cần một danh sách mã.")}
_MISSING = _l("Chọn một kết luận: đồng ý, cần chỉnh sửa hoặc không nhận.")


class DecisionSchema(Schema):
    """Body of a decision; reason and note are needed for all but approve."""

    class Meta:
        unknown = EXCLUDE

    decision = fields.String(required=True, error_messages={**_TEXT, "required": _MISSING})
    """approve, request_changes or decline."""
    reason = fields.List(fields.String(error_messages=_TEXT), load_default=list, error_messages=_LIST)
    note = fields.String(load_default="", error_messages=_TEXT)
    checklist = fields.List(fields.String(error_messages=_TEXT), load_default=list, error_messages=_LIST)


class AssignmentSchema(Schema):
    """Body of an assignment: without a reviewer it is a claim."""

    class Meta:
        unknown = EXCLUDE

    reviewer = fields.String(load_default=None, allow_none=True, error_messages=_TEXT)


class RemarkSchema(Schema):
    """A remark as the desk's form sends it."""

    class Meta:
        unknown = EXCLUDE

    text = fields.String(load_default="", error_messages=_TEXT)
    place = fields.String(load_default="", error_messages=_TEXT)
    parent = fields.String(load_default="", error_messages=_TEXT)


class RoundSchema(Schema):
    """One round as it goes out; `state` is the round's: open, approved, changes_requested, declined, recalled."""

    id = fields.String()
    resource = fields.String()
    version = fields.Integer()
    title = fields.String()
    state = fields.String()
    version_state = fields.String()
    number = fields.Integer()
    further = fields.Boolean()
    required = fields.Integer()
    approvals = fields.Integer()
    due_on = fields.Date()
    opened_at = fields.DateTime()
    claimed_by_me = fields.Boolean()
    reviewers = fields.List(fields.String())
    cluster = fields.String(allow_none=True)


class RoundListSchema(Schema):
    """A page of rounds; `next` is the next page's number or null."""

    items = fields.List(fields.Nested(RoundSchema))
    next = fields.Integer(allow_none=True)


def round_body(viewer: Viewer, review_round: ReviewRound) -> dict[str, Any]:
    """A loaded round in the form of RoundSchema."""
    return {
        "id": review_round.id,
        "resource": review_round.resource_id,
        "version": review_round.version.number,
        "title": review_round.version.title,
        "state": review_round.state,
        "version_state": review_round.version.state,
        "number": review_round.number,
        "further": review_round.is_further,
        "required": review_round.required,
        "approvals": sum(1 for verdict in review_round.verdicts if verdict.decision == "approve"),
        "due_on": review_round.due_on,
        "opened_at": review_round.opened_at,
        "claimed_by_me": any(assignment.reviewer_id == viewer.id for assignment in review_round.assignments),
        "reviewers": [assignment.reviewer_id for assignment in review_round.assignments],
        "cluster": review_round.cluster_id,
    }
