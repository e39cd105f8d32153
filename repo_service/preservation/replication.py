"""The second store (`STORAGE_REPLICA_URL`): what it still lacks, and a sound copy in place of a bad one, either way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import NamedTuple

import structlog
from sqlalchemy import func, select, update

from repo_service.core import audit
from repo_service.core.clock import now
from repo_service.core.db import Database, current_session
from repo_service.derivatives.models import Picture
from repo_service.files.models import StoredFile
from repo_service.preservation.comparison import ORPHAN, Finding, Step, compare, judge_bytes
from repo_service.preservation.copying import AT_ONCE, copy_row
from repo_service.preservation.queries import Promised, prefixes
from storage_adapters import Storage, copy_object, set_aside

log = structlog.get_logger()

BATCH = 16
"""Objects copied between two short transactions that write it down."""


class Waiting(NamedTuple):
    """What is not in the second store yet: objects, bytes, and since when the oldest file waits."""

    objects: int
    size: int
    since: datetime | None


def waiting() -> Waiting:
    """How far the second store is behind."""
    session = current_session()
    files = select(func.count(), func.coalesce(func.sum(StoredFile.size), 0), func.min(StoredFile.created_at))
    count, size, since = session.execute(files.where(StoredFile.replicated_at.is_(None))).one()
    drawn = select(func.count(), func.coalesce(func.sum(Picture.size), 0)).where(
        Picture.replicated_at.is_(None)
    )
    pictures, picture_size = session.execute(drawn).one()
    return Waiting(count + pictures, int(size) + int(picture_size), since)


def files_to_copy(after: str) -> list[Promised]:
    """The next files by key whose SHA-256 is known and that lie in one store only."""
    rows = select(StoredFile.key, StoredFile.size, StoredFile.sha256).where(
        StoredFile.replicated_at.is_(None), StoredFile.sha256.is_not(None), StoredFile.key > after
    )
    return [Promised(*row) for row in current_session().execute(rows.order_by(StoredFile.key).limit(BATCH))]


def pictures_to_copy(after: str) -> list[Promised]:
    """The same for pictures."""
    rows = select(Picture.key, Picture.size).where(Picture.replicated_at.is_(None), Picture.key > after)
    found = current_session().execute(rows.order_by(Picture.key).limit(BATCH))
    return [Promised(key, size, None) for key, size in found]


def copy_batch(database: Database, rows: Sequence[Promised], first: Storage, second: Storage) -> None:
    """Copy these objects and write down which arrived; what the first store has no sound copy of is logged."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="replica") as pool:
        done = list(pool.map(partial(_copy, first, second), rows))
    arrived = [row.key for row, kind in done if kind is None]
    with database.transaction() as session:
        for model in (StoredFile, Picture):
            session.execute(update(model).where(model.key.in_(arrived)).values(replicated_at=now()))
    for row, kind in done:
        if kind is not None:
            log.error("object_not_replicated", key=row.key, kind=kind)


def _copy(first: Storage, second: Storage, row: Promised) -> tuple[Promised, str | None]:
    if row.sha256 is None:  # a picture that was drawn anew has the same key
        second.delete(row.key)
    return copy_row(first, second, row)


class Checked(NamedTuple):
    """A finding about the first or the second store, and whether it is put right now."""

    finding: Finding
    second: bool
    mended: bool = False


def check_stores(
    database: Database, first: Storage, second: Storage | None, *, deep: bool, mending: bool,
    parts: Iterable[str] | None = None, step: Step = lambda _objects, _bytes: None,
) -> Iterator[Checked]:  # fmt: skip
    """Compare both stores with the rows (comparison.py) and, `mending`, put each right from the other."""
    parts = list(parts or prefixes())
    for finding in compare(database, first, deep=deep, parts=parts, step=step):
        yield Checked(finding, False, mending and _mend(database, finding, first, second))
    if second is None:
        return
    for finding in compare(database, second, deep=deep, parts=parts):
        if finding.kind != ORPHAN and not _arrived(database, finding.key):
            continue  # it will be copied in its turn
        yield Checked(finding, True, mending and _mend(database, finding, second, first))


def _arrived(database: Database, key: str) -> bool:
    model = StoredFile if key.startswith("files/") else Picture
    with database.session(writing=False) as session:
        return session.scalar(select(model.replicated_at).where(model.key == key)) is not None


def _mend(database: Database, finding: Finding, broken: Storage, sound: Storage | None) -> bool:
    if finding.row is None or sound is None:
        return False
    return mend(database, finding.row, finding.kind, broken, sound)


def mend(database: Database, row: Promised, kind: str, broken: Storage, sound: Storage) -> bool:
    """Put the sound store's object in place of a bad one, whose bytes are set aside; False when both are bad."""
    if judge_bytes(sound, row) is not None:
        log.error("object_cannot_be_mended", key=row.key, kind=kind)
        return False
    aside = set_aside(broken, row.key)
    copy_object(*row, sound, broken)
    log.warning("object_mended", key=row.key, kind=kind, aside=aside)
    with database.transaction():
        file_id = row.key.rpartition("/")[2][:16]
        audit.record(None, "object.mend", "stored_file", file_id, key=row.key, kind=kind, aside=aside)
    return True
