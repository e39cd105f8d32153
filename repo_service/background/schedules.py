"""Work that comes round by itself: of all workers one does each run, and a run whose worker died is repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from repo_service.background import leases
from repo_service.core.clock import now
from repo_service.core.db import Base, Database
from repo_service.core.outbox import LEASE


class ScheduleRun(Base):
    """When work is due next; moving `due_at` is how one process claims it, first for the time of a lease."""

    __tablename__ = "schedule_runs"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[datetime]


@dataclass(frozen=True)
class Schedule:
    """Work that comes round by itself; `slow`: minutes rather than milliseconds, `index`: writes to the index."""

    name: str
    every: timedelta
    work: Callable[[Database], None]
    slow: bool = False
    index: bool = False


def due_of(database: Database, schedules: Iterable[Schedule]) -> list[Schedule]:
    """Those that are due or never ran, in one look: an idle worker asks five times a second."""
    with database.session(writing=False) as session:
        due_at = {row.name: row.due_at for row in session.execute(select(ScheduleRun.name, ScheduleRun.due_at))}
    moment = now()
    return [each for each in schedules if due_at.get(each.name, moment) <= moment]


def run_if_due(database: Database, schedule: Schedule) -> None:
    """Do the schedule's work when it is due and nobody else is at it; after an error it is due again soon."""
    began = now()
    held = _claim(database, schedule, began)
    if held is None:
        return

    def renew(session: Session) -> None:
        nonlocal held
        until = now() + LEASE
        if held and _move(session, schedule, held, until):
            held = until

    with leases.kept(database, renew):
        schedule.work(database)
    with database.transaction() as session:
        _move(session, schedule, held, began + schedule.every)


def _claim(database: Database, schedule: Schedule, moment: datetime) -> datetime | None:
    """Until when the run is ours, as it stands in the row; None when it is not due or another worker was first."""
    with database.session(writing=False) as session:
        due_at = session.scalar(select(ScheduleRun.due_at).where(ScheduleRun.name == schedule.name))
    if due_at is not None and due_at > moment:
        return None
    until = moment + LEASE
    try:
        with database.transaction() as session:
            if due_at is None:
                session.add(ScheduleRun(name=schedule.name, due_at=until))
                return until
            return until if _move(session, schedule, due_at, until) else None
    except IntegrityError:  # of several workers the row lets one enter a schedule that never ran
        return None


def _move(session: Session, schedule: Schedule, due_at: datetime, to: datetime) -> bool:
    claim = update(ScheduleRun).where(ScheduleRun.name == schedule.name, ScheduleRun.due_at == due_at)
    return bool(session.execute(claim.values(due_at=to)).rowcount == 1)  # type: ignore[attr-defined]
