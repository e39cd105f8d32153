"""The few reads of a search page beside the cards: names of clusters, titles the viewer may see, what waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.permissions import Viewer, listed
from repo_service.organizations.models import Cluster
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.policy import READ

INDEX_TOPICS = ("resource.changed", "cluster.changed", "organization.changed", "file.extracted")


def cluster_names(ids: Iterable[str]) -> dict[str, str]:
    """Names by id; one statement, none when nothing is asked."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = current_session().execute(select(Cluster.id, Cluster.name).where(Cluster.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def present_clusters() -> list[tuple[str, str]]:
    """(id, name) of the clusters of today, by the alphabet."""
    rows = select(Cluster.id, Cluster.name).where(Cluster.to_year.is_(None)).order_by(Cluster.name_sort)
    return [(row.id, row.name) for row in current_session().execute(rows)]


def readable_titles(viewer: Viewer, ids: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """(title, type) of those the viewer may read: the index is not trusted for rights."""
    statement = (
        select(Resource.id, ResourceVersion.title, ResourceVersion.type)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .where(Resource.id.in_(ids), Resource.state == "active", listed(viewer, READ.action))
    )
    return {row.id: (row.title, row.type) for row in current_session().execute(statement)}


def holders_of_file(file_id: str) -> list[str]:
    """Resources whose shown version holds the file."""
    statement = select(Resource.id).join(VersionFile, VersionFile.version_id == Resource.current_version_id)
    return list(current_session().scalars(statement.where(VersionFile.file_id == file_id)))


def published_in_clusters(cluster_ids: Collection[str]) -> list[str]:
    """Published resources of the clusters, of what they were made from and of what they became."""
    clusters = current_session().execute(select(Cluster.id, Cluster.successor_ids)).all()
    related = set(cluster_ids)
    for row in clusters:
        if row.id in cluster_ids or related.intersection(row.successor_ids):
            related |= {row.id, *row.successor_ids}
    statement = select(Resource.id).where(
        Resource.cluster_id.in_(related), Resource.current_version_id.is_not(None)
    )
    return list(current_session().scalars(statement.order_by(Resource.id)))


def published_of_schools(school_ids: Collection[str]) -> list[str]:
    """Published resources that belong to the schools."""
    statement = select(Resource.id).where(
        Resource.school_id.in_(school_ids), Resource.current_version_id.is_not(None)
    )
    return list(current_session().scalars(statement.order_by(Resource.id)))


def every_token() -> list[str]:
    """All access tokens there are, to walk the whole index; for reconciling only."""
    people = current_session().scalars(select(User.id))
    return ["cong-khai", "tinh", "so", *(f"nguoi:{user_id}" for user_id in people)]


SETTLING = timedelta(minutes=1)
"""Longer than a transaction takes to commit and an engine to show what it was given."""


def indexed_until() -> datetime:
    """The moment up to which the index surely holds every change; changes still waiting are younger."""
    waiting = select(func.min(OutboxRow.created_at)).where(
        OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None), OutboxRow.topic.in_(INDEX_TOPICS)
    )
    oldest = current_session().scalar(waiting)
    return (oldest or clock.now()) - SETTLING


def rows_waiting() -> int:
    """Changes that the index does not hold yet."""
    waits = (
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None))
    )
    return current_session().scalar(waits.where(OutboxRow.topic.in_(INDEX_TOPICS))) or 0
