"""Work that fails: it stands alone, blocks nobody else, and an outage of another part never condemns it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from indexer import EngineUnavailable
from repo_service import worker
from repo_service.core import clock, outbox
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.search.upkeep import IndexingFailed

TOPIC = "resource.changed"


def ask(db: Database, *names: str) -> None:
    for name in names:
        with db.transaction():
            outbox.emit(TOPIC, name)


def rows(db: Database) -> dict[str, OutboxRow]:
    with db.session(writing=False) as session:
        return {row.object_id: row for row in session.scalars(select(OutboxRow))}


def test_one_document_that_is_refused_leaves_the_others_indexed(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_poison(batch: list[OutboxRow]) -> None:
        if any(row.object_id == "poison" for row in batch):
            raise IndexingFailed("poison: no")

    monkeypatch.setitem(worker.INDEX_TOPICS, TOPIC, refuse_poison)
    ask(db, "a", "b", "poison", "c", "d")
    worker.drain(db)
    found = rows(db)
    assert {name for name, row in found.items() if row.done_at} == {"a", "b", "c", "d"}
    assert found["poison"].error == "IndexingFailed: poison: no"


def test_an_engine_that_is_away_for_a_day_condemns_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]
) -> None:
    def away(_batch: list[OutboxRow]) -> None:
        raise EngineUnavailable("connection refused")

    ask(db, "a", "b")
    moment = clock.now()
    with monkeypatch.context() as patch:
        patch.setitem(worker.INDEX_TOPICS, TOPIC, away)
        for _ in range(outbox.MOST_ATTEMPTS * 3):
            with clock.pinned(moment := moment + timedelta(hours=1)):
                work()
    assert all(row.dead_at is None and row.done_at is None for row in rows(db).values())
    with clock.pinned(moment + timedelta(minutes=1)):
        work()
    assert all(row.done_at for row in rows(db).values()), "it drains by itself afterwards"


def test_work_that_kills_its_worker_is_tried_alone_and_at_last_given_up(db: Database) -> None:
    ask(db, "poison", "a", "b")
    moment = clock.now()
    for attempt in range(outbox.MOST_ATTEMPTS + 1):
        with clock.pinned(moment := moment + timedelta(minutes=1)), db.transaction() as session:
            taken = [row.object_id for row in outbox.claim(session, [TOPIC])]  # and then the process is gone
            assert taken == (["poison", "a", "b"] if attempt == 0 else ["poison"] if attempt < 8 else ["a"])
    assert rows(db)["poison"].error == outbox.DIED


def test_a_worker_that_slept_through_its_lease_changes_nothing_any_more(db: Database) -> None:
    ask(db, "a")
    with db.transaction() as session:
        slept = outbox.claim(session, [TOPIC])
        session.flush()
        session.expunge_all()
    with clock.pinned(clock.now() + timedelta(minutes=1)), db.transaction() as session:
        assert len(outbox.claim(session, [TOPIC])) == 1
    with db.transaction() as session:
        assert not outbox.finish(session, slept)
        outbox.fail(session, slept[0], "late")
    assert rows(db)["a"].done_at is None and rows(db)["a"].error is None
