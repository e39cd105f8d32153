"""Whose work a work rests on: names in a chain, written once and kept, whatever becomes of the original."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.resources import policy
from repo_service.resources.models import Resource, ResourceAuthor, ResourceVersion
from repo_service.resources.service import touch

LONGEST_CHAIN = 30


def credits_of(original: Resource) -> list[dict[str, Any]]:
    """The chain of a work made from `original` (authors loaded): itself first, then what it rests on.

    Each link is {work, licence, by: [[name, school]]}, or {work, licence, gone_on} once that work was withdrawn.
    """
    shown = select(ResourceVersion.licence).where(ResourceVersion.id == original.current_version_id)
    licence = current_session().scalar(shown)
    by = [[author.name, author.school] for author in original.authors]
    nearest = {"work": original.id, "licence": licence, "by": by}
    if original.state == "withdrawn":
        nearest = _gone(original, licence)
    return [nearest, *(original.credits or [])][:LONGEST_CHAIN]


def credit_original(viewer: Viewer, resource: Resource, original: Resource | None) -> None:
    """Name the work that a draft is made from, or none; what began as a copy keeps its credit for good."""
    authorize(viewer, policy.EDIT.action, resource)
    original_id = original.id if original else None
    if original_id == resource.based_on_id:
        return
    if resource.based_on_kind is not None:
        raise MoveNotAllowed(_("Bài này bắt đầu từ bản của đồng nghiệp nên Kho giữ dòng ghi nguồn."))
    if original is not None and (original.id == resource.id or rests_on(original, resource.id)):
        raise InvalidInput({"based_on": [_("Bài không soạn lại từ chính nó.")]})
    record(viewer.id, "resource.original_named", "resource", resource.id, original=original_id)
    resource.based_on_id = original_id
    resource.credits = credits_of(original) if original else None
    touch(resource)


def rests_on(resource: Resource, other_id: str) -> bool:
    """Whether `other_id` stands in the chain of the resource."""
    return any(link["work"] == other_id for link in resource.credits or [])


def follow_names(resource_id: str) -> None:
    """The authors of a work are called otherwise by now: the chains that name it follow; called by privacy."""
    named = select(ResourceAuthor.name, ResourceAuthor.school).where(ResourceAuthor.resource_id == resource_id)
    by = [list(row) for row in current_session().execute(named.order_by(ResourceAuthor.position))]
    for copy in _resting_on(resource_id):
        kept = [
            {**link, "by": by} if link["work"] == resource_id and "by" in link else link
            for link in copy.credits or []
        ]
        if kept != copy.credits:
            copy.credits = kept
            touch(copy)


def forget_withdrawn(resource: Resource) -> None:
    """In every chain that names a withdrawn work only its place and the day stay: no names, no school."""
    for copy in _resting_on(resource.id):
        kept = [
            _gone(resource, link.get("licence")) if link["work"] == resource.id else link
            for link in copy.credits or []
        ]
        if kept != copy.credits:
            copy.credits = kept
            touch(copy)
    emit("resource.withdrawn", resource.id)


def _gone(resource: Resource, licence: str | None) -> dict[str, Any]:
    day = clock.local(resource.state_changed_at).date() if resource.state_changed_at else clock.today()
    return {"work": resource.id, "licence": licence, "gone_on": day.isoformat()}


def _resting_on(resource_id: str) -> list[Resource]:
    """Every work made from this one, directly or one after the other."""
    direct = select(Resource.id.label("id")).where(Resource.based_on_id == resource_id)
    chain = direct.cte("resting", recursive=True)
    later = select(Resource.id).where(Resource.based_on_id == chain.c.id)
    ids = chain.union(later)
    return list(current_session().scalars(select(Resource).where(Resource.id.in_(select(ids.c.id)))))
