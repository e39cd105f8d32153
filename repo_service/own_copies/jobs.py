"""Who hears of copies: the original's authors of a published one, the copies' authors of an original taken down."""

from __future__ import annotations

from sqlalchemy import select

from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import resource_path
from repo_service.notifications.service import notify
from repo_service.resources.models import Resource, ResourceAuthor
from repo_service.resources.queries import author_ids


def tell_original_authors(row: OutboxRow) -> None:
    """Once for each copy, at its first publication; a private copy is nobody's business."""
    copy = current_session().get(Resource, row.object_id)
    original = current_session().get(Resource, copy.based_on_id) if copy and copy.based_on_id else None
    if copy is None or original is None or copy.visibility == "rieng":
        return
    names = select(ResourceAuthor.name).where(ResourceAuthor.resource_id == copy.id)
    by = ", ".join(current_session().scalars(names.order_by(ResourceAuthor.position).limit(3)))
    told = _people(original) - _people(copy)
    notify(told, "work.copied", resource_path(original.id), f"work.copied:{copy.id}", by=by, title=original.title)


def tell_of_withdrawal(row: OutboxRow) -> None:
    """Who began with the files of a work that was taken down looks whether the reason holds for the own one too."""
    original = current_session().get(Resource, row.object_id)
    if original is None or original.state != "withdrawn":
        return
    copies = select(Resource).where(Resource.based_on_id == original.id, Resource.based_on_kind.is_not(None))
    for copy in current_session().scalars(copies):
        origin = f"work.original_gone:{original.id}:{copy.id}"
        notify(_people(copy), "work.original_gone", resource_path(copy.id), origin, title=copy.title)


def _people(resource: Resource) -> set[str]:
    return {resource.created_by_id, *author_ids(resource.id)}
