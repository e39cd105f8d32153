"""The outbox: work that must follow a change, written in the same transaction as the change.

It is the only queue (docs/decisions/0002): the worker claims due rows one by one, in order per object,
and marks each done; a row whose worker died is claimed again when its lease runs out. Handlers may
run twice and must not mind.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, Text, and_, delete, exists, func, select, text, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Database, Id, late_rows, write_late

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 8


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


class ScheduleRun(Base):
    """When work that comes round by itself is due next; moving `due_at` is how one process claims it."""

    __tablename__ = "schedule_runs"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[datetime]


def emit(topic: str, object_id: str, **values: Any) -> None:
    """Ask for the work of `topic` about an object, once this transaction commits; once per transaction."""
    for row in late_rows(OutboxRow):
        if row["topic"] == topic and row["object_id"] == object_id:
            row["values"] = values
            return
    moment = now()
    write_late(OutboxRow, topic=topic, object_id=object_id, values=values, created_at=moment, available_at=moment)


def anything_due(session: Session, topics: list[str]) -> bool:
    """Whether a row of these topics waits: a read that costs no lock."""
    due = select(OutboxRow.id).where(
        OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None), OutboxRow.available_at <= now()
    )
    return session.scalar(due.where(OutboxRow.topic.in_(topics)).limit(1)) is not None


def claim(session: Session, topics: list[str], limit: int = 20) -> list[OutboxRow]:
    """Lease up to `limit` due rows; a row waits while an earlier one of its object and topic is unfinished."""
    moment = now()
    earlier = aliased(OutboxRow)
    blocked = exists().where(
        earlier.object_id == OutboxRow.object_id,
        earlier.topic == OutboxRow.topic,
        earlier.id < OutboxRow.id,
        earlier.done_at.is_(None),
        earlier.dead_at.is_(None),
    )
    due = (
        select(OutboxRow)
        .where(OutboxRow.done_at.is_(None), OutboxRow.dead_at.is_(None), OutboxRow.available_at <= moment)
        .where(OutboxRow.topic.in_(topics), ~blocked)
        .order_by(OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(due))
    for row in rows:
        row.attempts += 1
        row.available_at = moment + LEASE
    return rows


def finish(session: Session, row_ids: list[int]) -> None:
    """Mark rows done, each on its own: never by "everything below an id"."""
    session.execute(update(OutboxRow).where(OutboxRow.id.in_(row_ids)).values(done_at=now(), error=None))


def fail(session: Session, row_id: int, error: str) -> None:
    """Put a row back with growing pauses; after the last attempt it goes to the dead-letter list."""
    row = session.get_one(OutboxRow, row_id)
    row.error = error[:2000]
    if row.attempts >= MOST_ATTEMPTS:
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
