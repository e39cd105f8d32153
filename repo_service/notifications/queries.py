"""Reading a person's notices, newest first."""

from __future__ import annotations

from sqlalchemy import select

from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer
from repo_service.notifications.models import Notification
from repo_service.notifications.texts import GROUPS, kinds_of


def inbox(viewer: Viewer, number: int = 1, size: int = 20, group: str = "") -> Page[Notification]:
    """One page of the viewer's notices, of one group when it is named; one statement."""
    statement = (
        select(Notification)
        .where(Notification.user_id == viewer.id)
        .order_by(Notification.created_at.desc(), Notification.id.desc())
    )
    if group in GROUPS:
        statement = statement.where(Notification.kind.in_(kinds_of(group)))
    rows = current_session().scalars(statement.limit(size + 1).offset((number - 1) * size)).all()
    return page_of(rows, number, size)


def notice_for(viewer: Viewer, notification_id: str) -> Notification:
    """One notice of the viewer; NotFound for any other."""
    found = current_session().get(Notification, notification_id)
    if found is None or viewer.is_guest or found.user_id != viewer.id:
        raise NotFound()
    return found
