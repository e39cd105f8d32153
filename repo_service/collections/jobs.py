"""Tells people that a work they keep in a collection has a new version (journey A)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from repo_service.collections.models import Collection, CollectionItem
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import resource_path
from repo_service.notifications.service import notify, version_origin
from repo_service.organizations.access import load_viewer
from repo_service.resources.models import Resource
from repo_service.resources.policy import can_read

EVERYBODY_SIGNED_IN = ("tinh", "cong-khai")


def tell_of_new_version(row: OutboxRow) -> None:
    """Those who keep the work, its authors aside, and who may still read it; each once for a version."""
    number = int(row.values.get("number", 1))
    statement = select(Resource).options(selectinload(Resource.authors)).where(Resource.id == row.object_id)
    resource = current_session().scalar(statement) if number > 1 else None
    if resource is None:
        return
    makers = {resource.created_by_id, *(author.user_id for author in resource.authors)}
    keepers = select(Collection.owner_id).join(CollectionItem, CollectionItem.collection_id == Collection.id)
    kept = keepers.where(CollectionItem.resource_id == resource.id).distinct().order_by(Collection.owner_id)
    told = [
        owner_id
        for owner_id in current_session().scalars(kept).all()
        if owner_id not in makers and _reads(owner_id, resource)
    ]
    origin = version_origin(resource.id, number)
    notify(
        told,
        "collection.new_version",
        resource_path(resource.id),
        origin,
        title=resource.title,
        number=number,
    )


def _reads(owner_id: str, resource: Resource) -> bool:
    """Asks for the person's place only where the reach depends on it."""
    return resource.visibility in EVERYBODY_SIGNED_IN or can_read(load_viewer(owner_id), resource)
