"""What the landing pages read beside other features' own lists: the newest works, clusters with their schools."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select, union_all

from repo_service.core.db import current_session, json_list_holds
from repo_service.core.permissions import Viewer, listed
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import READ
from repo_service.resources.queries import Card, with_files

NEWEST_FIRST = (Resource.first_published_at.desc(), Resource.id)


def newest(viewer: Viewer, limit: int, cluster_ids: Collection[str] = ()) -> list[Card]:
    """The newest published works the viewer may see, of some clusters or of all; two statements."""
    chosen = _newest_ids(viewer, limit, cluster_ids).subquery()
    statement = _cards().join(chosen, chosen.c.id == Resource.id)
    return with_files(current_session().execute(statement.order_by(*NEWEST_FIRST).limit(limit)).all())


def of_week(viewer: Viewer, week: int, subject: str, grade: str, limit: int) -> list[Card]:
    """Works for one teaching week of a subject and grade, lesson plans first; two statements."""
    fitting = _cards().where(ResourceVersion.week == week, *_taught(viewer, subject, grade))
    plans_first = fitting.order_by(ResourceVersion.type != "khbd", *NEWEST_FIRST)
    return with_files(current_session().execute(plans_first.limit(limit)).all())


def weeks_with_works(viewer: Viewer, subject: str, grade: str) -> list[int]:
    """The weeks that have works of a subject and grade, in order."""
    statement = (
        select(ResourceVersion.week)
        .join(Resource, Resource.current_version_id == ResourceVersion.id)
        .where(ResourceVersion.week.is_not(None), *_taught(viewer, subject, grade))
        .group_by(ResourceVersion.week)
        .order_by(ResourceVersion.week)
    )
    return [week for week in current_session().scalars(statement) if week]


def _taught(viewer: Viewer, subject: str, grade: str) -> tuple[ColumnElement[bool], ...]:
    return (
        json_list_holds(ResourceVersion.subjects, subject),
        json_list_holds(ResourceVersion.grades, grade),
        Resource.state == "active",
        listed(viewer, READ.action),
    )


def _cards() -> Select[Resource, ResourceVersion, str, str]:
    return (
        select(Resource, ResourceVersion, Cluster.name, Organization.name)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .outerjoin(Cluster, Cluster.id == Resource.cluster_id)
        .outerjoin(Organization, Organization.id == Resource.school_id)
    )


def _newest_ids(
    viewer: Viewer, limit: int, cluster_ids: Collection[str]
) -> Select[str] | CompoundSelect[str]:
    """The newest few of every cluster, each read from the end of its index: no shelf is sorted as a whole."""
    few = (
        select(Resource.id)
        .where(
            Resource.state == "active", Resource.current_version_id.is_not(None), listed(viewer, READ.action)
        )
        .order_by(Resource.first_published_at.desc(), Resource.id)
        .limit(limit)
    )
    shelves = [few.where(Resource.cluster_id == cluster_id) for cluster_id in sorted(cluster_ids)]
    return union_all(*(select(shelf.subquery().c.id) for shelf in shelves)) if shelves else few


MOST_COUNTED = 1000
"""Beyond it a shelf is "more than a thousand": counting on would read every row."""


def count_works(viewer: Viewer, cluster_id: str) -> int:
    """How many works of a cluster the viewer may see; MOST_COUNTED + 1 stands for more."""
    seen = select(Resource.id).where(
        Resource.cluster_id == cluster_id,
        Resource.state == "active",
        Resource.current_version_id.is_not(None),
        listed(viewer, READ.action),
    )
    statement = select(func.count()).select_from(seen.limit(MOST_COUNTED + 1).subquery())
    return current_session().scalar(statement) or 0


def school_counts(cluster_ids: Sequence[str]) -> dict[str, int]:
    """How many schools each cluster has this year."""
    statement = (
        select(Membership.cluster_id, func.count())
        .where(Membership.user_id.is_(None), Membership.cluster_id.in_(cluster_ids), holds_now(Membership))
        .group_by(Membership.cluster_id)
    )
    return {row[0]: row[1] for row in current_session().execute(statement) if row[0]}
