"""The JSON of reviews: what comes in, what goes out."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l
from repo_service.core.permissions import Viewer
from repo_service.reviews.models import ReviewRound
from repo_service.reviews.queries import approvals_in

_TEXT = {"invalid": _l("Ô này cần một dòng chữ."), "null": _l("Ô này cần một dòng chữ.")}
_LIST = {"invalid": _l("Ô này cần một danh sách mã."), "null": _l("Ô này cần một danh sách mã.")}
_DAY = {"invalid": _l("Ô này cần một ngày."), "null": _l("Ô này cần một ngày.")}
_NUMBER = {"invalid": _l("Ô này cần một con số."), "null": _l("Ô này cần một con số.")}
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
    """Body of an assignment: `reviewers` or one `reviewer` are asked; without either it is a claim."""

    class Meta:
        unknown = EXCLUDE

    reviewer = fields.String(load_default=None, allow_none=True, error_messages=_TEXT)
    reviewers = fields.List(fields.String(error_messages=_TEXT), error_messages=_LIST)


class HandingBackSchema(Schema):
    """Why a place is given back; with `reviewer` a lead takes it back from that colleague."""

    class Meta:
        unknown = EXCLUDE

    word = fields.String(load_default="", error_messages=_TEXT)
    reviewer = fields.String(load_default=None, allow_none=True, error_messages=_TEXT)


class RoundChangeSchema(Schema):
    """What a lead may change of a round."""

    class Meta:
        unknown = EXCLUDE

    due_on = fields.Date(error_messages=_DAY)
    required = fields.Integer(strict=False, error_messages=_NUMBER)


class RemarkSchema(Schema):
    """A remark as the desk's form sends it."""

    class Meta:
        unknown = EXCLUDE

    text = fields.String(load_default="", error_messages=_TEXT)
    place = fields.String(load_default="", error_messages=_TEXT)
    parent = fields.String(load_default="", error_messages=_TEXT)


class ReaderSchema(Schema):
    """A colleague's place in a round; `state` is open or done."""

    reviewer = fields.String()
    state = fields.String()
    since = fields.DateTime()


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
    readers = fields.List(fields.Nested(ReaderSchema))
    nudged_at = fields.DateTime(allow_none=True)
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
        "approvals": approvals_in(review_round),
        "due_on": review_round.due_on,
        "opened_at": review_round.opened_at,
        "claimed_by_me": any(place.reviewer_id == viewer.id for place in review_round.readers),
        "reviewers": [place.reviewer_id for place in review_round.readers],
        "readers": [
            {"reviewer": place.reviewer_id, "state": place.state, "since": place.created_at}
            for place in review_round.readers
        ],
        "nudged_at": review_round.nudged_at,
        "cluster": review_round.cluster_id,
    }
