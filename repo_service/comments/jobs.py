"""Who hears of a comment: the authors of the work, the people of the thread; of a hidden one, who wrote it."""

from __future__ import annotations

from repo_service.accounts.models import User
from repo_service.comments.models import WorkComment
from repo_service.comments.policy import SEE
from repo_service.comments.queries import in_thread
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import comments_path
from repo_service.notifications.service import notify
from repo_service.organizations.access import load_viewer
from repo_service.resources.models import Resource
from repo_service.resources.queries import author_ids, find_resource

KINDS = {"gop-y": "work.commented", "da-day-thu": "work.tried", "hoi": "work.asked", None: "work.answered"}


def tell_written(row: OutboxRow) -> None:
    """Once for each comment that still stands, and not to whoever wrote it, nor to whom the work is closed by now."""
    comment, resource = _about(row)
    person = current_session().get(User, comment.author_id) if comment else None
    if comment is None or resource is None or person is None or comment.deleted_at or comment.hidden_at:
        return
    told = {resource.created_by_id, *author_ids(resource.id)}
    if comment.parent_id:
        told |= {each for each in in_thread(comment) if _reads(each, resource)}
    notify(
        told - {person.id},
        KINDS.get(comment.purpose, "work.commented"),
        f"{comments_path(resource.id)}#loi-{comment.id}",
        f"comment.written:{comment.id}",
        by=person.name,
        by_form=person.form_of_address,
        title=resource.title,
    )


def tell_hidden(row: OutboxRow) -> None:
    """Its author, who reads the reason there."""
    comment, resource = _about(row)
    if comment and resource and comment.hidden_at:
        origin = f"comment.hidden:{comment.id}:{int(comment.hidden_at.timestamp())}"
        notify([comment.author_id], "work.comment_hidden", comments_path(resource.id), origin, title=resource.title)


def _reads(user_id: str, resource: Resource) -> bool:
    try:
        find_resource(load_viewer(user_id), resource.id, SEE.action)
    except NotFound:
        return False
    return True


def _about(row: OutboxRow) -> tuple[WorkComment | None, Resource | None]:
    comment = current_session().get(WorkComment, row.object_id)
    resource = current_session().get(Resource, comment.resource_id) if comment else None
    return comment, resource if resource is None or resource.state != "withdrawn" else None
