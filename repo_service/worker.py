"""Background work: which functions follow which outbox topic, what runs on a schedule, and the loop.

Read `TOPICS` and `SCHEDULES` to know everything that happens without a click.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from indexer import EngineUnavailable
from repo_service.annual_products import jobs as annual_products
from repo_service.background import leases
from repo_service.background.processes import only_process
from repo_service.background.schedules import Schedule, due_of, run_if_due
from repo_service.background.words import REBUILD_TOPIC, REMAKE_TOPIC
from repo_service.backups import jobs as backups
from repo_service.classroom_use import jobs as classroom_use
from repo_service.colleague_requests import jobs as colleague_requests
from repo_service.collections import jobs as collections
from repo_service.comments import jobs as comments
from repo_service.contributions import jobs as contributions
from repo_service.contributions import late_findings
from repo_service.core import outbox
from repo_service.core.audit import chain as audit_chain
from repo_service.core.db import Database, commit
from repo_service.core.outbox import OutboxRow
from repo_service.curation import jobs as curation
from repo_service.derivatives import jobs as derivatives
from repo_service.derivatives import remaking
from repo_service.difficulties import jobs as difficulties
from repo_service.duty_board import jobs as duty_board
from repo_service.files import jobs as files
from repo_service.files.scanning import ScannerUnavailable
from repo_service.files.scanning import jobs as scans
from repo_service.follows import jobs as follows
from repo_service.letters import jobs as letters
from repo_service.link_checks import jobs as link_checks
from repo_service.near_duplicates import jobs as near_duplicates
from repo_service.notifications import jobs as notifications
from repo_service.own_copies import jobs as own_copies
from repo_service.preservation import jobs as preservation
from repo_service.privacy import jobs as privacy
from repo_service.privacy.service import PACKAGE_TOPIC
from repo_service.reports import jobs as reports
from repo_service.resources.succession import USE_MOVED
from repo_service.reviews import jobs as reviews
from repo_service.saved_searches import jobs as saved_searches
from repo_service.search import jobs as search
from repo_service.search.upkeep import prepare_index
from repo_service.search_history import jobs as search_history
from repo_service.settings import Settings
from repo_service.statistics import jobs as statistics
from repo_service.topic_packages import jobs as topic_packages
from storage_adapters import StorageUnavailable
from storage_adapters.crashpoints import crashpoint

log = structlog.get_logger()

Work = Callable[[OutboxRow], None]
Batch = Callable[[list[OutboxRow]], None]
Asked = Callable[[], bool]
SlowWork = Callable[[OutboxRow, Database], None]
STOP_SECONDS = 6
"""What is still at hand then is given back, and done by the next worker."""

TOPICS: dict[str, tuple[Work, ...]] = {
    "file.extracted": (search.reindex_holders_of_file, late_findings.ask_about_people),
    "file.secret": (late_findings.tell_of_secret_file,),
    "file.released": (late_findings.tell_of_released_file,),
    "file.held": (late_findings.tell_of_held_file,),
    "resource.secret": (late_findings.tell_of_secret_title,),
    "resource.published": (
        reviews.tell_published,
        collections.tell_of_new_version,
        topic_packages.tell_of_newer_work,
        follows.hand_over,
        curation.settle_update,
        own_copies.tell_original_authors,
    ),
    "report.made": (reports.tell_handlers,),
    "report.answered": (reports.tell_reporter,),
    USE_MOVED: (classroom_use.count_again,),
    "resource.withdrawn": (own_copies.tell_of_withdrawal,),
    "resource.spread": (contributions.tell_spread,),
    "review.opened": (reviews.tell_opened,),
    "review.assigned": (reviews.tell_assigned,),
    "review.returned": (reviews.tell_returned,),
    "review.changed": (reviews.tell_changed,),
    "review.nudged": (reviews.tell_nudged,),
    "review.decided": (reviews.tell_decided,),
    "review.appealed": (reviews.tell_appealed,),
    "review.commented": (reviews.tell_commented,),
    "annual_product.published": (annual_products.tell_member_schools,),
    "difficulty.filed": (difficulties.tell_filed,),
    "difficulty.passed_on": (difficulties.tell_passed_on,),
    "difficulty.answered": (difficulties.tell_answered,),
    "duty.nudged": (duty_board.tell_nudged,),
    "classroom_use.told": (classroom_use.tell_authors,),
    "comment.written": (comments.tell_written,),
    "comment.hidden": (comments.tell_hidden,),
    "colleague_request.asked": (colleague_requests.tell_asked,),
    "colleague_request.answered": (colleague_requests.tell_answered,),
    "curation.opened": (curation.tell_opened,),
    "curation.decided": (curation.tell_decided,),
    "curation.undone": (curation.tell_undone,),
    "curation.closed": (curation.tell_closed,),
    "user.closed": (
        search_history.forget_closed_account,
        saved_searches.forget_closed_account,
        follows.forget_closed_account,
        letters.forget_closed_account,
    ),
    "user.link_asked": (letters.queue_link,),
    "user.address_asked": (letters.queue_confirmation,),
    "user.address_given": (notifications.tell_owner,),
    "user.password_changed": (notifications.tell_owner,),
    "user.second_factor_on": (notifications.tell_owner,),
    "user.second_factor_off": (notifications.tell_owner,),
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
    "curation.assess": curation.assess_round,
    "annual_product.check": annual_products.read_again,
    "object.lost": preservation.mend_lost,
    follows.TOPIC: follows.tell_followers,
    PACKAGE_TOPIC: privacy.make_package,
    REBUILD_TOPIC: search.rebuild,
    REMAKE_TOPIC: remaking.remake,
}
"""Minutes rather than milliseconds: done by a thread of its own, which opens its own transactions."""


SCHEDULES: tuple[Schedule, ...] = (
    Schedule("uploads.sweep", timedelta(hours=1), files.sweep_abandoned, slow=True),
    Schedule("files.scan", timedelta(minutes=1), scans.scan_waiting, slow=True),
    Schedule("replica.copy", timedelta(minutes=1), preservation.copy_waiting, slow=True),
    Schedule("folders.sweep", timedelta(hours=24), derivatives.sweep_left_folders, slow=True),
    Schedule("files.remake", timedelta(hours=24), remaking.ask_daily, slow=True),
    Schedule("objects.sweep", timedelta(hours=24), preservation.sweep_orphans, slow=True),
    Schedule("objects.compare", timedelta(hours=1), preservation.compare_a_folder, slow=True),
    Schedule("objects.read_again", timedelta(minutes=2), preservation.read_again_in_turn, slow=True),
    Schedule("reviews.publish_due", timedelta(minutes=1), reviews.publish_due),
    Schedule("reviews.remind", timedelta(hours=1), reviews.remind),
    Schedule("searches.tell", timedelta(minutes=5), saved_searches.tell_followers, slow=True),
    Schedule("works.compare", timedelta(minutes=5), near_duplicates.find_duplicates, slow=True),
    Schedule("letters.send", timedelta(minutes=1), letters.send_letters, slow=True),
    Schedule("backups.make", timedelta(minutes=30), backups.make_nightly, slow=True),
    Schedule("backups.try", timedelta(hours=6), backups.try_weekly, slow=True),
    Schedule("audit.seal", timedelta(minutes=1), audit_chain.seal_waiting),
    Schedule("figures.count", timedelta(hours=1), statistics.refresh, slow=True),
    Schedule("curation.tidy", timedelta(minutes=1), curation.tidy),
    Schedule("curation.remind", timedelta(hours=24), curation.remind),
    Schedule("curation.yearly", timedelta(hours=24), curation.open_yearly),
    Schedule("curation.refresh", timedelta(hours=1), curation.refresh, slow=True),
    Schedule("links.check", timedelta(minutes=10), link_checks.check_links, slow=True),
    Schedule("privacy.purge", timedelta(hours=24), privacy.purge, slow=True),
    Schedule("reports.remind", timedelta(hours=24), reports.remind_overdue),
    Schedule("outbox.sweep", timedelta(hours=24), outbox.sweep),
    Schedule("index.repair", timedelta(minutes=1), search.repair_index, slow=True, index=True),
    Schedule("index.reconcile", timedelta(hours=24), search.reconcile, slow=True, index=True),
)

OUTAGES = (EngineUnavailable, StorageUnavailable, ScannerUnavailable, OperationalError)
"""Not the fault of the work at hand: it waits until the other side answers again, for days if need be."""


class Worker:
    """Drains the topics of its kind in one thread; any number may run side by side.

    An embedded index has one writer: `may_index` says whether this process is the one that writes it.
    """

    def __init__(
        self, database: Database, *, slow: bool, may_index: Asked = lambda: True, pause: float = 0.2
    ) -> None:
        self._database = database
        self._slow = slow
        self._may_index = may_index
        self._pause = pause
        self._stop = threading.Event()
        self._holder = ""

    def run(self) -> None:
        """Work until `stop()`; an error is logged and never ends the loop."""
        if not self._slow and self._may_index():
            self._prepare()
        while not self._stop.is_set():
            busy = False
            try:
                busy = self.step()
            except Exception:
                log.exception("worker_failed")
            self._run_schedules()
            if not busy:
                self._stop.wait(self._pause)

    def _prepare(self) -> None:
        """Fill an index that is missing or of another version before anybody searches for long."""
        try:
            with self._database.session(writing=False):
                prepare_index(thorough=True)
        except OUTAGES as error:  # another worker may be filling it: changes wait until it has
            log.warning("index_not_prepared", error=str(error))
        except Exception:
            log.exception("index_not_prepared")

    def stop(self) -> None:
        """Ask the loop to end after the piece of work at hand."""
        self._stop.set()

    def step(self) -> bool:
        """Claim and do one handful of rows; False when nothing was due."""
        topics = self._topics()
        with self._database.session(writing=False) as session:
            if not outbox.anything_due(session, topics):
                return False
        self._holder = outbox.new_holder()
        with self._database.transaction() as session:
            rows = outbox.claim(session, topics, limit=1 if self._slow else 200, holder=self._holder)
            session.flush()
            session.expunge_all()
        crashpoint("work.claimed")
        with leases.kept(self._database, lambda session: outbox.renew(session, self._holder)):
            for topic in topics:
                self._do(topic, [row for row in rows if row.topic == topic])
        return bool(rows)

    def _topics(self) -> list[str]:
        if self._slow:
            return [topic for topic in SLOW_TOPICS if topic != REBUILD_TOPIC or self._may_index()]
        return [*TOPICS, *(INDEX_TOPICS if self._may_index() else ())]

    def give_back(self) -> None:
        """What was claimed and is not done is free for others at once: the process is about to end."""
        with self._database.transaction() as session:
            outbox.release(session, self._holder)

    def _do(self, topic: str, rows: list[OutboxRow]) -> None:
        if topic in INDEX_TOPICS:
            self._index_all(topic, rows)
            return
        do_one = self._slowly if topic in SLOW_TOPICS else self._quickly
        for row in rows:
            if self._stop.is_set():
                return  # given back at the end
            try:
                do_one(topic, row)
            except Exception as error:  # noqa: BLE001 - logged, and kept on the row
                self._put_back([row], error)

    def _index_all(self, topic: str, rows: list[OutboxRow]) -> None:
        """One commit for all; when the engine refuses some, halves are tried until those stand alone."""
        if not rows or self._stop.is_set():
            return
        try:
            with self._database.session(writing=False):
                INDEX_TOPICS[topic](rows)
            self._finish(rows)
        except Exception as error:  # noqa: BLE001 - logged, and kept on the rows
            if len(rows) == 1 or isinstance(error, OUTAGES):
                self._put_back(rows, error)
                return
            half = len(rows) // 2
            self._index_all(topic, rows[:half])
            self._index_all(topic, rows[half:])

    def _slowly(self, topic: str, row: OutboxRow) -> None:
        SLOW_TOPICS[topic](row, self._database)
        self._finish([row])

    def _quickly(self, topic: str, row: OutboxRow) -> None:
        with self._database.session(writing=True) as session:
            for function in TOPICS[topic]:
                function(row)
            if outbox.finish(session, [row]):
                commit(session)

    def _finish(self, rows: list[OutboxRow]) -> None:
        crashpoint("work.done")
        with self._database.transaction() as session:
            outbox.finish(session, rows)

    def _put_back(self, rows: list[OutboxRow], error: Exception) -> None:
        outage = isinstance(error, OUTAGES)
        if outage:
            log.warning("job_waits", topic=rows[0].topic, rows=len(rows), error=type(error).__name__)
        else:
            log.error("job_failed", topic=rows[0].topic, rows=[row.id for row in rows], exc_info=error)
        with self._database.transaction() as session:
            for row in rows:
                outbox.fail(session, row, f"{type(error).__name__}: {error}", outage=outage)

    def _run_schedules(self) -> None:
        for schedule in self._due_schedules():
            if self._stop.is_set() or (schedule.index and not self._may_index()):
                continue
            try:
                run_if_due(self._database, schedule)
            except OUTAGES as error:
                log.warning("schedule_waits", schedule=schedule.name, error=type(error).__name__)
            except Exception:
                log.exception("schedule_failed", schedule=schedule.name)

    def _due_schedules(self) -> list[Schedule]:
        try:
            return due_of(self._database, [each for each in SCHEDULES if each.slow == self._slow])
        except OUTAGES as error:
            log.warning("schedules_wait", error=type(error).__name__)
        except Exception:
            log.exception("schedules_failed")
        return []


def drain(database: Database) -> None:
    """Do everything that is due, in this thread: commands and tests."""
    workers = [Worker(database, slow=False), Worker(database, slow=True)]
    while sum(worker.step() for worker in workers):
        pass


def start_in_background(settings: Settings, database: Database) -> Callable[[], None]:
    """Run this process's workers as threads, quick and slow work; returns the function that stops them."""
    embedded = settings.search_url.startswith("tantivy:")
    may_index = only_process(settings.data / "index.lock") if embedded else lambda: True
    workers = [Worker(database, slow=slow, may_index=may_index) for slow in (False, True)]
    threads = [
        threading.Thread(target=worker.run, name=f"worker-{place}", daemon=True)
        for place, worker in enumerate(workers)
    ]
    for thread in threads:
        thread.start()

    def stop() -> None:
        for worker in workers:
            worker.stop()
        for worker, thread in zip(workers, threads, strict=True):
            thread.join(timeout=STOP_SECONDS / len(threads))
            with suppress(SQLAlchemyError):
                worker.give_back()

    return stop
