"""What a school does in a year, read from works, reviews, lessons and downloads; rights in every statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select, union

from repo_service.accounts.models import User
from repo_service.classroom_use.models import Teaching
from repo_service.core.clock import day_begins
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.core.school_year import SchoolYear
from repo_service.organizations.access import holds_in, holds_now
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.organizations.province_settings import days_of_year
from repo_service.resources.models import Resource, ResourceAuthor, ResourceVersion
from repo_service.resources.policy import READ
from repo_service.reviews.models import ReviewAssignment, ReviewRound
from repo_service.school_overview import policy
from repo_service.usage.models import UsageEvent

SCHOOLS = ("truong", "tt-hoa-nhap")
MOST_WORKS = 2000
"""Works of one school in one year that are read at most; far beyond what a school makes."""


def find_school(viewer: Viewer, school_id: str) -> Organization:
    """The school, if it is the viewer's to look at; NotFound otherwise."""
    school = current_session().get(Organization, school_id)
    if school is None or school.kind not in SCHOOLS:
        raise NotFound()
    authorize(viewer, policy.SEE.action, school)
    return school


def schools_of(viewer: Viewer, number: int, size: int) -> Page[tuple[Organization, list[tuple[str, str]]]]:
    """Schools in the order of the alphabet, each with (id, name) of its clusters of this year; two statements."""
    statement = select(Organization).where(
        Organization.kind.in_(SCHOOLS), Organization.is_active, listed(viewer, policy.SEE.action)
    )
    ordered = statement.order_by(Organization.name_sort, Organization.id)
    page = page_of(
        current_session().scalars(ordered.limit(size + 1).offset((number - 1) * size)).all(), number, size
    )
    clusters = _clusters_of([school.id for school in page.items])
    rows = [(school, clusters.get(school.id, [])) for school in page.items]
    return Page(rows, page.number, page.size, page.next)


