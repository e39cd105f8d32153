"""Tells followers of saved searches, in the inbox, of works published since they were last told."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime

from indexer import BadRequest
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import new_finds_path
from repo_service.notifications.service import notify
from repo_service.organizations.access import load_viewer
from repo_service.saved_searches.queries import Followed, followed_before, newest_publication
from repo_service.saved_searches.service import forget_person, mark_told, mark_told_from, params_of
from repo_service.search.queries import indexed_until
from repo_service.search.service import newly_published

BATCH = 50
"""Searches asked between two commits: killed in between, only these are asked again, and told once."""
MOST_COUNTED = 99
RUN_SECONDS = 45
"""Of one run; whoever was not asked yet comes first in the next."""


def tell_followers(database: Database) -> None:
    """Schedule: one message per search with something new, counted with the follower's rights of this moment.

    The message holds no titles: they are read, with the rights of then, when it is opened. Raises
    EngineUnavailable while the engine is away; nobody is marked as told then.
    """
    with database.session(writing=False):
        until = indexed_until()
        newest = newest_publication(until)
    if newest is None:
        return
    stop = time.monotonic() + RUN_SECONDS
    while time.monotonic() < stop:
        with database.session(writing=False):
            batch = followed_before(newest, BATCH)
            counts = [_count_new(followed, until) for followed in batch]
        if not batch:
            return
        with database.transaction():
            _tell(batch, counts, until)


def forget_closed_account(row: OutboxRow) -> None:
    """What the person behind a closed account searched for goes."""
    forget_person(row.object_id)


def _count_new(followed: Followed, until: datetime) -> int:
    viewer = load_viewer(followed.user_id)
    if viewer.is_guest:
        return 0
    try:
        return len(newly_published(params_of(followed.query), viewer, followed.told_until, until))
    except BadRequest:
        return 0


def _tell(batch: Sequence[Followed], counts: Sequence[int], until: datetime) -> None:
    mark_told([one.id for one, count in zip(batch, counts, strict=True) if not count], until)
    for one, count in zip(batch, counts, strict=True):
        if count and mark_told_from(one.id, one.told_until, until):
            number = str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"
            path = new_finds_path(one.id, one.told_until)
            origin = f"search.found:{one.id}:{int(until.timestamp())}"
            notify([one.user_id], "search.found", path, origin, name=one.name, count=number)
