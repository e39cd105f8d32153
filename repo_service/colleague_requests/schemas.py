"""Requests to colleagues as forms and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from repo_service.colleague_requests import policy
from repo_service.colleague_requests.models import ColleagueRequest
from repo_service.colleague_requests.queries import AnswerRow, RequestRow
from repo_service.core.i18n import _l
from repo_service.core.urls import colleague_request_path, resource_path
from repo_service.resources.queries import Card

_NEEDED: Any = {"required": _l("Ô này cần có."), "null": _l("Ô này cần có.")}


class NewRequest(Schema):
    """What is asked, and of which cluster; subject and grade are what Kho understood of the search."""

    text = fields.String(required=True, error_messages=_NEEDED)
    cluster = fields.String(required=True, error_messages=_NEEDED)
    subject = fields.String(allow_none=True, load_default=None)
    grade = fields.String(allow_none=True, load_default=None)

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE


class NewAnswer(Schema):
    """A published work: its id or the address of its page."""

    work = fields.String(required=True, error_messages=_NEEDED)

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE


class AnswerBody(Schema):
    """A work that a colleague sent."""

    resource = fields.String()
    title = fields.String()
    url = fields.String()
    by = fields.String()
    at = fields.DateTime()


class RequestBody(Schema):
    """One request as lists show it."""

    id = fields.String()
    text = fields.String()
    subject = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    cluster = fields.Dict(metadata={"description": "{id, name}"})
    asked_by = fields.String()
    is_open = fields.Boolean()
    created_at = fields.DateTime()
    answer_count = fields.Integer()
    url = fields.String()


class RequestDetailBody(RequestBody):
    """One request with those works sent that the caller may read."""

    answers = fields.List(fields.Nested(AnswerBody))


class RequestListBody(Schema):
    """The newest first."""

    own = fields.List(fields.Nested(RequestBody))
    of_colleagues = fields.List(fields.Nested(RequestBody))


def request_body(row: RequestRow) -> dict[str, Any]:
    """A request as RequestBody says, without its answers."""
    asked: ColleagueRequest = row.request
    return {
        "id": asked.id,
        "text": asked.text,
        "subject": asked.subject,
        "grade": asked.grade,
        "cluster": {"id": asked.cluster_id, "name": row.cluster},
        "asked_by": row.asker,
        "is_open": policy.is_open(asked),
        "created_at": asked.created_at,
        "answer_count": row.answers,
        "url": colleague_request_path(asked.id),
    }


def answer_bodies(answers: Sequence[AnswerRow], cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Answers whose works the reader may see (`cards` were read with the reader's rights)."""
    titles = {card.resource.id: card.version.title for card in cards}
    return [
        {
            "resource": each.resource_id,
            "title": titles[each.resource_id],
            "url": resource_path(each.resource_id),
            "by": each.by,
            "at": each.at,
        }
        for each in answers
        if each.resource_id in titles
    ]
