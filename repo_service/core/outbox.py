"""The outbox: work that must follow a change, written in the same transaction as the change.

It is the only queue (docs/decisions/0002): workers claim due rows, in order per object, and mark each done;
a row whose worker died is claimed again when its lease runs out. Handlers may run twice and must not mind.
"""

from __future__ import annotations

import os
import socket
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Index,
    Select,
    String,
    Text,
    and_,
    delete,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Database, Id, late_rows, write_late
from repo_service.core.identifiers import new_id

LEASE = timedelta(seconds=30)
"""How long claimed rows belong to a worker that does not renew (background/leases.py does, four times as often)."""
MOST_ATTEMPTS = 8
OUTAGE_PAUSE = timedelta(seconds=10)
DIED = "WorkerDied: the process ended each time it was at this work"


class OutboxRow(Base):
    """One piece of work: `topic` says which functions, `object_id` and `values` what about."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_due",
            "available_at",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_outbox_object",
            "object_id",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index(
            "ix_outbox_dead",
            "id",
            sqlite_where=text("dead_at IS NOT NULL"),
            postgresql_where=text("dead_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    topic: Mapped[str] = mapped_column(String(60))
    object_id: Mapped[str] = mapped_column(Id)
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    available_at: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    holder: Mapped[str | None] = mapped_column(String(60))
    """The claim that works at it (host, process, claim); still set after the lease ran out: its worker died."""


def emit(topic: str, object_id: str, *, delay: timedelta = timedelta(), **values: Any) -> None:
    """Ask for the work of `topic` about an object, once this transaction commits; once per transaction.

    `delay`: not before so much time has passed, for what may still be taken back.
    """
    for row in late_rows(OutboxRow):
        if row["topic"] == topic and row["object_id"] == object_id:
            row["values"] = values
            return
    moment = now()
    write_late(
        OutboxRow, topic=topic, object_id=object_id, values=values, created_at=moment, available_at=moment + delay
    )


def anything_due(session: Session, topics: list[str]) -> bool:
    """Whether a row of these topics waits: a read that costs no lock."""
    due = select(OutboxRow.id).where(
        OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None), OutboxRow.available_at <= now()
    )
    return session.scalar(due.where(OutboxRow.topic.in_(topics)).limit(1)) is not None


def claim(session: Session, topics: list[str], limit: int = 20, holder: str = "") -> list[OutboxRow]:
    """Lease up to `limit` due rows; a row waits while an earlier one of its object and topic is unfinished.

    Rows whose worker died are taken one at a time, so that one which kills its worker takes no others along.
    """
    moment = now()
    rows = list(session.scalars(_due(topics, moment).limit(limit).with_for_update(skip_locked=True)))
    for row in rows:
        if row.holder and row.attempts >= MOST_ATTEMPTS:
            row.dead_at, row.holder, row.error = moment, None, DIED
    alive = [row for row in rows if row.dead_at is None]
    taken = [row for row in alive if row.holder][:1] or alive
    holder = holder or new_holder()
    for row in taken:
        row.attempts += 1
        row.available_at, row.holder = moment + LEASE, holder
    return taken


def _due(topics: list[str], moment: datetime) -> Select[OutboxRow]:
    earlier = aliased(OutboxRow)
    blocked = exists().where(
        earlier.object_id == OutboxRow.object_id,
        earlier.topic == OutboxRow.topic,
        earlier.id < OutboxRow.id,
        earlier.done_at.is_(None),
        earlier.dead_at.is_(None),
    )
    unfinished = (OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None), OutboxRow.available_at <= moment)
    return select(OutboxRow).where(*unfinished, OutboxRow.topic.in_(topics), ~blocked).order_by(OutboxRow.id)


def new_holder() -> str:
    """A name for one claim: the operator reads machine and process in it."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{new_id()}"


def renew(session: Session, holder: str) -> None:
    """Keep everything of this claim that is not finished."""
    session.execute(update(OutboxRow).where(*_held(holder)).values(available_at=now() + LEASE))


def release(session: Session, holder: str) -> None:
    """Give back what this claim did not come to, as if it had not been taken: its worker ends."""
    given_back = {"available_at": now(), "holder": None, "attempts": OutboxRow.attempts - 1}
    session.execute(update(OutboxRow).where(*_held(holder)).values(given_back))


def _held(holder: str) -> tuple[ColumnElement[bool], ...]:
    return OutboxRow.holder == holder, OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None)


def finish(session: Session, rows: list[OutboxRow]) -> bool:
    """Mark rows done, each on its own: never by "everything below an id".

    False when the lease of one ran out and another worker has it: what was done in this transaction must not stay.
    """
    ids, holders = [row.id for row in rows], {row.holder for row in rows}
    mine = update(OutboxRow).where(
        OutboxRow.id.in_(ids), OutboxRow.holder.in_(holders), OutboxRow.done_at.is_(None)
    )
    done = session.execute(mine.values(done_at=now(), error=None, holder=None))
    return bool(done.rowcount == len(ids))  # type: ignore[attr-defined]


def fail(session: Session, claimed: OutboxRow, error: str, *, outage: bool = False) -> None:
    """Put a row back with growing pauses; after the last attempt it goes to the dead-letter list.

    An outage (a store, an engine that does not answer) is not the row's fault: it waits, and no attempt counts.
    """
    row = session.get_one(OutboxRow, claimed.id)
    if row.holder != claimed.holder or row.done_at is not None:
        return  # another worker has it by now
    row.error, row.holder = error[:2000], None
    if outage:
        row.attempts -= 1
        row.available_at = now() + OUTAGE_PAUSE
    elif row.attempts >= MOST_ATTEMPTS:
        row.dead_at = now()
    else:
        row.available_at = now() + timedelta(seconds=min(2**row.attempts, 600))


def waiting(session: Session) -> int:
    """How many rows are not done yet, dead ones left out."""
    unfinished = and_(OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None))
    return session.scalar(select(func.count()).select_from(OutboxRow).where(unfinished)) or 0


def dead(session: Session, limit: int = 100) -> list[OutboxRow]:
    """Rows that failed for good, newest first: an operator's list."""
    return list(
        session.scalars(
            select(OutboxRow).where(OutboxRow.dead_at.is_not(None)).order_by(OutboxRow.id.desc()).limit(limit)
        )
    )


def sweep(database: Database, older_than: timedelta = timedelta(days=14)) -> None:
    """Forget rows that were done long ago."""
    with database.transaction() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.done_at < now() - older_than))
