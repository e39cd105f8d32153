"""Telling people: one notice per person and origin, however often a job runs; marking them read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer
from repo_service.notifications.models import Notification
from repo_service.notifications.texts import KINDS


def notify(user_ids: Iterable[str | None], kind: str, path: str, origin: str, **values: Any) -> None:
    """Leave a notice with each person; `origin` names the event, so that a repeated job tells nobody twice.

    `values` fill the kind's sentence when it is read; they are plain names and numbers.
    """
    if kind not in KINDS:
        raise ValueError(f"no sentence for notices of kind {kind!r}")
    by_origin = {f"{origin}:{user_id}": user_id for user_id in user_ids if user_id}
    if not by_origin:
        return
    session = current_session()
    told = set(session.scalars(select(Notification.origin).where(Notification.origin.in_(by_origin))))
    moment = clock.now()
    session.add_all(
        Notification(
            id=new_id(), user_id=user_id, kind=kind, path=path, origin=key, values=values, created_at=moment
        )
        for key, user_id in by_origin.items()
        if key not in told
    )


def version_origin(resource_id: str, number: int) -> str:
    """The origin of news of a later version: whoever keeps and follows a work hears of it once."""
    return f"new version kept:{resource_id}:{number}"


def mark_read(viewer: Viewer, notification_id: str | None = None) -> None:
    """Mark one notice of the viewer as read, or all of them; somebody else's stay as they are."""
    statement = update(Notification).where(Notification.user_id == viewer.id, Notification.read_at.is_(None))
    if notification_id is not None:
        statement = statement.where(Notification.id == notification_id)
    current_session().execute(statement.values(read_at=clock.now()))