def _clusters_of(school_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    statement = (
        select(Membership.organization_id, Cluster.id, Cluster.name)
        .join(Cluster, Cluster.id == Membership.cluster_id)
        .where(
            Membership.organization_id.in_(school_ids), Membership.user_id.is_(None), holds_now(Membership)
        )
        .order_by(Cluster.name_sort, Cluster.id)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for school_id, cluster_id, name in current_session().execute(statement):
        found.setdefault(school_id or "", []).append((cluster_id, name))
    return found


def clusters_of_school(school_id: str, school_year: str) -> list[str]:
    """Ids of the clusters that the school belonged to in a year."""
    statement = select(Membership.cluster_id).where(
        Membership.organization_id == school_id,
        Membership.user_id.is_(None),
        holds_in(Membership, school_year),
    )
    return [cluster_id for cluster_id in current_session().scalars(statement) if cluster_id]


@dataclass(frozen=True)
class Written:
    """A teacher of the school beside a work that the school shared in the year."""

    name: str
    name_sort: str
    resource_id: str
    title: str
    subjects: Sequence[str]


def written_in(viewer: Viewer, school_id: str, school_year: str) -> list[Written]:
    """Works first published in the year that the viewer may read, beside their authors of this school."""
    begins, ends = _moments(school_year)
    statement = (
        select(ResourceAuthor.name, User.name_sort, Resource.id, Resource.title, ResourceVersion.subjects)
        .join(Resource, Resource.id == ResourceAuthor.resource_id)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .outerjoin(User, User.id == ResourceAuthor.user_id)
        .where(
            ResourceAuthor.school_id == school_id,
            Resource.first_published_at >= begins,
            Resource.first_published_at < ends,
            Resource.state != "withdrawn",
            listed(viewer, READ.action),
        )
        .order_by(Resource.title_folded, Resource.id)
        .limit(MOST_WORKS)
    )
    rows = current_session().execute(statement)
    return [Written(row[0], row[1] or row[0].lower(), row[2], row[3], row[4] or []) for row in rows]


def subjects_taken_part_in(school_id: str, school_year: str) -> set[str]:
    """Subjects in which somebody of the school reviewed, or taught with a work of the repository, in the year."""
    begins, ends = _moments(school_year)
    first, last = days_of_year(SchoolYear.parse(school_year))
    people = _people_of(school_id, school_year)
    reviewed = (
        select(ResourceVersion.subjects)
        .join(ReviewRound, ReviewRound.version_id == ResourceVersion.id)
        .join(ReviewAssignment, ReviewAssignment.round_id == ReviewRound.id)
        .where(
            ReviewAssignment.reviewer_id.in_(people), ReviewAssignment.state == "done",
            ReviewRound.opened_at >= begins, ReviewRound.opened_at < ends,
        )
    )  # fmt: skip
    taught = (
        select(ResourceVersion.subjects)
        .join(Resource, Resource.current_version_id == ResourceVersion.id)
        .join(Teaching, Teaching.resource_id == Resource.id)
        .where(
            Teaching.user_id.in_(people),
            Teaching.school_id == school_id,
            Teaching.taught_on.between(first, last),
        )
    )
    found: set[str] = set()
    for statement in (reviewed, taught):
        for subjects in current_session().scalars(statement):
            found.update(subjects or [])
    return found


def subjects_of_teachers(school_id: str, school_year: str) -> set[str]:
    """Subjects that the school's people are entered with."""
    statement = select(Membership.subjects).where(
        Membership.organization_id == school_id,
        Membership.user_id.is_not(None),
        holds_in(Membership, school_year),
    )
    return _flat(current_session().scalars(statement))


def _flat(lists: Iterable[Sequence[str] | None]) -> set[str]:
    return {code for codes in lists for code in codes or []}


@dataclass(frozen=True)
class Used:
    """A shared work that the school uses: taught with, or downloaded only."""

    resource_id: str
    title: str
    cluster_name: str
    is_taught: bool


def used_works(viewer: Viewer, school_id: str, school_year: str, number: int, size: int) -> Page[Used]:
    """Works of others that people of the school taught with or downloaded in the year, by title; one statement."""
    begins, ends = _moments(school_year)
    first, last = days_of_year(SchoolYear.parse(school_year))
    people = _people_of(school_id, school_year)
    downloaded = select(UsageEvent.resource_id).where(
        UsageEvent.user_id.in_(people), UsageEvent.at >= begins, UsageEvent.at < ends
    )
    lesson = (
        Teaching.user_id.in_(people),
        Teaching.school_id == school_id,
        Teaching.taught_on.between(first, last),
    )
    used = union(downloaded, select(Teaching.resource_id).where(*lesson)).subquery()
    taught: ColumnElement[bool] = exists().where(Teaching.resource_id == Resource.id, *lesson)
    statement = (
        select(Resource.id, Resource.title, Cluster.name, taught)
        .join(used, used.c.resource_id == Resource.id)
        .outerjoin(Cluster, Cluster.id == Resource.cluster_id)
        .where(
            Resource.current_version_id.is_not(None), Resource.state != "withdrawn", _is_of_others(school_id),
            listed(viewer, READ.action),
        )
        .order_by(Resource.title_folded, Resource.id)
        .limit(size + 1)
        .offset((number - 1) * size)
    )  # fmt: skip
    rows = [Used(row[0], row[1], row[2] or "", bool(row[3])) for row in current_session().execute(statement)]
    return page_of(rows, number, size)


def _is_of_others(school_id: str) -> ColumnElement[bool]:
    own = exists().where(ResourceAuthor.resource_id == Resource.id, ResourceAuthor.school_id == school_id)
    return ~own


def _people_of(school_id: str, school_year: str) -> Select[str | None]:
    return select(Membership.user_id).where(
        Membership.organization_id == school_id,
        Membership.user_id.is_not(None),
        holds_in(Membership, school_year),
    )


def _moments(school_year: str) -> tuple[datetime, datetime]:
    """The first moment of the year, and the first of the next one."""
    year = SchoolYear.parse(school_year)
    return day_begins(days_of_year(year)[0]), day_begins(days_of_year(SchoolYear(year.start + 1))[0])
