"""The outbox: nothing lost, nothing done twice by two workers, order kept per object, failures put back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from repo_service.core import clock, outbox
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow

TOPIC = "resource.published"


def emit(db: Database, object_id: str, **values: Any) -> None:
    with db.transaction():
        outbox.emit(TOPIC, object_id, **values)


def claim(db: Database) -> list[OutboxRow]:
    with db.transaction() as session:
        rows = outbox.claim(session, [TOPIC])
        session.flush()
        session.expunge_all()
        return rows


def test_a_rolled_back_change_leaves_no_work(db: Database) -> None:
    with pytest.raises(RuntimeError):
        ask_and_fail(db)
    assert claim(db) == []


def ask_and_fail(db: Database) -> None:
    with db.transaction():
        outbox.emit(TOPIC, "a")
        raise RuntimeError


def test_one_transaction_asks_once_with_the_last_values(db: Database) -> None:
    with db.transaction():
        outbox.emit(TOPIC, "a", revision=1)
        outbox.emit(TOPIC, "a", revision=2)
        outbox.emit(TOPIC, "b")
    assert [(row.object_id, row.values) for row in claim(db)] == [("a", {"revision": 2}), ("b", {})]


def test_a_claimed_row_belongs_to_one_worker_until_its_lease_ends(db: Database) -> None:
    emit(db, "a")
    assert len(claim(db)) == 1
    assert claim(db) == []
    with clock.pinned(clock.now() + outbox.LEASE + timedelta(seconds=1)):
        assert len(claim(db)) == 1


def test_a_later_row_of_the_same_object_waits_for_the_earlier(db: Database) -> None:
    emit(db, "a", step=1)
    emit(db, "a", step=2)
    emit(db, "b", step=1)
    first = claim(db)
    assert [(row.object_id, row.values["step"]) for row in first] == [("a", 1), ("b", 1)]
    with db.transaction() as session:
        outbox.finish(session, first)
    assert [row.values["step"] for row in claim(db)] == [2]


def test_a_failure_comes_back_later_and_ends_on_the_operators_list(db: Database) -> None:
    emit(db, "a")
    moment = clock.now()
    for attempt in range(outbox.MOST_ATTEMPTS):
        with clock.pinned(moment := moment + timedelta(hours=1)):
            rows = claim(db)
            assert [row.attempts for row in rows] == [attempt + 1]
            with db.transaction() as session:
                outbox.fail(session, rows[0], "boom")
            assert claim(db) == [], "a failed row waits before it is tried again"
    with clock.pinned(moment + timedelta(days=1)), db.transaction() as session:
        assert outbox.claim(session, [TOPIC]) == []
        assert [(row.object_id, row.error) for row in outbox.dead(session)] == [("a", "boom")]
        assert outbox.waiting(session) == 0


def test_done_rows_are_swept_after_two_weeks(db: Database) -> None:
    emit(db, "a")
    with db.transaction() as session:
        outbox.finish(session, outbox.claim(session, [TOPIC]))
    for days, left in ((13, 1), (15, 0)):
        with clock.pinned(clock.now() + timedelta(days=days)), db.session(writing=False) as session:
            outbox.sweep(db)
            assert len(session.scalars(select(OutboxRow)).all()) == left
