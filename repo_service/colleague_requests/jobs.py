"""Who hears of requests: the colleagues of the subject when one is made, the asker when one is answered."""

from __future__ import annotations

from repo_service.accounts.models import User
from repo_service.colleague_requests.models import ColleagueAnswer, ColleagueRequest
from repo_service.colleague_requests.queries import colleagues_to_tell, row_of
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.permissions import GUEST
from repo_service.core.urls import colleague_request_path
from repo_service.notifications.service import notify

QUOTED = 120
"""Characters of a request that a notice repeats."""


def tell_asked(row: OutboxRow) -> None:
    """The colleagues of the cluster who teach the subject, or its leads."""
    request = current_session().get(ColleagueRequest, row.object_id)
    if request is None or request.closed_at is not None:
        return
    known = row_of(GUEST, request)
    notify(
        colleagues_to_tell(request),
        "request.asked",
        colleague_request_path(request.id),
        f"request.asked:{request.id}",
        by=known.asker,
        by_form=known.asker_form,
        text=request.text[:QUOTED],
    )


def tell_answered(row: OutboxRow) -> None:
    """The asker; which work it is, is read with the rights of the moment on the request's page."""
    given = current_session().get(ColleagueAnswer, row.object_id)
    request = current_session().get(ColleagueRequest, given.request_id) if given else None
    person = current_session().get(User, given.answered_by_id) if given else None
    if given and request and person:
        notify(
            [request.asked_by_id],
            "request.answered",
            colleague_request_path(request.id),
            f"request.answered:{given.id}",
            by=person.name,
            by_form=person.form_of_address,
            text=request.text[:QUOTED],
        )
