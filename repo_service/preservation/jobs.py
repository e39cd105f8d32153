"""Background work of keeping bytes: copied once more within a minute, all read again within seven days."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import islice

import structlog

from repo_service.background.progress import Reporter
from repo_service.core import clock
from repo_service.core.backends import replica, storage
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.preservation.comparison import ORPHAN, compare, judge_bytes
from repo_service.preservation.fixity import Pace, check_oldest
from repo_service.preservation.queries import Promised, areas, folders, promise_of
from repo_service.preservation.replication import (
    check_stores,
    copy_batch,
    files_to_copy,
    mend,
    pictures_to_copy,
    waiting,
)
from repo_service.preservation.turns import DUE_AFTER
from storage_adapters import StorageUnavailable

log = structlog.get_logger()

MOST_ORPHANS = 500
"""What deaths may leave in a day; more are a sign that rows are missing, not that objects are too many."""
RUN_SECONDS = 45
"""How long one run copies: other slow work of the same thread comes between two runs."""
READ_SECONDS, READ_BYTES_PER_SECOND = 20, 50 << 20
"""How long and how fast one run reads again, every two minutes: 8 MB a second on the whole, 5 TB in a cycle."""


def copy_waiting(database: Database) -> None:
    """Copy what lies in one store only, oldest keys first, until nothing waits or the time of a run is over."""
    second = replica()
    if second is None:
        return
    with database.session(writing=False):
        total = waiting().objects
    if not total:
        return
    until, done = time.monotonic() + RUN_SECONDS, 0
    try:
        with Reporter(database, "replica.copy", total) as report:
            for rows in _batches(database):
                copy_batch(database, rows, storage(), second)
                report(done := done + len(rows))
                if time.monotonic() > until:
                    break
    except StorageUnavailable as error:
        log.warning("replica_waits", error=str(error))


def _batches(database: Database) -> Iterator[Sequence[Promised]]:
    for to_copy in (files_to_copy, pictures_to_copy):
        last = ""
        while True:
            with database.session(writing=False):
                rows = to_copy(last)
            if not rows:
                break
            yield rows
            last = rows[-1].key


def read_again_in_turn(database: Database) -> None:
    """Read the bytes that nobody has read for longest and mend what is bad; the next run goes on from there."""
    until = time.monotonic() + READ_SECONDS
    before = clock.now() - DUE_AFTER
    try:
        pace = Pace(READ_BYTES_PER_SECOND)
        for _ in check_oldest(database, storage(), replica(), before, pace=pace, until=until):
            pass  # logged, told and written down where it is found
    except StorageUnavailable as error:
        log.warning("reading_again_waits", error=str(error))


def compare_a_folder(database: Database) -> None:
    """List one of 256 folders of both stores, another one each hour: is anything missing, short or left over?"""
    number = int(time.time() // 3600) % 256
    parts = [f"{area}/{folders()[number]}/" for area in areas()]
    try:
        for told in check_stores(database, storage(), replica(), deep=False, mending=True, parts=parts):
            if not told.mended:
                log.error("object_bad", key=told.finding.key, kind=told.finding.kind, second=told.second)
    except StorageUnavailable as error:
        log.warning("comparison_waits", error=str(error))


def sweep_orphans(database: Database) -> None:
    """Drop objects over a day old without a row: whoever stored them died before the row, nobody was told (I3).

    Very many mean that the database is older than the store (a copy was put back): then all stay, and it is said.
    """
    for store in filter(None, (storage(), replica())):
        orphans = (found.key for found in compare(database, store) if found.kind == ORPHAN)
        keys = list(islice(orphans, MOST_ORPHANS + 1))
        if len(keys) > MOST_ORPHANS:
            log.error("too_many_orphans", at_least=len(keys))
            continue
        for key in keys:
            log.warning("orphan_dropped", key=key)
            store.delete(key)


def mend_lost(row: OutboxRow, database: Database) -> None:
    """A reader found an object missing or short: look, and put the replica's in its place."""
    key = str(row.values["key"])
    with database.session(writing=False):
        promised = promise_of(key)
    kind = promised and judge_bytes(storage(), promised)
    second = replica()
    if promised is not None and kind and second is not None:
        mend(database, promised, kind, storage(), second)
