"""Background work: which functions follow which outbox topic, what runs on a schedule, and the loop.

Read `TOPICS` and `SCHEDULES` to know everything that happens without a click.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from repo_service.annual_products import jobs as annual_products
from repo_service.core import outbox
from repo_service.core.clock import now
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow, ScheduleRun
from repo_service.derivatives import jobs as derivatives
from repo_service.files import jobs as files
from repo_service.reviews import jobs as reviews
from repo_service.search import jobs as search
from repo_service.search.upkeep import prepare_index

log = structlog.get_logger()

Work = Callable[[OutboxRow], None]
Batch = Callable[[list[OutboxRow]], None]
SlowWork = Callable[[OutboxRow, Database], None]

TOPICS: dict[str, tuple[Work, ...]] = {
    "file.extracted": (search.reindex_holders_of_file,),
    "resource.published": (reviews.tell_published,),
    "review.opened": (reviews.tell_opened,),
    "review.assigned": (reviews.tell_assigned,),
    "review.decided": (reviews.tell_decided,),
    "review.appealed": (reviews.tell_appealed,),
    "review.commented": (reviews.tell_commented,),
    "annual_product.published": (annual_products.tell_member_schools,),
}
"""Quick work, done in the transaction that marks the row done."""

INDEX_TOPICS: dict[str, Batch] = {
    "resource.changed": search.index_resources,
    "cluster.changed": search.reindex_clusters,
    "organization.changed": search.reindex_schools,
}
"""Rows handled many at a time: one commit of the index for all of them; the database is only read."""

SLOW_TOPICS: dict[str, SlowWork] = {
    "file.stored": derivatives.make_derivatives,
    "index.rebuild": search.rebuild,
}
"""Minutes rather than milliseconds: done by a thread of its own, which opens its own transactions."""


@dataclass(frozen=True)
class Schedule:
    """Work that comes round by itself; one process does it, however many there are."""

    name: str
    every: timedelta
    work: Callable[[Database], None]


SCHEDULES: tuple[Schedule, ...] = (
    Schedule("uploads.sweep", timedelta(hours=1), files.sweep_abandoned),
    Schedule("reviews.publish_due", timedelta(minutes=1), reviews.publish_due),
    Schedule("reviews.remind", timedelta(hours=24), reviews.remind_unclaimed),
    Schedule("outbox.sweep", timedelta(hours=24), outbox.sweep),
    Schedule("index.reconcile", timedelta(hours=24), search.reconcile),
)


class Worker:
    """Drains the topics of its kind in one thread; any number may run side by side."""

    def __init__(self, database: Database, *, slow: bool, pause: float = 0.2) -> None:
        self._database = database
        self._slow = slow
        self._topics = list(SLOW_TOPICS if slow else {**TOPICS, **INDEX_TOPICS})
        self._pause = pause
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until `stop()`; an error is logged and never ends the loop."""
        if not self._slow:
            self._prepare()
        while not self._stop.is_set():
            busy = False
            try:
                busy = self.step()
                if not self._slow:
                    self._run_schedules()
            except Exception:
                log.exception("worker_failed")
            if not busy:
                self._stop.wait(self._pause)

    def _prepare(self) -> None:
        """Fill an index that is missing or of another version before anybody searches for long."""
        try:
            with self._database.session(writing=False):
                prepare_index()
        except Exception:
            log.exception("index_not_prepared")

    def stop(self) -> None:
        """Ask the loop to end after the piece of work at hand."""
        self._stop.set()

    def step(self) -> bool:
        """Claim and do one handful of rows; False when nothing was due."""
        with self._database.session(writing=False) as session:
            if not outbox.anything_due(session, self._topics):
                return False
        with self._database.transaction() as session:
            rows = outbox.claim(session, self._topics, limit=1 if self._slow else 200)
            session.flush()
            session.expunge_all()
        for topic in self._topics:
            self._do(topic, [row for row in rows if row.topic == topic])
        return bool(rows)

    def _do(self, topic: str, rows: list[OutboxRow]) -> None:
        if topic in INDEX_TOPICS and rows:
            self._attempt(rows, lambda: self._index(topic, rows))
        elif topic in SLOW_TOPICS:
            for row in rows:
                self._attempt([row], lambda row=row: self._slowly(topic, row))  # type: ignore[misc]
        else:
            for row in rows:
                self._attempt([row], lambda row=row: self._quickly(topic, row))  # type: ignore[misc]

    def _index(self, topic: str, rows: list[OutboxRow]) -> None:
        with self._database.session(writing=False):
            INDEX_TOPICS[topic](rows)
        self._finish(rows)

    def _slowly(self, topic: str, row: OutboxRow) -> None:
        SLOW_TOPICS[topic](row, self._database)
        self._finish([row])

    def _quickly(self, topic: str, row: OutboxRow) -> None:
        with self._database.transaction() as session:
            for function in TOPICS[topic]:
                function(row)
            outbox.finish(session, [row.id])

    def _finish(self, rows: list[OutboxRow]) -> None:
        with self._database.transaction() as session:
            outbox.finish(session, [row.id for row in rows])

    def _attempt(self, rows: list[OutboxRow], work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            log.exception("job_failed", topic=rows[0].topic, rows=[row.id for row in rows])
            with self._database.transaction() as session:
                for row in rows:
                    outbox.fail(session, row.id, f"{type(error).__name__}: {error}")

    def _run_schedules(self) -> None:
        for schedule in SCHEDULES:
            if self._claim(schedule):
                schedule.work(self._database)

    def _claim(self, schedule: Schedule) -> bool:
        moment = now()
        with self._database.session(writing=False) as session:
            due_at = session.scalar(select(ScheduleRun.due_at).where(ScheduleRun.name == schedule.name))
        if due_at is not None and due_at > moment:
            return False
        if due_at is None:
            return self._claim_first(schedule, moment)
        with self._database.transaction() as session:
            claim = update(ScheduleRun).where(ScheduleRun.name == schedule.name, ScheduleRun.due_at == due_at)
            return session.execute(claim.values(due_at=moment + schedule.every)).rowcount == 1  # type: ignore[attr-defined, no-any-return]

    def _claim_first(self, schedule: Schedule, moment: datetime) -> bool:
        """Enter a schedule that never ran; of several workers the row lets one do so."""
        try:
            with self._database.transaction() as session:
                session.add(ScheduleRun(name=schedule.name, due_at=moment + schedule.every))
        except IntegrityError:
            return False
        return True


def drain(database: Database) -> None:
    """Do everything that is due, in this thread: commands and tests."""
    workers = [Worker(database, slow=False), Worker(database, slow=True)]
    while sum(worker.step() for worker in workers):
        pass


def start_in_background(database: Database) -> Callable[[], None]:
    """Run the embedded installation's workers as threads; returns the function that stops them."""
    workers = [Worker(database, slow=False), Worker(database, slow=True)]
    threads = [
        threading.Thread(target=worker.run, name=f"worker-{place}", daemon=True)
        for place, worker in enumerate(workers)
    ]
    for thread in threads:
        thread.start()

    def stop() -> None:
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join(timeout=5)

    return stop
