"""How far long work has come: a row per job while it runs, read by the page that started it."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Database, current_session

SILENT_AFTER = timedelta(minutes=5)
"""A job that said nothing for so long is not shown as running: its process died, or it is stuck."""
EVERY_SECONDS = 1.0


class Progress(Base):
    """Work under way: `job` is its topic and object ("index.rebuild:index"), `total` is 0 while nobody knows it."""

    __tablename__ = "progress"

    job: Mapped[str] = mapped_column(String(80), primary_key=True)
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    note: Mapped[str] = mapped_column(String(200), default="")
    updated_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def percent(self) -> int | None:
        """Whole percent, at most 100; None while the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None


class Reporter:
    """Tells how far a job is, at most once a second, each time in a short transaction of its own.

    with Reporter(database, "index.rebuild:index", total=1000) as report: report(10)
    What takes less than a second tells nothing. Leaving forgets the row: done or failed is told elsewhere.
    """

    def __init__(self, database: Database, job: str, total: int = 0) -> None:
        self._database, self._job, self._total = database, job, total
        self._told = time.monotonic()

    def __enter__(self) -> Reporter:
        return self

    def __call__(self, done: int, note: str = "") -> None:
        """`done` of the total, and what is at hand in a few words."""
        if time.monotonic() - self._told >= EVERY_SECONDS:
            self._write(done, note)

    def __exit__(self, *_: object) -> None:
        with self._database.transaction() as session:
            session.execute(delete(Progress).where(Progress.job == self._job))

    def _write(self, done: int, note: str) -> None:
        self._told = time.monotonic()
        said = {"done": done, "total": self._total, "note": note[:200], "updated_at": now()}
        with self._database.transaction() as session:
            changed = session.execute(update(Progress).where(Progress.job == self._job).values(said))
            if not changed.rowcount:  # type: ignore[attr-defined]
                session.add(Progress(job=self._job, **said))


def running(*jobs: str) -> list[Progress]:
    """Jobs that told of themselves lately, these or all of them, by name: one statement."""
    lately = select(Progress).where(Progress.updated_at > now() - SILENT_AFTER)
    named = lately.where(Progress.job.in_(jobs)) if jobs else lately
    return list(current_session().scalars(named.order_by(Progress.job)))
