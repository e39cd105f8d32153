"""The hash chain over the audit trail: each seal covers the row and the seal before it, so nothing changes unseen.

Whoever can write to the database could compute the whole chain anew: keep heads (`position:seal`) elsewhere. Each
batch logs its head, each backup holds one, `kho audit head` prints it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import NamedTuple

import structlog
from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import IntegrityError

from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database, current_session

log = structlog.get_logger()

BATCH = 500
MOST_BATCHES = 20
"""In one run of the schedule: an older release's rows are sealed over some minutes, other quick work goes on."""
BEGINNING = "0" * 64
_SEALERS = 0x6B686F
"""Of two that seal at once on PostgreSQL one waits."""


class Head(NamedTuple):
    """A place in the chain and its seal (SHA-256, hex); written `position:seal`."""

    position: int
    seal: str

    def __str__(self) -> str:
        return f"{self.position}:{self.seal}"

    @classmethod
    def read(cls, text: str) -> Head:
        """The head that `str` wrote; ValueError for anything else."""
        position, _, seal = text.strip().partition(":")
        if len(seal) != len(BEGINNING) or not seal.isalnum():
            raise ValueError(f"not a head: {text!r}")
        return cls(int(position), seal)


class Broken(NamedTuple):
    """The first place that is not as it was sealed: `kind` is changed, missing, half_sealed or lost_end."""

    kind: str
    position: int
    entry: AuditEntry | None = None


class Verdict(NamedTuple):
    """What a look at the whole chain found: the last sound place, rows not sealed yet, the first break."""

    head: Head
    unsealed: int
    broken: Broken | None


def seal_of(previous: str, entry: AuditEntry) -> str:
    """The seal of a row at its position: SHA-256 (hex) over the previous seal and everything the row says."""
    told = [
        entry.position, entry.id, entry.at.astimezone(UTC).isoformat(), entry.actor_id, entry.action,
        entry.object_kind, entry.object_id, entry.values,
    ]  # fmt: skip
    canonical = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def seal_waiting(database: Database, batches: int = MOST_BATCHES) -> None:
    """Seal what was committed since; any number of workers may call it, one of two at once has its way."""
    for _ in range(batches):
        try:
            with database.transaction():
                sealed = _seal_batch()
                end = head()
        except IntegrityError:  # another worker sealed at these positions: the rest is its or the next run's
            return
        if sealed:
            log.info("audit_sealed", rows=sealed, head=str(end))
        if sealed < BATCH:
            return


def _seal_batch() -> int:
    session = current_session()
    if session.connection().dialect.name == "postgresql":  # SQLite has one writer anyway
        session.execute(select(func.pg_advisory_xact_lock(_SEALERS)))
    end = head()
    waiting = select(AuditEntry).where(AuditEntry.seal.is_(None), AuditEntry.position.is_(None))
    rows = session.scalars(waiting.order_by(AuditEntry.id).limit(BATCH)).all()
    for entry in rows:
        entry.position = end.position + 1
        end = Head(entry.position, seal_of(end.seal, entry))
        entry.seal = end.seal
    session.flush()
    return len(rows)


def head() -> Head:
    """The end of the chain as the rows say it, unchecked; position 0 when nothing is sealed."""
    last = select(AuditEntry.position, AuditEntry.seal).where(AuditEntry.position.is_not(None))
    row = current_session().execute(last.order_by(AuditEntry.position.desc()).limit(1)).first()
    return Head(row[0] or 0, row[1] or "") if row else Head(0, BEGINNING)


def unsealed() -> tuple[int, datetime | None]:
    """How many rows wait for their seal, and since when the oldest does."""
    waiting = select(func.count(), func.min(AuditEntry.at)).where(AuditEntry.seal.is_(None))
    count, since = current_session().execute(waiting).one()
    return int(count), since


def verify(kept: Iterable[Head] = ()) -> Verdict:
    """Compute every seal anew, in order, and compare the `kept` heads; reads all rows once, a thousand at a time."""
    wanted = {one.position: one.seal for one in kept if one.position}
    end, broken = Head(0, BEGINNING), _half_sealed()
    with closing(_chain()) as chain:
        for entry in chain:
            found = _judge(end, entry, wanted)
            if found:
                broken = found
                break
            end = Head(end.position + 1, entry.seal or "")
    lost = [position for position in wanted if position > end.position]
    if broken is None and lost:
        broken = Broken("lost_end", end.position + 1)
    return Verdict(end, unsealed()[0], broken)


def _judge(end: Head, entry: AuditEntry, wanted: dict[int, str]) -> Broken | None:
    position = end.position + 1
    if entry.position != position:
        return Broken("missing", position, entry)
    if seal_of(end.seal, entry) != entry.seal or wanted.get(position, entry.seal) != entry.seal:
        return Broken("changed", position, entry)
    return None


def _chain() -> Generator[AuditEntry]:
    sealed = select(AuditEntry).where(AuditEntry.position.is_not(None)).order_by(AuditEntry.position)
    return _streamed(sealed)


def _streamed(statement: Select[AuditEntry]) -> Generator[AuditEntry]:
    session = current_session()
    with closing(session.scalars(statement, execution_options={"yield_per": 1000})) as rows:
        for entry in rows:
            yield entry
            session.expunge(entry)


def _half_sealed() -> Broken | None:
    """A row with a seal but no place, or the other way round: nobody but a forger leaves one."""
    seal, position = AuditEntry.seal, AuditEntry.position
    torn = or_(seal.is_(None) & position.is_not(None), seal.is_not(None) & position.is_(None))
    entry = current_session().scalar(select(AuditEntry).where(torn).order_by(AuditEntry.id).limit(1))
    return Broken("half_sealed", entry.position or 0, entry) if entry else None


def entries(since: datetime | None = None) -> Iterator[AuditEntry]:
    """All acts in the order they were written, or those from a moment on; one at a time in memory."""
    written = select(AuditEntry).order_by(AuditEntry.id)
    if since is not None:
        written = written.where(AuditEntry.at >= since)
    return _streamed(written)
