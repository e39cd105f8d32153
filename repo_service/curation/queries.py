"""Reading curation rounds: lists, one round with its queue, facts for the board; items and histories: reading.py."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select, union_all
from sqlalchemy.orm import contains_eager, raiseload

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.curation import policy
from repo_service.curation.models import CurationRound
from repo_service.curation.works.scope import in_care
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Cluster, Membership, Succession
from repo_service.resources.models import Resource

LAST_PAGE = 10_000
"""Page numbers beyond it read as it: no database counts that far."""


@dataclass(frozen=True)
class CurationFacts:
    """One cluster's curation in one school year, as rows say now; for the duty board."""

    open_rounds: int = 0
    closed_rounds: int = 0
    late_rounds: int = 0
    """Rounds past their date: still open, or closed after it."""
    items_waiting: int = 0
    items_overdue: int = 0
    """Works that still wait in a round whose date is over."""
    next_due_on: date | None = None
    """The nearest date of an open round."""
    latest_round_id: str | None = None
    """Evidence to open."""

    @property
    def on_time(self) -> bool | None:
        """Whether every round of the year kept its date; None where the year has no round."""
        return self.late_rounds == 0 if self.open_rounds + self.closed_rounds else None


def curation_facts(cluster_ids: Collection[str], school_year: str) -> dict[str, CurationFacts]:
    """Facts of many clusters, one statement whatever their number; the caller knows who may see these clusters.

    Clusters without a round that year are left out.
    """
    a_round, today = CurationRound, clock.today()
    is_open, is_closed = a_round.state == "open", a_round.state == "closed"
    late = or_(
        and_(is_open, a_round.due_on < today),
        and_(is_closed, func.coalesce(a_round.closed_on, today) > a_round.due_on),
    )
    left = a_round.item_count - a_round.done_count

    def total(condition: Any, what: Any = 1) -> Any:
        return func.coalesce(func.sum(case((condition, what), else_=0)), 0)

    statement = (
        select(
            a_round.cluster_id,
            total(is_open),
            total(is_closed),
            total(late),
            total(is_open, left),
            total(and_(is_open, a_round.due_on < today), left),
            func.min(case((is_open, a_round.due_on))),
            func.max(a_round.id),
        )
        .where(
            a_round.cluster_id.in_(cluster_ids),
            a_round.school_year == school_year,
            a_round.state != "cancelled",
        )
        .group_by(a_round.cluster_id)
    )
    return {row[0]: CurationFacts(*row[1:]) for row in current_session().execute(statement)}


def due_works(cluster_ids: Collection[str]) -> dict[str, int]:
    """How many works in a cluster's care (shelves it took over included) are past their date today; one statement."""
    own = select(Cluster.id.label("cluster_id"), Cluster.id.label("shelf")).where(Cluster.id.in_(cluster_ids))
    inherited = select(Succession.successor_id, Succession.predecessor_id)
    care = union_all(own, inherited.where(Succession.successor_id.in_(cluster_ids))).subquery()
    statement = (
        select(care.c.cluster_id, func.count())
        .join(Resource, Resource.cluster_id == care.c.shelf)
        .where(*in_care(), Resource.next_review_on < clock.today())
        .group_by(care.c.cluster_id)
    )
    return {row[0]: row[1] for row in current_session().execute(statement)}


@dataclass(frozen=True)
class Person:
    """Somebody who may be asked to curate for a cluster."""

    id: str
    name: str
    form_of_address: str


def cluster_with_curators(cluster_id: str) -> tuple[Cluster, list[Person]]:
    """A cluster and who curates for it this year, by the alphabet; one statement. NotFound when there is none.

    Of one that was merged or split away: who curates for those that took over.
    """
    heirs = select(Succession.successor_id).where(Succession.predecessor_id == cluster_id)
    at_home = or_(Membership.cluster_id == Cluster.id, Membership.cluster_id.in_(heirs))
    cares = and_(at_home, Membership.role.in_(policy.CARING), holds_now(Membership))
    statement = (
        select(Cluster, User.id, User.name, User.form_of_address)
        .select_from(Cluster)
        .outerjoin(Membership, cares)
        .outerjoin(User, and_(User.id == Membership.user_id, User.is_active))
        .where(Cluster.id == cluster_id)
        .order_by(User.name_sort, User.id)
        .options(raiseload(Cluster.scopes))
    )
    rows = current_session().execute(statement).all()
    if not rows:
        raise NotFound()
    people = {row[1]: Person(row[1], row[2], row[3]) for row in rows if row[1]}
    return rows[0][0], list(people.values())


def clusters_without_yearly(school_year: str) -> list[str]:
    """Clusters at work in a school year that have no round of the schedule in it."""
    has = exists().where(
        CurationRound.cluster_id == Cluster.id,
        CurationRound.school_year == school_year,
        CurationRound.is_yearly,
    )
    at_work = Cluster.from_year <= school_year, or_(Cluster.to_year.is_(None), Cluster.to_year >= school_year)
    return list(current_session().scalars(select(Cluster.id).where(*at_work, ~has).order_by(Cluster.id)))


def _rounds() -> Select[CurationRound]:
    cluster = contains_eager(CurationRound.cluster).raiseload(Cluster.scopes)
    return select(CurationRound).join(CurationRound.cluster).options(cluster)


def rounds_for(
    viewer: Viewer, number: int = 1, size: int = 20, cluster_id: str | None = None
) -> Page[CurationRound]:
    """Rounds of the viewer's clusters with these, open ones first by their date, then the newest; one statement."""
    number = min(max(number, 1), LAST_PAGE)
    is_open = CurationRound.state == "open"
    statement = _rounds().where(listed(viewer, policy.READ.action))
    if cluster_id:
        statement = statement.where(CurationRound.cluster_id == cluster_id)
    ordered = statement.order_by(
        case((is_open, 0), else_=1), case((is_open, CurationRound.due_on)), CurationRound.opened_at.desc(),
        CurationRound.id,
    )  # fmt: skip
    rows = current_session().scalars(ordered.limit(size + 1).offset((number - 1) * size)).all()
    return page_of(rows, number, size)


def open_rounds_of(viewer: Viewer, limit: int = 50) -> list[CurationRound]:
    """Open rounds in which the viewer is asked to decide, the nearest date first; none for the department as such."""
    clusters = policy.cared_clusters(viewer)
    if not clusters:
        return []
    statement = _rounds().where(CurationRound.state == "open", CurationRound.cluster_id.in_(clusters))
    rows = current_session().scalars(statement.order_by(CurationRound.due_on, CurationRound.id).limit(limit))
    return [found for found in rows if policy.is_asked(viewer, found)]


def round_for(
    viewer: Viewer, round_id: str, action: str = policy.READ.action, *, changing: bool = False
) -> CurationRound:
    """The round with its cluster, if the viewer may do `action`; NotFound alike for missing and forbidden."""
    statement = _rounds().where(CurationRound.id == round_id)
    if changing:
        statement = statement.with_for_update(of=CurationRound).execution_options(populate_existing=True)
    found = current_session().scalar(statement)
    if found is None:
        raise NotFound()
    authorize(viewer, action, found)
    return found
