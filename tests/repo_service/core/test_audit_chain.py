"""The audit trail is sealed row by row; whatever is done to it afterwards is named."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, func, select, text, update

from repo_service.cli import cli
from repo_service.core import clock
from repo_service.core.audit import AuditEntry, record
from repo_service.core.audit import chain as audit_chain
from repo_service.core.audit.chain import Head, Verdict, seal_waiting
from repo_service.core.db import Database
from repo_service.settings import Settings
from tests import databases
from tests.cast import Cast

Kho = Callable[..., Result]


@pytest.fixture
def kho(app: object, settings: Settings) -> Kho:
    env = {"KHO_DATA": str(settings.data), **databases.environment(settings.data)}
    return lambda *arguments: CliRunner().invoke(cli, list(arguments), env=env)


@pytest.fixture
def trail(db: Database, cast: Cast) -> Head:
    """Twenty acts, sealed, and what stands before them; the head they were sealed to."""
    with db.transaction():
        for number in range(20):
            record(cast.lan, "test.act", "test", f"object{number}", number=number, words="phân số", share=0.1)
    seal_waiting(db)
    return head(db)


def head(db: Database) -> Head:
    with db.session(writing=False):
        return audit_chain.head()


def verdict(db: Database, *kept: Head) -> Verdict:
    with db.session(writing=False):
        return audit_chain.verify(kept)


def tamper(db: Database, *statements: object) -> None:
    with db.transaction() as session:
        for statement in statements:
            session.execute(statement)  # type: ignore[call-overload]


def test_a_sealed_trail_is_whole_and_reads_the_same_twice(db: Database, trail: Head) -> None:
    found = verdict(db, trail)
    assert found == (trail, 0, None) and trail.position >= 20
    seal_waiting(db)
    assert head(db) == trail


def test_a_row_of_a_transaction_that_ended_late_is_sealed_late(db: Database, cast: Cast, trail: Head) -> None:
    with db.transaction() as session:
        first = session.scalar(select(func.max(AuditEntry.id))) or 0
        for number in (first + 9, first + 5):  # numbers leave gaps where transactions were rolled back
            session.add(AuditEntry(id=number, action="test.late", object_kind="test", object_id="x"))
            session.flush()
    seal_waiting(db)
    with db.transaction() as session:
        session.add(AuditEntry(id=first + 2, action="test.later", object_kind="test", object_id="x"))
    assert verdict(db).unsealed == 1
    seal_waiting(db)
    with db.session(writing=False) as session:
        last = session.scalars(select(AuditEntry.id).order_by(AuditEntry.position.desc()).limit(3)).all()
    assert last == [first + 2, first + 9, first + 5]
    assert verdict(db, trail).broken is None


@pytest.mark.parametrize("column", ["action = 'test.other'", "actor_id = NULL", "object_id = 'other'",
                                    "values = '{}'", "at = '2020-01-01 00:00:00'", "id = 99999"])  # fmt: skip
def test_a_changed_column_is_named(db: Database, trail: Head, column: str) -> None:
    name, _, value = column.partition(" = ")
    place = trail.position - 7
    tamper(db, text(f'UPDATE audit_entries SET "{name}" = {value} WHERE position = {place}'))
    broken = verdict(db).broken
    assert broken is not None and (broken.kind, broken.position) == ("changed", place)


def test_a_deleted_row_is_missed(db: Database, trail: Head) -> None:
    tamper(db, delete(AuditEntry).where(AuditEntry.position == 3))
    broken = verdict(db).broken
    assert broken is not None and (broken.kind, broken.position) == ("missing", 3)


def test_rows_that_changed_places_are_found(db: Database, trail: Head) -> None:
    one, other = trail.position - 1, trail.position
    moves = [
        update(AuditEntry).where(AuditEntry.position == old).values(position=new)
        for old, new in ((one, 0), (other, one), (0, other))
    ]
    tamper(db, *moves)
    broken = verdict(db).broken
    assert broken is not None and (broken.kind, broken.position) == ("changed", one)


def test_an_inserted_row_is_found_wherever_it_is_put(db: Database, trail: Head) -> None:
    forged = {"action": "test.forged", "object_kind": "test", "object_id": "x"}
    with db.transaction() as session:
        session.add(AuditEntry(**forged, position=trail.position + 1, seal="0" * 64))
    broken = verdict(db).broken
    assert broken is not None and (broken.kind, broken.position) == ("changed", trail.position + 1)
    tamper(db, update(AuditEntry).where(AuditEntry.action == "test.forged").values(position=None))
    broken = verdict(db).broken
    assert broken is not None and broken.kind == "half_sealed" and broken.entry is not None


def test_an_end_that_was_cut_off_is_missed_by_a_kept_head(db: Database, trail: Head) -> None:
    tamper(db, delete(AuditEntry).where(AuditEntry.position > trail.position - 4))
    assert verdict(db).broken is None, "nobody can see it from the rows alone"
    broken = verdict(db, trail).broken
    assert broken is not None and (broken.kind, broken.position) == ("lost_end", trail.position - 3)


def test_a_chain_computed_anew_does_not_meet_a_kept_head(db: Database, trail: Head) -> None:
    tamper(
        db,
        delete(AuditEntry).where(AuditEntry.position == trail.position - 4),
        update(AuditEntry).values(position=None, seal=None),
    )
    with db.transaction():
        record(None, "test.filler", "test", "x")
    seal_waiting(db)
    assert verdict(db).broken is None
    broken = verdict(db, trail).broken
    assert broken is not None and broken.kind == "changed"


def test_several_workers_seal_each_row_once(
    db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_chain, "BATCH", 7)

    def act(name: str) -> None:
        for _ in range(15):
            with db.transaction():
                record(cast.lan, f"test.{name}", "test", "x")
            seal_waiting(db)

    threads = [threading.Thread(target=act, args=(name,)) for name in ("one", "two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_waiting(db)
    found = verdict(db)
    with db.session(writing=False) as session:
        rows = session.scalar(select(func.count()).select_from(AuditEntry))
    assert found == (Head(rows or 0, found.head.seal), 0, None)


def test_the_operator_reads_verdict_head_and_rows(kho: Kho, db: Database, trail: Head) -> None:
    with db.transaction():
        record(None, "test.after", "test", "x")
    assert "1 dòng mới" in kho("audit", "verify", "--head", str(trail)).output
    printed = kho("audit", "head").stdout.strip()
    assert Head.read(printed).position == trail.position + 1
    lines = [json.loads(line) for line in kho("audit", "export").stdout.splitlines()]
    assert lines[-1]["action"] == "test.after" and f"{trail.position + 1}:{lines[-1]['seal']}" == printed
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%d")
    assert kho("audit", "export", "--since", tomorrow).output == ""
    tamper(db, update(AuditEntry).where(AuditEntry.position == 2).values(action="test.other"))
    said = kho("audit", "verify")
    assert said.exit_code == 1 and "thứ 2" in said.output and "test.other" in said.output
    assert kho("audit", "verify", "--head", "12:abc").exit_code == 2
