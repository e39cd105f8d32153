"""Do rows and objects agree? Both ways, and with `deep` every byte is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from repo_service.core.db import Database
from repo_service.files.jobs import ABANDONED_AFTER
from repo_service.preservation.queries import Promised, is_promised, prefixes, promised
from storage_adapters import ObjectNotFound, ObjectStat, Storage

MISSING, WRONG_SIZE, DAMAGED, ORPHAN = "missing", "wrong size", "damaged", "orphan"
ORPHAN_AFTER = ABANDONED_AFTER + timedelta(hours=1)
"""Younger objects may still get their row; the hourly sweep drops what nobody finished."""
Step = Callable[[int, int], None]


class Finding(NamedTuple):
    """One object that is not as its row says: `kind` is one of the four words above; an orphan has no row."""

    kind: str
    key: str
    row: Promised | None = None


def compare(
    database: Database,
    store: Storage,
    *,
    deep: bool = False,
    step: Step = lambda _objects, _bytes: None,
    parts: Iterable[str] | None = None,
) -> Iterator[Finding]:
    """Findings about a store, while the service runs; `step` is told of objects and bytes that were looked at.

    `parts`: beginnings of keys, where not all are to be looked at. Rows are read before objects, so whatever a row
    promises was there first; a doubt is looked at once more.
    """
    for prefix in parts or prefixes():
        with database.session(writing=False):
            rows = promised(prefix)
        objects = {found.key: found for found in store.list(prefix)}
        for row in rows.values():
            kind = _kind(store, row, objects.pop(row.key, None), deep=deep)
            step(1, row.size)
            if kind and _has_row(database, row.key):
                yield Finding(kind, row.key, row)
        before = datetime.now(UTC) - ORPHAN_AFTER
        for found in objects.values():
            if found.modified < before and not _has_row(database, found.key):
                yield Finding(ORPHAN, found.key)


def _kind(store: Storage, row: Promised, found: ObjectStat | None, *, deep: bool) -> str | None:
    if found is None:
        return MISSING
    if found.size != row.size:
        return WRONG_SIZE
    if deep and row.sha256 is not None:
        return judge_bytes(store, row)
    return None


def judge_bytes(store: Storage, row: Promised, step: Callable[[int], None] = lambda _read: None) -> str | None:
    """Read the whole object and compare: MISSING, WRONG_SIZE, DAMAGED, or None when it is as its row says.

    `step` hears after each block how many bytes were read.
    """
    read = 0

    def took(size: int) -> None:
        nonlocal read
        read += size
        step(read)

    return read_again(store, row, took).kind


class Reading(NamedTuple):
    """What reading a whole object showed: `kind` is None when it is as its row says; `sha256` of what was read."""

    kind: str | None
    sha256: str | None = None


def read_again(store: Storage, row: Promised, took: Callable[[int], None] = lambda _bytes: None) -> Reading:
    """Read every byte and compare with the row; `took` is told of each block's bytes and may wait."""
    digest, size = hashlib.sha256(), 0
    try:
        with store.open(row.key) as reader:
            for block in reader:
                digest.update(block)
                size += len(block)
                took(len(block))
    except ObjectNotFound:
        return Reading(MISSING)
    if size != row.size:
        return Reading(WRONG_SIZE)
    sha256 = digest.hexdigest()
    return Reading(DAMAGED if row.sha256 not in (None, sha256) else None, sha256)


def _has_row(database: Database, key: str) -> bool:
    with database.session(writing=False):
        return is_promised(key)
