"""Reading difficulties: the box of a viewer, one of them, counts by topic for the year's report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from repo_service.core.clock import day_begins
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.core.school_year import SchoolYear
from repo_service.difficulties import policy
from repo_service.difficulties.models import Difficulty
from repo_service.organizations.models import Organization
from repo_service.organizations.province_settings import days_of_year

PAGE = 30
MOST_IN_A_FILE = 5000


@dataclass(frozen=True)
class Filters:
    """What the box is narrowed to; an unknown topic or state finds nothing."""

    school_year: str
    topic: str = ""
    state: str = ""


@dataclass(frozen=True)
class Row:
    """A difficulty with the names of the school and of the body it came to."""

    difficulty: Difficulty
    school: str
    body: str


def box(viewer: Viewer, filters: Filters, number: int = 1, size: int = PAGE) -> Page[Row]:
    """Those the viewer may read, the newest first; one statement."""
    statement = _rows(viewer, filters).limit(size + 1).offset((number - 1) * size)
    return page_of([Row(*row) for row in current_session().execute(statement)], number, size)


def all_of(viewer: Viewer, filters: Filters) -> list[Row]:
    """Everything of the box for a file, at most MOST_IN_A_FILE."""
    rows = current_session().execute(_rows(viewer, filters).limit(MOST_IN_A_FILE))
    return [Row(*row) for row in rows]


def _rows(viewer: Viewer, filters: Filters) -> Select[Difficulty, str, str]:
    body = aliased(Organization)
    year = SchoolYear.parse(filters.school_year)
    begins, ends = (day_begins(days_of_year(each)[0]) for each in (year, SchoolYear(year.start + 1)))
    statement = (
        select(Difficulty, Organization.name, body.name)
        .join(Organization, Organization.id == Difficulty.school_id)
        .join(body, body.id == Difficulty.body_id)
        .where(listed(viewer, policy.READ.action), Difficulty.filed_at >= begins, Difficulty.filed_at < ends)
    )
    if filters.topic:
        statement = statement.where(Difficulty.topic == filters.topic)
    if filters.state:
        statement = statement.where(Difficulty.state == filters.state)
    return statement.order_by(Difficulty.filed_at.desc(), Difficulty.id)


def find_difficulty(
    viewer: Viewer, difficulty_id: str, action: str = policy.READ.action, *, changing: bool = False
) -> Difficulty:
    """One, if the viewer may do `action` to it; NotFound otherwise. `changing` locks it."""
    statement = select(Difficulty).where(Difficulty.id == difficulty_id)
    if changing:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = current_session().scalar(statement)
    if found is None:
        raise NotFound()
    authorize(viewer, policy.READ.action, found)
    authorize(viewer, action, found)
    return found


def names_of(found: Difficulty) -> tuple[str, str]:
    """The names of the school and of the body."""
    statement = select(Organization.id, Organization.name).where(
        Organization.id.in_((found.school_id, found.body_id))
    )
    names = {row[0]: row[1] for row in current_session().execute(statement)}
    return names.get(found.school_id, ""), names.get(found.body_id, "")


def schools_to_file_for(viewer: Viewer) -> Sequence[Organization]:
    """The schools that the viewer heads."""
    statement = select(Organization).where(Organization.id.in_(policy.schools_headed_by(viewer)))
    return current_session().scalars(statement.order_by(Organization.name_sort)).all()


def department() -> Organization:
    """The province's department."""
    statement = select(Organization).where(Organization.kind == "so").order_by(Organization.id).limit(1)
    found = current_session().scalar(statement)
    if found is None:
        raise NotFound()
    return found


def filed_since(school_id: str, moment: object) -> int:
    """How many a school filed after a moment."""
    statement = select(func.count()).where(Difficulty.school_id == school_id, Difficulty.filed_at > moment)
    return current_session().scalar(statement) or 0
