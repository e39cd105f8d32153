"""Making a run: the database first, then every object its rows speak of; the manifest last."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from repo_service.backups import runs
from repo_service.backups.pool import Pool
from repo_service.backups.runs import Manifest
from repo_service.backups.sealing import Sealer
from repo_service.backups.snapshot import take_snapshot
from repo_service.core import clock
from repo_service.core.audit import chain, record
from repo_service.core.db import Database
from repo_service.preservation.comparison import Step
from repo_service.preservation.copying import AT_ONCE
from repo_service.preservation.queries import Promised, is_promised, prefixes, promised
from storage_adapters import Storage

log = structlog.get_logger()

MOST_SNAPSHOTS = 3
"""So often the database is taken again when objects were deleted between snapshot and copy."""
DATABASE = "database.sqlite"
LEFT_SECONDS = 24 * 3600


@dataclass
class _Taken:
    """What the pool holds for one snapshot."""

    names: set[str] = field(default_factory=set)
    size: int = 0
    lacking: list[str] = field(default_factory=list)


def make_backup(
    database: Database, stores: list[Storage], folder: Path, work: Path, recipient: str | None = None,
    step: Step = lambda _objects, _bytes: None,
) -> Manifest:  # fmt: skip
    """A new run in `folder`, while people work; `stores` in the order in which they are asked for an object.

    `work` is a folder of this machine for the snapshot, which is never on the backup's disk unencrypted. Killed, it
    leaves a run without manifest that counts for nothing; what its objects cost is kept. Raises StorageError.
    """
    _sweep(work)
    with (
        runs.held(folder, changing=True),
        tempfile.TemporaryDirectory(prefix="kho-backup-", dir=work) as name,
    ):
        sealer = Sealer(recipient) if recipient else None
        pool = Pool(folder, sealer)
        pool.clean()
        for attempt in range(MOST_SNAPSHOTS):
            moment, snapshot = clock.now(), Path(name) / f"{attempt}.sqlite"
            take_snapshot(database.engine.url.render_as_string(hide_password=False), snapshot)
            taken, gone = _take(database, snapshot, stores, pool, step)
            if not gone:
                break
            log.info("backup_begins_anew", deleted_meanwhile=gone)
        manifest = _write(folder, runs.free_name(folder, moment), snapshot, taken, sealer, recipient)
    with database.transaction():
        about = {"objects": manifest.objects, "bytes": manifest.bytes, "lacking": len(manifest.lacking)}
        record(None, "backup.made", "backup", manifest.name, **about)
    log.info("backup_made", run=manifest.name, head=manifest.audit_head, **about)
    return manifest


def _sweep(work: Path) -> None:
    """Snapshots that killed processes left a day ago and more: nobody is at them."""
    before = time.time() - LEFT_SECONDS
    for left in (*work.glob("kho-backup-*"), *work.glob("kho-restore-*")):
        if left.stat().st_mtime < before:
            shutil.rmtree(left, ignore_errors=True)


def _take(
    database: Database, snapshot: Path, stores: list[Storage], pool: Pool, step: Step
) -> tuple[_Taken, int]:
    """Fill the pool with what the snapshot promises; how many objects were deleted since it was taken."""
    taken, gone = _Taken(), 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="backup") as workers:
        for prefix, rows in promised_by(snapshot):
            there = pool.names(prefix)
            new = [row for row in rows.values() if pool.name_of(row) not in there]
            kinds = dict(zip(new, workers.map(partial(pool.take, sources=stores), new), strict=True))
            bad = [row for row, kind in kinds.items() if kind is not None]
            with database.session(writing=False):
                lacking = [row.key for row in bad if is_promised(row.key)]
            gone += len(bad) - len(lacking)
            taken.lacking += lacking
            taken.names |= {pool.name_of(row) for row in rows.values() if kinds.get(row) is None}
            size = sum(row.size for row in rows.values())
            taken.size += size
            step(len(rows), size)
    return taken, gone


def _write(
    folder: Path, name: str, snapshot: Path, taken: _Taken, sealer: Sealer | None, recipient: str | None
) -> Manifest:
    runs.folder_of(folder, name).mkdir(parents=True)
    kept = DATABASE + (".age" if sealer else "")
    sha256 = _keep_file(snapshot, runs.folder_of(folder, name) / kept, sealer)
    with opened(snapshot) as then, then.session(writing=False):
        head = str(chain.head())
    manifest = Manifest(
        name=name, database=kept, database_sha256=sha256, audit_head=head, recipient=recipient,
        objects_sha256=runs.write_objects(folder, name, taken.names), objects=len(taken.names), bytes=taken.size,
        lacking=sorted(taken.lacking),
    )  # fmt: skip
    runs.finish_run(folder, manifest)
    return manifest


def _keep_file(source: Path, target: Path, sealer: Sealer | None) -> str:
    """Copy (and seal) a file durably; the SHA-256 of what lies there now."""
    with source.open("rb") as plain, target.open("wb") as copy:
        if sealer:
            with sealer.seal(plain) as sealed:
                shutil.copyfileobj(sealed, copy, 1 << 20)
        else:
            shutil.copyfileobj(plain, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
    with target.open("rb") as written:
        return hashlib.file_digest(written, "sha256").hexdigest()


@contextmanager
def opened(snapshot: Path) -> Iterator[Database]:
    """A snapshot as a database."""
    database = Database(f"sqlite:///{snapshot}")
    try:
        yield database
    finally:
        database.engine.dispose()


def promised_by(snapshot: Path) -> Iterator[tuple[str, dict[str, Promised]]]:
    """The objects that a snapshot's rows speak of, by key, a sixteenth of an area at a time with its prefix."""
    with opened(snapshot) as then:
        for prefix in prefixes():
            with then.session(writing=False):
                rows = promised(prefix)
            yield prefix, rows
