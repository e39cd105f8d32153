"""Who hears of a lesson: the authors of the work it was taught with; schools counted again when works change places."""

from __future__ import annotations

from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.classroom_use import service
from repo_service.classroom_use.models import Teaching
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import teachings_path
from repo_service.notifications.service import notify
from repo_service.resources.models import Resource
from repo_service.resources.queries import author_ids


def count_again(row: OutboxRow) -> None:
    """What was replaced by a work counts for it; taken back, it counts no more."""
    locked = select(Resource).where(Resource.id == row.object_id).with_for_update()
    resource = current_session().scalar(locked)
    if resource is not None:
        service.count_again(resource)


def tell_authors(row: OutboxRow) -> None:
    """Once for each note, and not to whoever wrote it; a note that was taken back meanwhile tells nobody."""
    teaching = current_session().get(Teaching, row.object_id)
    resource = current_session().get(Resource, teaching.resource_id) if teaching else None
    person = current_session().get(User, teaching.user_id) if teaching else None
    if teaching is None or resource is None or person is None or resource.state == "withdrawn":
        return
    notify(
        {resource.created_by_id, *author_ids(resource.id)} - {person.id},
        "work.taught",
        teachings_path(resource.id),
        f"work.taught:{teaching.id}",
        by=person.name,
        by_form=person.form_of_address,
        title=resource.title,
    )
