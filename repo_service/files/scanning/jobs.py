"""Scanning in the background: files that wait for their scan, in turn, and one file by name."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, select

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.files import scanning
from repo_service.files.models import StoredFile
from repo_service.files.scanning import ScanFailed, queries, service
from storage_adapters import ObjectNotFound

log = structlog.get_logger()

RUN_SECONDS = 45
"""How long one run scans: other slow work of the same thread comes between two runs."""
OWN_WORK = timedelta(minutes=10)
"""A file younger than this is scanned by the work that its upload asked for."""
TRIES = 3
_BATCH = 100


def hold_or_release(database: Database) -> None:
    """With a scanner: files that none has seen wait, before anybody is served. Without one: what waited is ready."""
    scans = scanning.is_on()
    with database.session(writing=False):
        if not queries.anything_to_move(scans=scans):
            return
    with database.transaction():
        moved = service.hold_unscanned() if scans else service.release_unscanned()
    log.warning("files_wait_for_scan" if scans else "files_released_unscanned", files=moved)


def scan_waiting(database: Database) -> None:
    """Hold what no scanner has seen, then scan what waits, in the order of coming; without a scanner let it go."""
    hold_or_release(database)
    if not scanning.is_on():
        return
    scanning.ping()
    until = time.monotonic() + RUN_SECONDS
    waits = (queries.waiting(), StoredFile.created_at < clock.now() - OWN_WORK)
    for file_id in ids_where(database, *waits):
        scan_or_hold(file_id, database)
        if time.monotonic() > until:
            return


def ids_where(database: Database, *conditions: ColumnElement[bool]) -> Iterator[str]:
    """Files with known bytes that meet the conditions, by id, a handful at a time."""
    last = ""
    wanted = select(StoredFile.id).where(StoredFile.sha256.is_not(None), *conditions).order_by(StoredFile.id)
    while True:
        with database.session(writing=False) as session:
            ids = list(session.scalars(wanted.where(StoredFile.id > last).limit(_BATCH)))
        if not ids:
            return
        yield from ids
        last = ids[-1]


def scan_stored(file_id: str, database: Database) -> None:
    """Scan one file whose bytes are known and write down what was said.

    Raises ScannerUnavailable, ScanFailed, ObjectNotFound, StorageUnavailable.
    """
    with database.session(writing=False) as session:
        file = session.get(StoredFile, file_id)
    if file is None:
        return
    told = scanning.scan(scanning.kept_bytes(file.key, file.size))
    if told and told.result != scanning.CLEAN:
        log.warning("file_not_clean", file=file_id, result=told.result, threat=told.threat)
    with database.transaction():
        service.record_scan(file_id, told)


def scan_or_hold(file_id: str, database: Database) -> None:
    """The same, and a file at which the scanner breaks off each time is held.

    Raises ScannerUnavailable, StorageUnavailable.
    """
    for attempt in range(1, TRIES + 1):
        try:
            scan_stored(file_id, database)
            return
        except ObjectNotFound:
            log.warning("file_to_scan_missing", file=file_id)  # fixity finds, mends or holds it
            return
        except ScanFailed as error:
            log.warning("scan_failed", file=file_id, attempt=attempt, error=str(error))
            scanning.ping()
    with database.transaction():
        service.hold_unscannable(file_id)
