"""Compares published works with each other, a few at a time: the page of curators only reads what was found."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.files.models import StoredFile
from repo_service.near_duplicates.models import ComparedWork
from repo_service.near_duplicates.service import record_comparison
from repo_service.resources.findable.near_copies import candidates, nearest_works, sketches_of
from repo_service.resources.models import Resource, VersionFile

RUN_SECONDS, BATCH = 5, 25
SETTLED = timedelta(minutes=5)
"""Changed longer ago than that, a work stands in the index, where others find it."""
EVERYBODYS = ("cong-khai", "tinh", "so")
"""Index tokens of all works but private ones, which nobody but their authors looks after."""
SHARED_BY_MOST, KEPT_PAIRS = 40, 6
"""A text that more works share is a form that all fill in, no duplicate; of the others the nearest few are kept."""


@dataclass(frozen=True)
class Compared:
    """A work's version and the works it nearly equals; `complete` when the engine had no more to name."""

    resource_id: str
    version_id: str
    found: Collection[str]
    complete: bool


def find_duplicates(database: Database) -> None:
    """Compare works whose shown version was not compared yet, until none is left or the run's time is over.

    Raises SearchError while the engine is away; what was compared stays.
    """
    until = time.monotonic() + RUN_SECONDS
    while time.monotonic() < until:
        with database.session(writing=False):
            done = [_compare(*work) for work in _waiting()]
        if not done:
            return
        with database.transaction():
            for one in done:
                record_comparison(one.resource_id, one.version_id, one.found, complete=one.complete)


def _waiting() -> list[tuple[str, str]]:
    """(work, shown version) pairs that were not compared, and whose files have been read."""
    being_read = (
        select(VersionFile.file_id)
        .join(StoredFile, StoredFile.id == VersionFile.file_id)
        .where(VersionFile.version_id == Resource.current_version_id, StoredFile.text_state == "waiting")
    )
    statement = (
        select(Resource.id, Resource.current_version_id)
        .outerjoin(ComparedWork, ComparedWork.resource_id == Resource.id)
        .where(
            Resource.current_version_id.is_not(None),
            Resource.state == "active",
            Resource.visibility != "rieng",
            Resource.updated_at < clock.now() - SETTLED,
            or_(ComparedWork.version_id.is_(None), ComparedWork.version_id != Resource.current_version_id),
            ~exists(being_read),
        )
        .order_by(Resource.id)
        .limit(BATCH)
    )
    return [(row[0], row[1] or "") for row in current_session().execute(statement)]


def _compare(resource_id: str, version_id: str) -> Compared:
    files = select(VersionFile.file_id).where(VersionFile.version_id == version_id)
    own = sketches_of(current_session().scalars(files.order_by(VersionFile.position)).all())
    if not own:
        return Compared(resource_id, version_id, (), complete=True)
    ids = candidates(own, EVERYBODYS, SHARED_BY_MOST + 1)
    known = {resource_id, *_kin(resource_id)}
    found = list(nearest_works(own, [each for each in ids if each not in known]))
    if len(found) >= SHARED_BY_MOST:  # and the work itself
        found = []
    return Compared(resource_id, version_id, found[:KEPT_PAIRS], complete=len(found) <= KEPT_PAIRS)


def _kin(resource_id: str) -> Sequence[str]:
    """The work that this one began as a copy of, and its own copies: they are alike, and say so themselves."""
    work, original = aliased(Resource), Resource
    copies = select(work.id).where(work.based_on_id == resource_id, work.based_on_kind.is_not(None))
    of = select(original.based_on_id).where(original.id == resource_id, original.based_on_kind.is_not(None))
    return [each for each in current_session().scalars(copies.union_all(of)) if each]
