"""What the board reads beside the products: review rounds by due day, nudges, places. Never one cluster at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session, local_day
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, listed
from repo_service.core.school_year import SchoolYear
from repo_service.duty_board.models import DutyNudge
from repo_service.organizations.models import Organization
from repo_service.organizations.province_settings import days_of_year
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import READ
from repo_service.reviews.models import ReviewRound

ClusterYear = tuple[str, str]


@dataclass(frozen=True)
class Tally:
    """Review rounds of a cluster that were or are due in a school year: counts of rounds, not of people."""

    due: int = 0
    late: int = 0
    """Closed after the day they were due."""
    waiting: int = 0
    """Open, and not due yet."""
    overdue: int = 0
    overdue_since: date | None = None


def review_tallies(cluster_ids: Sequence[str], school_years: Sequence[str]) -> dict[ClusterYear, Tally]:
    """Tallies by cluster and school year of the due day; one statement.

    Recalled rounds and papers under embargo are not counted (R52).
    """
    spans = {year: days_of_year(SchoolYear.parse(year)) for year in school_years}
    year = case(*((ReviewRound.due_on.between(*span), key) for key, span in spans.items()), else_=None).label(
        "year"
    )
    overdue, waiting = _is_overdue(), and_(ReviewRound.state == "open", ReviewRound.due_on >= clock.today())
    statement = (
        select(
            ReviewRound.cluster_id,
            year,
            func.count(),
            _count(_is_late()),
            _count(waiting),
            _count(overdue),
            func.min(case((overdue, ReviewRound.due_on))),
        )
        .where(
            ReviewRound.cluster_id.in_(cluster_ids),
            ReviewRound.due_on.between(
                min(span[0] for span in spans.values()), max(s[1] for s in spans.values())
            ),
            *_counted(),
        )
        .group_by(ReviewRound.cluster_id, year)
    )
    return {(row[0], row[1]): Tally(*row[2:]) for row in current_session().execute(statement) if row[1]}


def _counted() -> tuple[ColumnElement[bool], ...]:
    hidden = select(ResourceVersion.id).where(ResourceVersion.embargo_until > clock.now())
    return ReviewRound.state != "recalled", ReviewRound.version_id.not_in(hidden)


def _is_late() -> ColumnElement[bool]:
    return local_day(ReviewRound.closed_at) > ReviewRound.due_on


def _is_overdue() -> ColumnElement[bool]:
    return and_(ReviewRound.state == "open", ReviewRound.due_on < clock.today())


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


@dataclass(frozen=True)
class RoundRow:
    """A round as evidence: the work's title only where the viewer may read the work."""

    resource_id: str | None
    title: str | None
    due_on: date
    closed_at: datetime | None
    is_late: bool
    is_overdue: bool


def review_evidence(
    viewer: Viewer, cluster_id: str, school_year: str, number: int, size: int
) -> Page[RoundRow]:
    """The rounds behind a tally: overdue ones first, then late ones, then by due day; one statement."""
    late, overdue = func.coalesce(_is_late(), False), _is_overdue()
    statement = (
        select(Resource.id, Resource.title, ReviewRound.due_on, ReviewRound.closed_at, late, overdue)
        .outerjoin(Resource, and_(Resource.id == ReviewRound.resource_id, listed(viewer, READ.action)))
        .where(
            ReviewRound.cluster_id == cluster_id,
            ReviewRound.due_on.between(*days_of_year(SchoolYear.parse(school_year))),
            *_counted(),
        )
        .order_by(overdue.desc(), late.desc(), ReviewRound.due_on, ReviewRound.id)
        .limit(size + 1)
        .offset((number - 1) * size)
    )
    rows = [
        RoundRow(row[0], row[1], row[2], row[3], bool(row[4]), bool(row[5]))
        for row in current_session().execute(statement)
    ]
    return page_of(rows, number, size)


@dataclass(frozen=True)
class Nudged:
    """The last nudge about a cell."""

    at: datetime
    by: str
    form_of_address: str


def last_nudges(cluster_ids: Collection[str], school_year: str) -> dict[tuple[str, str], Nudged]:
    """The last nudge by cluster and duty; one statement."""
    statement = (
        select(DutyNudge.cluster_id, DutyNudge.duty, DutyNudge.sent_at, User.name, User.form_of_address)
        .join(User, User.id == DutyNudge.sent_by_id)
        .where(DutyNudge.cluster_id.in_(cluster_ids), DutyNudge.school_year == school_year)
        .order_by(DutyNudge.sent_at, DutyNudge.id)
    )
    return {(row[0], row[1]): Nudged(*row[2:]) for row in current_session().execute(statement)}


def nudged_since(cluster_id: str, school_year: str, duty: str, moment: datetime) -> bool:
    """Whether somebody nudged about this cell after a moment."""
    statement = select(DutyNudge.id).where(
        DutyNudge.cluster_id == cluster_id,
        DutyNudge.school_year == school_year,
        DutyNudge.duty == duty,
        DutyNudge.sent_at > moment,
    )
    return current_session().scalars(statement.limit(1)).first() is not None


def communes(ids: Collection[str]) -> Mapping[str, tuple[str, str]]:
    """Id -> (name, code) of communes, in the order of the alphabet; one statement."""
    statement = select(Organization.id, Organization.name, Organization.code).where(
        Organization.id.in_(ids), Organization.kind == "xa"
    )
    rows = current_session().execute(statement.order_by(Organization.name_sort, Organization.id))
    return {row[0]: (row[1], row[2] or "") for row in rows}
