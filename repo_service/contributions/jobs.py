"""Telling the province that the department spreads a work."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.permissions import CLUSTER_LEADS
from repo_service.core.urls import resource_path
from repo_service.notifications.service import notify
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Membership
from repo_service.resources.models import Resource


def tell_spread(row: OutboxRow) -> None:
    """The authors, and the leads of every cluster, hear of it with the reason; not when it was taken back meanwhile."""
    statement = select(Resource).options(selectinload(Resource.authors)).where(Resource.id == row.object_id)
    resource = current_session().scalar(statement)
    if resource is None or resource.spread_reason is None:
        return
    leads = select(Membership.user_id).where(
        Membership.role.in_(CLUSTER_LEADS), Membership.cluster_id.is_not(None), holds_now(Membership)
    )
    authors = [resource.created_by_id, *(author.user_id for author in resource.authors)]
    told = dict.fromkeys([*authors, *current_session().scalars(leads.distinct())])
    notify(
        told, "resource.spread", resource_path(resource.id), f"spread:{row.id}", title=resource.title,
        reason=resource.spread_reason,
    )  # fmt: skip
