"""Tells followers of new works and new versions, in the background and in batches, each person once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from repo_service.core.db import Database, current_session
from repo_service.core.outbox import OutboxRow, emit
from repo_service.core.urls import resource_path
from repo_service.follows.queries import followers
from repo_service.follows.service import forget_person
from repo_service.notifications.service import notify, version_origin
from repo_service.resources.models import Resource, ResourceVersion

TOPIC = "follows.tell"
BATCH = 500
"""Followers told between two commits: killed in between, those told before are not told again."""


def hand_over(row: OutboxRow) -> None:
    """A work was published: the followers are told by the worker that has time for it."""
    emit(TOPIC, row.object_id, number=int(row.values.get("number", 1)))


def tell_followers(row: OutboxRow, database: Database) -> None:
    """One notice for each person whom the work concerns, however many things they follow, and who may read it."""
    number, after = int(row.values.get("number", 1)), ""
    while True:
        with database.transaction():
            told = _tell_batch(row.object_id, number, after)
        if len(told) < BATCH:
            return
        after = told[-1]


def _tell_batch(resource_id: str, number: int, after: str) -> list[str]:
    statement = select(Resource).options(selectinload(Resource.authors)).where(Resource.id == resource_id)
    resource = current_session().scalar(statement)
    if resource is None or resource.state != "active" or resource.current_version_id is None:
        return []
    version = current_session().get_one(ResourceVersion, resource.current_version_id)
    people = followers(resource, version, number, after, BATCH)
    path, words = resource_path(resource.id), {"title": resource.title, "number": number}
    if number > 1:
        notify(people, "follow.new_version", path, version_origin(resource.id, number), **words)
    else:
        notify(people, "follow.published", path, f"follow:{resource.id}", **words)
    return people


def forget_closed_account(row: OutboxRow) -> None:
    """What the person behind a closed account followed goes."""
    forget_person(row.object_id)
