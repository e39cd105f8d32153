"""Worker processes are killed at random: all work is done, none twice, in order per object, and soon."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from repo_service.background.progress import Progress
from repo_service.core import outbox
from repo_service.core.db import Database
from tests.repo_service.background.working_process import LEASE_SECONDS, QUICK, SLOW, SLOW_SECONDS

PATIENCE = 60

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(db: Database) -> Iterator[Start]:
    """`start()` -> a worker process on this test's database."""
    running: list[subprocess.Popen[bytes]] = []
    url = db.engine.url.render_as_string(hide_password=False)

    def start_one() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.repo_service.background.working_process", url]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        return running[-1]

    yield start_one
    for process in running:
        process.kill()
        process.wait()


def test_killed_workers_lose_nothing_and_do_nothing_twice(db: Database, start: Start) -> None:
    objects, steps = [f"thing{number:02}" for number in range(12)], 6
    for step in range(steps):
        for name in objects:
            with db.transaction():
                outbox.emit(QUICK, name, step=step)
    workers = [start(), start()]
    chance = random.Random(7)
    for _ in range(4):
        wait_for_more_than(len(marks(db)), db)
        workers.pop(chance.randrange(len(workers))).kill()
        workers.append(start())
    wait_until(lambda: unfinished(db) == 0)
    assert [mark.rsplit(":", 1)[0] for mark in marks(db)] == [
        f"{name}:{step:03}" for name in objects for step in range(steps)
    ]
    with db.session(writing=False) as session:
        rows = session.scalars(select(outbox.OutboxRow).order_by(outbox.OutboxRow.done_at)).all()
    for name in objects:
        done = [row.values["step"] for row in rows if row.object_id == name]
        assert done == list(range(steps)), "the order of one object"


def test_long_work_keeps_its_lease_while_its_worker_lives(db: Database, start: Start) -> None:
    with db.transaction():
        outbox.emit(SLOW, "film")
    start(), start()
    wait_until(lambda: unfinished(db) == 0)
    assert len(marks(db)) == 1, (
        f"{SLOW_SECONDS} s are longer than a lease of {LEASE_SECONDS} s, and nobody took it"
    )


def test_long_work_is_taken_up_soon_after_its_worker_was_killed(db: Database, start: Start) -> None:
    with db.transaction():
        outbox.emit(SLOW, "film")
    first = start()
    wait_until(lambda: len(marks(db)) == 1)
    start()
    first.kill()
    killed = time.monotonic()
    wait_until(lambda: len(marks(db)) == 2)
    assert time.monotonic() - killed < LEASE_SECONDS * 2 + 8
    wait_until(lambda: unfinished(db) == 0)


def test_a_worker_that_is_asked_to_end_gives_back_what_it_holds(db: Database, start: Start) -> None:
    with db.transaction():
        outbox.emit(SLOW, "film")
    worker = start()
    wait_until(lambda: len(marks(db)) == 1)
    began = time.monotonic()
    worker.terminate()
    worker.wait(timeout=20)
    assert time.monotonic() - began < 10
    with db.session(writing=False) as session:
        row = session.scalars(select(outbox.OutboxRow)).one()
    assert row.done_at is not None or (row.holder is None and row.attempts == 0)


def marks(db: Database) -> list[str]:
    with db.session(writing=False) as session:
        return list(session.scalars(select(Progress.job).order_by(Progress.job)))


def unfinished(db: Database) -> int:
    with db.session(writing=False) as session:
        return outbox.waiting(session)


def wait_for_more_than(count: int, db: Database) -> None:
    wait_until(lambda: len(marks(db)) > count)


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
