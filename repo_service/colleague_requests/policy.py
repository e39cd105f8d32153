"""Who may ask colleagues, see a request, answer it and close it. Each rule in two forms where lists need it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, false, or_, true

from repo_service.colleague_requests.models import ColleagueRequest
from repo_service.core import clock
from repo_service.core.permissions import Policy, Viewer, declare

OPEN_FOR = timedelta(days=90)
"""A request that nobody closed leaves the lists after this time: whoever still needs it asks again."""


def is_open(request: ColleagueRequest) -> bool:
    """Whether colleagues are still asked."""
    return request.closed_at is None and request.created_at > _oldest()


def is_open_sql() -> ColumnElement[bool]:
    """The list form of `is_open`."""
    return ColleagueRequest.closed_at.is_(None) & (ColleagueRequest.created_at > _oldest())


def _oldest() -> datetime:
    return clock.now() - OPEN_FOR


def is_asker(viewer: Viewer, request: ColleagueRequest) -> bool:
    """Whose request it is."""
    return not viewer.is_guest and request.asked_by_id == viewer.id


def can_see(viewer: Viewer, request: ColleagueRequest) -> bool:
    """The asker, the people of the cluster, the department."""
    return is_asker(viewer, request) or viewer.is_department or request.cluster_id in viewer.cluster_ids


def can_see_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `can_see`."""
    if viewer.is_guest:
        return false()
    if viewer.is_department:
        return true()
    near = ColleagueRequest.cluster_id.in_(viewer.cluster_ids)
    return or_(ColleagueRequest.asked_by_id == viewer.id, near)


def can_answer(viewer: Viewer, request: ColleagueRequest) -> bool:
    """Whoever sees it, but not the asker."""
    return can_see(viewer, request) and not is_asker(viewer, request)


def can_close(viewer: Viewer, request: ColleagueRequest) -> bool:
    """The asker; the cluster's leads and the department keep the list tidy."""
    return is_asker(viewer, request) or viewer.leads(request.cluster_id) or viewer.is_department


ASK = declare(
    Policy("colleague_requests.ask", "Nhờ đồng nghiệp của một cụm", lambda viewer, _: not viewer.is_guest)
)
SEE = declare(Policy("colleague_requests.see", "Thấy lời nhờ của cụm mình", can_see, can_see_sql))
ANSWER = declare(Policy("colleague_requests.answer", "Gửi bài cho lời nhờ của đồng nghiệp", can_answer))
CLOSE = declare(Policy("colleague_requests.close", "Khép lời nhờ", can_close))
