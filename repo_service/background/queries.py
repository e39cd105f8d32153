"""What waits, what runs and what failed for good: one statement each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from repo_service.core.clock import now
from repo_service.core.db import current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.pagination import Page, page_of

PAGE_SIZE = 20


@dataclass(frozen=True)
class TopicState:
    """The unfinished rows of a topic by what they do; `since` is when the oldest that waits was written."""

    topic: str
    waiting: int
    running: int
    trying_again: int
    """Of those that wait: tried before, without success so far."""
    failed: int
    since: datetime | None


def by_topic() -> list[TopicState]:
    """Every topic that has unfinished rows, by name."""
    alive, dead = OutboxRow.dead_at.is_(None), OutboxRow.dead_at.is_not(None)
    running = alive & OutboxRow.holder.is_not(None) & (OutboxRow.available_at > now())
    waits = alive & (OutboxRow.holder.is_(None) | (OutboxRow.available_at <= now()))
    counted = select(
        OutboxRow.topic,
        func.count().filter(waits).label("waiting"),
        func.count().filter(running).label("running"),
        func.count().filter(waits, OutboxRow.error.is_not(None)).label("trying_again"),
        func.count().filter(dead).label("failed"),
        func.min(OutboxRow.created_at).filter(waits).label("since"),
    )
    rows = current_session().execute(
        counted.where(OutboxRow.done_at.is_(None)).group_by(OutboxRow.topic).order_by(OutboxRow.topic)
    )
    return [TopicState(**row._mapping) for row in rows]


def failed(number: int = 1, size: int = PAGE_SIZE) -> Page[OutboxRow]:
    """A page of the dead-letter list, newest first."""
    dead = select(OutboxRow).where(OutboxRow.dead_at.is_not(None)).order_by(OutboxRow.id.desc())
    rows = current_session().scalars(dead.limit(size + 1).offset((number - 1) * size)).all()
    return page_of(rows, number, size)
