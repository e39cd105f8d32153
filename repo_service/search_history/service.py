"""The verbs on a person's recent searches; the only writer of their table."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from indexer.vietnamese import fold, normalise
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.search_history.models import LONGEST, RecentQuery
from repo_service.search_history.queries import MOST, recent_queries

SHORTEST = 2
HALF_TYPED = timedelta(minutes=2)
"""A search that another one continues within this time was on its way to it and is not kept."""


def remember(viewer: Viewer, text: str) -> None:
    """Keep one search of the viewer, the newest MOST of them; a guest's and a single letter are not kept.

    One that differs only in marks, capitals or blanks takes the place of the earlier one.
    """
    words = " ".join(normalise(text[:LONGEST]).split())[:LONGEST]
    if viewer.id is None or len(words) < SHORTEST:
        return
    moment = clock.now()
    kept = recent_queries(viewer)
    over = {row.id for row in kept if _gives_way(row, words, moment)}
    over |= {row.id for row in [row for row in kept if row.id not in over][MOST - 1 :]}
    if over:
        current_session().execute(delete(RecentQuery).where(RecentQuery.id.in_(over)))
    current_session().add(RecentQuery(user_id=viewer.id, text=words, at=moment))


def _gives_way(row: RecentQuery, words: str, moment: datetime) -> bool:
    known, new = fold(row.text), fold(words)
    return known == new or (new.startswith(known) and moment - row.at < HALF_TYPED)


def forget(viewer: Viewer, query_id: int | None = None) -> None:
    """Delete one of the viewer's searches, or all of them; anybody else's stay as they are."""
    statement = delete(RecentQuery).where(RecentQuery.user_id == viewer.id)
    if query_id is not None:
        statement = statement.where(RecentQuery.id == query_id)
    current_session().execute(statement)


def forget_person(user_id: str) -> None:
    """Delete everything that a person searched for: the account was closed."""
    current_session().execute(delete(RecentQuery).where(RecentQuery.user_id == user_id))
