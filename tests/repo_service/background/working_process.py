"""A worker process of the tests: real loop, real database, short leases, work that leaves one mark per run."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

from repo_service import worker
from repo_service.background import leases
from repo_service.background.processes import wait_for_the_end
from repo_service.background.progress import Progress
from repo_service.core import outbox
from repo_service.core.db import Database, current_session
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import OutboxRow
from repo_service.settings import Settings

QUICK, SLOW = "resource.published", "file.stored"
LEASE_SECONDS, SLOW_SECONDS = 2.0, 5.0


def leave_a_mark(row: OutboxRow) -> None:
    """Inside the transaction that marks the row done: a mark means done, two marks mean done twice."""
    current_session().add(Progress(job=f"{row.object_id}:{row.values.get('step', 0):03}:{new_id()}"))
    current_session().flush()
    time.sleep(0.02)


def begin_and_take_long(row: OutboxRow, database: Database) -> None:
    """A mark at the beginning, then longer than two leases."""
    with database.transaction() as session:
        session.add(Progress(job=f"{row.object_id}:begun:{new_id()}"))
    time.sleep(SLOW_SECONDS)


def main(url: str) -> None:
    """Work until SIGTERM."""
    outbox.LEASE = timedelta(seconds=LEASE_SECONDS)
    leases.BEAT_SECONDS = LEASE_SECONDS / 4
    worker.TOPICS[QUICK] = (leave_a_mark,)
    worker.SLOW_TOPICS[SLOW] = begin_and_take_long
    worker.SCHEDULES = ()
    worker.prepare_index = lambda: False
    settings = Settings(data=Path("/"), database_url=url, storage_url="memory:", search_url="memory:")
    stop = worker.start_in_background(settings, Database(url))
    wait_for_the_end()
    stop()


if __name__ == "__main__":
    main(sys.argv[1])
