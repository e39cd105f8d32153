"""Reading a person's own recent searches, the newest first; nobody else's, whatever the role."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from indexer.vietnamese import fold
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.search_history.models import RecentQuery

MOST = 50
"""Searches kept of one person."""


def recent_queries(viewer: Viewer) -> Sequence[RecentQuery]:
    """What the viewer searched for lately, each once; one statement, none for a guest."""
    if viewer.is_guest:
        return ()
    statement = select(RecentQuery).where(RecentQuery.user_id == viewer.id).order_by(RecentQuery.id.desc())
    return current_session().scalars(statement.limit(MOST)).all()


def recent_texts(viewer: Viewer, typed: str = "", limit: int = 8) -> list[str]:
    """The viewer's newest searches in which a word begins as typed, marked or not; all without anything typed."""
    begun = f" {fold(typed).strip()}"
    found = (row.text for row in recent_queries(viewer) if begun in f" {fold(row.text)}" or not begun.strip())
    return list(dict.fromkeys(found))[:limit]
