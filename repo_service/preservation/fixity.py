"""Every byte is read again in turn, the one longest unread first; what is bad is mended, or held and told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple

import structlog
from sqlalchemy import select, update

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import Database, current_session
from repo_service.derivatives.models import Picture
from repo_service.files import service as files
from repo_service.files.models import StoredFile
from repo_service.notifications.service import notify
from repo_service.organizations.queries import administrator_ids
from repo_service.preservation.comparison import MISSING, Finding, Reading, Step, read_again
from repo_service.preservation.queries import Promised, promise_of
from repo_service.preservation.replication import Checked, mend
from repo_service.preservation.turns import SOUND, Due, due
from storage_adapters import Storage

log = structlog.get_logger()

AT_ONCE = 2
_WORK = "/so/viec-nen"


class Pace:
    """Holds readers back to so many bytes a second together; None: as fast as it goes."""

    def __init__(self, bytes_per_second: float | None) -> None:
        self._rate, self._free_at, self._lock = bytes_per_second, time.monotonic(), threading.Lock()

    def took(self, size: int) -> None:
        """Wait as long as `size` bytes may take."""
        if self._rate is None:
            return
        with self._lock:
            self._free_at = max(self._free_at, time.monotonic()) + size / self._rate
            wait = self._free_at - time.monotonic()
        time.sleep(max(0.0, wait))


class _Looked(NamedTuple):
    due: Due
    first: Reading
    second: Reading | None


def check_oldest(
    database: Database, first: Storage, second: Storage | None, before: datetime, *,
    pace: Pace | None = None, until: float = float("inf"), step: Step = lambda _objects, _bytes: None,
) -> Iterator[Checked]:  # fmt: skip
    """Read again what was last read before that moment, oldest first, until `until` (monotonic seconds): findings.

    What is bad in one store is mended from the other; what is bad in both is held (files) and told. An outage of a
    store raises StorageUnavailable: the objects at hand count as not read. Stopped or killed, the next call goes on.
    """
    pace, before = pace or Pace(None), min(before, clock.now())
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="fixity") as pool:
        while time.monotonic() < until:
            with database.session(writing=False):
                batch = due(before)
            if not batch:
                return
            looked = list(pool.map(lambda one: _look(first, second, one, pace), batch))
            yield from _settle(database, looked, first, second)
            step(len(batch), sum(one.row.size for one in batch))


def _look(first: Storage, second: Storage | None, one: Due, pace: Pace) -> _Looked:
    beside = read_again(second, one.row, pace.took) if second is not None and one.second else None
    return _Looked(one, read_again(first, one.row, pace.took), beside)


def _settle(
    database: Database, looked: Sequence[_Looked], first: Storage, second: Storage | None
) -> Iterator[Checked]:
    """Mend or hold what is bad, then write down the whole batch; yields what was bad."""
    results: dict[str, str] = {}
    for one in looked:
        kind = one.first.kind or (one.second.kind if one.second else None)
        results[one.due.row.key] = kind or SOUND
        if kind is not None and _still_promised(database, one.due.row):
            checked = _act(database, one, first, second)
            results[one.due.row.key] = SOUND if all(each.mended for each in checked) else kind
            yield from checked
    _write_down(database, looked, results)


def _still_promised(database: Database, row: Promised) -> bool:
    with database.session(writing=False):
        return promise_of(row.key) == row


def _act(database: Database, one: _Looked, first: Storage, second: Storage | None) -> list[Checked]:
    """A picture is only mended at the second look: it may just be drawn anew under the same key."""
    row, checked = one.due.row, []
    waits = row.key.startswith("pictures/") and one.due.found in (None, SOUND)
    for reading, broken, sound in ((one.first, first, second), (one.second, second, first)):
        if reading is None or reading.kind is None or broken is None:
            continue
        mended = False
        if sound is not None and one.due.second and not waits:
            mended = mend(database, row, reading.kind, broken, sound)
        checked.append(Checked(Finding(reading.kind, row.key, row), broken is second, mended))
    if not waits:
        _tell(database, one.due, checked)
    return checked


def _tell(database: Database, looked_at: Due, checked: Sequence[Checked]) -> None:
    """An unmended file is held, unless it is merely not there: a disk may not be mounted. Administrators hear of it.

    It is looked at every hour then; only what was not known yet is an act.
    """
    row = looked_at.row
    unmended = [one for one in checked if not one.mended]
    if unmended:
        log.error("object_bad", key=row.key, kinds=[one.finding.kind for one in unmended])
    with database.transaction() as session:
        file = session.scalar(select(StoredFile).where(StoredFile.key == row.key))
        if file is None:
            return
        for one in unmended:
            kind = one.finding.kind
            if looked_at.found != kind:
                record(None, "file.found_bad", "file", file.id, kind=kind, second=one.second)
            if kind != MISSING and not one.second:
                files.hold_damaged(file.id)
        notice = "storage.damaged" if unmended else "storage.mended"
        notify(administrator_ids(), notice, _WORK, f"{notice}:{clock.now():%Y%m%d}", name=file.name)


def _write_down(database: Database, looked: Sequence[_Looked], results: dict[str, str]) -> None:
    moment = clock.now()
    with database.transaction() as session:
        for model, area in ((StoredFile, "files/"), (Picture, "pictures/")):
            for result in set(results.values()):
                keys = [key for key, told in results.items() if told == result and key.startswith(area)]
                if keys:
                    told = {"checked_at": moment, "check_result": result}
                    session.execute(update(model).where(model.key.in_(keys)).values(told))
        _learn_pictures(looked)
        sound = [key for key, result in results.items() if result == SOUND]
        held = select(StoredFile.id).where(StoredFile.key.in_(sound), StoredFile.reason == files.DAMAGED)
        for file_id in session.scalars(held).all():
            files.release_mended(file_id)


def _learn_pictures(looked: Sequence[_Looked]) -> None:
    """What an older release drew is measured by what it was when first read again."""
    for one in looked:
        row = one.due.row
        if row.sha256 is None and row.key.startswith("pictures/") and one.first.kind is None:
            fresh = update(Picture).where(Picture.key == row.key, Picture.sha256.is_(None))
            current_session().execute(fresh.values(sha256=one.first.sha256))
