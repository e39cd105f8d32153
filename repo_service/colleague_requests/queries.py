"""Reading requests with the viewer's rights: one with its answers, a cluster's, one's own; whom to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from repo_service.accounts.models import User
from repo_service.colleague_requests import policy
from repo_service.colleague_requests.models import ColleagueAnswer, ColleagueRequest
from repo_service.core.db import current_session, json_list_holds
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Cluster, Membership
from repo_service.organizations.queries import leads_of, schools_of
from repo_service.resources.models import Resource
from repo_service.resources.policy import READ

MOST_TOLD = 60
"""Colleagues of a subject who hear of one request in their inbox; the cluster's page shows it to all."""


@dataclass(frozen=True)
class RequestRow:
    """A request as lists and its page show it."""

    request: ColleagueRequest
    asker: str
    asker_form: str
    cluster: str
    answers: int


@dataclass(frozen=True)
class AnswerRow:
    """A work that was sent, and by whom."""

    resource_id: str
    by: str
    by_form: str
    at: datetime


def find_request(
    viewer: Viewer, request_id: str, action: str = policy.SEE.action, *, changing: bool = False
) -> ColleagueRequest:
    """The request with its answers, if `viewer` may do `action` to it; NotFound otherwise. `changing` locks it."""
    statement = select(ColleagueRequest).where(ColleagueRequest.id == request_id)
    if changing:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = current_session().scalar(statement.options(selectinload(ColleagueRequest.answers)))
    if found is None:
        raise NotFound()
    authorize(viewer, action, found)
    return found


def row_of(viewer: Viewer, request: ColleagueRequest) -> RequestRow:
    """The request with the names around it; one statement."""
    row = current_session().execute(_rows(viewer).where(ColleagueRequest.id == request.id)).one()
    return RequestRow(*row)


def answers_to(request: ColleagueRequest) -> list[AnswerRow]:
    """What was sent so far, the first at the top; whether a reader may open a work is asked of resources."""
    statement = (
        select(ColleagueAnswer.resource_id, User.name, User.form_of_address, ColleagueAnswer.created_at)
        .join(User, User.id == ColleagueAnswer.answered_by_id)
        .where(ColleagueAnswer.request_id == request.id)
        .order_by(ColleagueAnswer.created_at, ColleagueAnswer.id)
    )
    return [AnswerRow(*row) for row in current_session().execute(statement)]


def open_requests(viewer: Viewer, cluster_id: str | None = None, limit: int = 50) -> list[RequestRow]:
    """What others still ask the viewer's clusters, or one cluster, for; the newest first, one statement."""
    near: ColumnElement[bool] = ColleagueRequest.cluster_id.in_(viewer.cluster_ids)
    if cluster_id is not None:
        near = ColleagueRequest.cluster_id == cluster_id
    statement = _rows(viewer).where(near, policy.is_open_sql(), listed(viewer, policy.SEE.action))
    if cluster_id is None:
        statement = statement.where(ColleagueRequest.asked_by_id != viewer.id)
    return _newest(statement, limit)


def own_requests(viewer: Viewer, limit: int = 50) -> list[RequestRow]:
    """What the viewer asked for, closed ones too, the newest first; one statement."""
    return _newest(_rows(viewer).where(ColleagueRequest.asked_by_id == viewer.id), limit)


def open_ones_of(viewer: Viewer) -> Sequence[ColleagueRequest]:
    """The viewer's requests that are still open."""
    mine = ColleagueRequest.asked_by_id == viewer.id, policy.is_open_sql()
    return current_session().scalars(select(ColleagueRequest).where(*mine)).all()


def count_asked_since(viewer: Viewer, moment: datetime) -> int:
    """How many requests the viewer made after a moment."""
    mine = ColleagueRequest.asked_by_id == viewer.id, ColleagueRequest.created_at > moment
    return current_session().scalar(select(func.count()).select_from(ColleagueRequest).where(*mine)) or 0


def colleagues_to_tell(request: ColleagueRequest) -> list[str]:
    """People of the cluster who teach the request's subject; where there are none, the cluster's leads."""
    lists = vocabularies()
    subjects = lists.with_parents([request.subject], [request.grade or ""]) if request.subject else []
    schools = [school.id for school in schools_of(request.cluster_id)]
    near = or_(Membership.cluster_id == request.cluster_id, Membership.organization_id.in_(schools))
    teaching = or_(*(json_list_holds(Membership.subjects, code) for code in subjects)) if subjects else None
    found: list[str] = []
    if teaching is not None:
        statement = (
            select(User.id)
            .join(Membership, Membership.user_id == User.id)
            .where(near, teaching, holds_now(Membership), User.is_active, User.id != request.asked_by_id)
        )
        ordered = statement.group_by(User.id, User.name_sort).order_by(User.name_sort, User.id)
        found = list(current_session().scalars(ordered.limit(MOST_TOLD)))
    leads = [user.id for user, _role in leads_of(request.cluster_id) if user.id != request.asked_by_id]
    return found or list(dict.fromkeys(leads))


def _rows(viewer: Viewer) -> Select[ColleagueRequest, str, str, str, int]:
    """Requests with the number of answers that the viewer may read."""
    readable = Resource.state != "withdrawn", listed(viewer, READ.action)
    count = (
        select(func.count())
        .select_from(ColleagueAnswer)
        .join(Resource, Resource.id == ColleagueAnswer.resource_id)
        .where(ColleagueAnswer.request_id == ColleagueRequest.id, *readable)
        .correlate(ColleagueRequest)
        .scalar_subquery()
    )
    return (
        select(ColleagueRequest, User.name, User.form_of_address, Cluster.name, count)
        .join(User, User.id == ColleagueRequest.asked_by_id)
        .join(Cluster, Cluster.id == ColleagueRequest.cluster_id)
    )


def _newest(statement: Select[ColleagueRequest, str, str, str, int], limit: int) -> list[RequestRow]:
    rows = current_session().execute(statement.order_by(ColleagueRequest.id.desc()).limit(limit))
    return [RequestRow(*row) for row in rows]
