"""Restoring a run into an empty place, and trying a run out: nothing of it is believed before it was compared."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError

from indexer import open_engine
from repo_service.backups import runs
from repo_service.backups.database_copy import copy_database, refuse_rows
from repo_service.backups.making import opened, promised_by
from repo_service.backups.pool import Pool
from repo_service.backups.runs import Manifest
from repo_service.backups.sealing import Sealer
from repo_service.core import clock
from repo_service.core.audit import chain
from repo_service.core.audit.chain import Head
from repo_service.core.errors import MoveNotAllowed
from repo_service.preservation.comparison import MISSING, Step
from repo_service.preservation.copying import AT_ONCE
from repo_service.preservation.queries import Promised
from repo_service.schema import migrate
from repo_service.search.upkeep import every_document
from storage_adapters import ObjectDamaged, ObjectNotFound, Storage

Bad = list[tuple[str, str]]
"""Keys and what is wrong with their bytes."""


@dataclass(frozen=True)
class Restored:
    """What came back: rows by table, objects, and objects whose bytes the backup itself lacks."""

    rows: dict[str, int]
    objects: int
    lacking: Bad


def restore(
    folder: Path, manifest: Manifest, database_url: str, stores: list[Storage], work: Path,
    identity: Path | None = None, step: Step = lambda _objects, _bytes: None,
) -> Restored:  # fmt: skip
    """Bring a run back: bytes first, each compared with its SHA-256, then all rows in one transaction, compared too.

    MoveNotAllowed, and nothing is changed, unless the database is empty and the stores hold nothing else. Killed, the
    same call goes on where it was. A run of an older release is brought to the newest schema on the way.
    """
    with runs.held(folder, changing=False), _laid_open(folder, manifest, work, identity) as (snapshot, pool):
        refuse_rows(database_url)
        for store in stores:
            _refuse_strangers(snapshot, store)
        objects = sum(_put_back(snapshot, manifest, pool, store, step) for store in stores)
        counts = copy_database(f"sqlite:///{snapshot}", database_url)
    return Restored(counts, objects, [(key, MISSING) for key in manifest.lacking])


@contextmanager
def _laid_open(
    folder: Path, manifest: Manifest, work: Path, identity: Path | None
) -> Iterator[tuple[Path, Pool]]:
    """The run's database as a file of its own, decrypted and at the newest schema, and the pool to read from."""
    kept = runs.folder_of(folder, manifest.name) / manifest.database
    if not kept.is_file():
        raise MoveNotAllowed(f"{kept} is missing")
    with kept.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != manifest.database_sha256:
            raise MoveNotAllowed(f"{kept} is not as it was written")
    sealer = Sealer(manifest.recipient, identity) if manifest.recipient else None
    with tempfile.TemporaryDirectory(prefix="kho-restore-", dir=work) as name:
        snapshot = Path(name) / "database.sqlite"
        with kept.open("rb") as source, snapshot.open("wb") as target:
            plain = sealer.open(source) if sealer else source
            while block := plain.read(1 << 20):
                target.write(block)
            plain.close()
        try:
            migrate(f"sqlite:///{snapshot}")
        except CommandError as error:
            raise MoveNotAllowed(f"this backup is of a newer release of Kho: {error}") from error
        yield snapshot, Pool(folder, sealer)


def _refuse_strangers(snapshot: Path, store: Storage) -> None:
    for prefix, rows in promised_by(snapshot):
        for found in store.list(prefix):
            if found.key not in rows or rows[found.key].size != found.size:
                raise MoveNotAllowed(
                    f"the store is not empty: it holds {found.key}, which is not of this backup"
                )


def _put_back(snapshot: Path, manifest: Manifest, pool: Pool, store: Storage, step: Step) -> int:
    """Objects that the store did not have; what an earlier, killed call brought is not brought again."""
    brought = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="restore") as workers:
        for prefix, rows in promised_by(snapshot):
            for key in (*manifest.lacking, *(found.key for found in store.list(prefix))):
                rows.pop(key, None)
            for row in workers.map(lambda row: _bring(pool, store, row), rows.values()):
                step(1, row.size)
            brought += len(rows)
    return brought


def _bring(pool: Pool, store: Storage, row: Promised) -> Promised:
    try:
        pool.put_back(row, store)
    except (ObjectNotFound, ObjectDamaged) as error:
        raise MoveNotAllowed(f"the backup's own copy of {row.key} is missing or damaged") from error
    return row


@dataclass(frozen=True)
class Trial:
    """What trying a run out showed: objects read, works found again, what is wrong."""

    objects: int
    documents: int
    bad: Bad

    @property
    def is_good(self) -> bool:
        """Whether this run would bring everything back."""
        return not self.bad


def try_out(
    folder: Path, manifest: Manifest, work: Path, identity: Path | None = None,
    step: Step = lambda _objects, _bytes: None,
) -> Trial:  # fmt: skip
    """The restore drill: the database is restored to a temporary place, its audit chain and every byte of every object
    compared, the search index filled from it; the run then bears the moment. Needs room for the database alone.
    """
    with runs.held(folder, changing=False), _laid_open(folder, manifest, work, identity) as (snapshot, pool):
        copied = Path(snapshot).with_name("restored.sqlite")
        copy_database(f"sqlite:///{snapshot}", f"sqlite:///{copied}")
        objects, bad = _damage(manifest, copied, pool, step)
        documents, trail = _fill_index(manifest, copied, Path(snapshot).with_name("index"))
        if trail:
            bad.append(("audit_entries", trail))
    if not bad:
        runs.write_durably(
            runs.folder_of(folder, manifest.name) / runs.TRIED, clock.now().isoformat().encode()
        )
    return Trial(objects, documents, bad)


def _damage(manifest: Manifest, database: Path, pool: Pool, step: Step) -> tuple[int, Bad]:
    """Objects read, and which of them are not as their rows say."""
    read, bad = 0, [(key, MISSING) for key in manifest.lacking]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="trial") as workers:
        for _, rows in promised_by(database):
            judged = [row for row in rows.values() if row.key not in manifest.lacking]
            for row, kind in zip(judged, workers.map(pool.judge, judged), strict=True):
                step(1, row.size)
                read += 1
                if kind:
                    bad.append((row.key, kind))
    return read, bad


def _fill_index(manifest: Manifest, copied: Path, folder: Path) -> tuple[int, str | None]:
    engine = open_engine(f"tantivy:{folder}")
    try:
        with opened(copied) as database, database.session(writing=False):
            broken = chain.verify([Head.read(manifest.audit_head)]).broken
            engine.rebuild(every_document())
            return engine.status().documents, broken.kind if broken else None
    finally:
        engine.close()
