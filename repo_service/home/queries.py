"""What the landing pages read beside other features' own lists: the newest works, clusters with their schools."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select

from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer, listed
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import READ
from repo_service.resources.queries import Card, with_files


def newest(viewer: Viewer, limit: int, cluster_ids: Collection[str] = ()) -> list[Card]:
    """The newest published works the viewer may see, of some clusters or of all; two statements."""
    condition: list[ColumnElement[bool]] = [Resource.state == "active", listed(viewer, READ.action)]
    if cluster_ids:
        condition.append(Resource.cluster_id.in_(cluster_ids))
    statement = (
        select(Resource, ResourceVersion, Cluster.name, Organization.name)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .outerjoin(Cluster, Cluster.id == Resource.cluster_id)
        .outerjoin(Organization, Organization.id == Resource.school_id)
        .where(*condition)
        .order_by(Resource.first_published_at.desc(), Resource.id)
        .limit(limit)
    )
    return with_files(current_session().execute(statement).all())


def count_works(viewer: Viewer, cluster_id: str) -> int:
    """How many works of a cluster the viewer may see."""
    statement = select(func.count()).select_from(Resource)
    seen = (
        Resource.cluster_id == cluster_id,
        Resource.state == "active",
        Resource.current_version_id.is_not(None),
    )
    return current_session().scalar(statement.where(*seen, listed(viewer, READ.action))) or 0


def school_counts(cluster_ids: Sequence[str]) -> dict[str, int]:
    """How many schools each cluster has this year."""
    statement = (
        select(Membership.cluster_id, func.count())
        .where(Membership.user_id.is_(None), Membership.cluster_id.in_(cluster_ids), holds_now(Membership))
        .group_by(Membership.cluster_id)
    )
    return {row[0]: row[1] for row in current_session().execute(statement) if row[0]}
