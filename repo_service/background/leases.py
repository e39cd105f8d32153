"""Keeping what a worker has claimed: while its process lives the lease is renewed, when it dies it runs out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from repo_service.core.db import Database
from repo_service.core.outbox import LEASE

log = structlog.get_logger()

BEAT_SECONDS = LEASE.total_seconds() / 4


@contextmanager
def kept(database: Database, renew: Callable[[Session], None]) -> Iterator[None]:
    """Inside, a thread calls `renew` in a transaction of its own every `BEAT_SECONDS`."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                with database.transaction() as session:
                    renew(session)
            except SQLAlchemyError as error:  # the lease may run out now: the work is then repeated
                log.warning("lease_not_renewed", error=type(error).__name__)

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
