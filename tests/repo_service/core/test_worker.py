"""The worker's tables: every topic that code emits has its work, every work names a topic that is emitted."""

from __future__ import annotations

import ast
import importlib
from datetime import UTC, datetime
from pathlib import Path

from repo_service import worker
from repo_service.background.schedules import ScheduleRun
from repo_service.core.db import Database
from tests.factories import counted_statements

NEVER = datetime(2999, 1, 1, tzinfo=UTC)
SERVICE = Path(worker.__file__).parent


def emitted_topics() -> set[str]:
    """First arguments of every `emit(...)` call in the service."""
    found = set()
    for path in SERVICE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "emit":
                topic = node.args[0]
                found.add(topic.value if isinstance(topic, ast.Constant) else _value(path, ast.unparse(topic)))
    return found


def _value(path: Path, name: str) -> str:
    """What a name stands for in a module of the service; the name itself where it stands for nothing fixed."""
    module = importlib.import_module(".".join(path.relative_to(SERVICE.parent).with_suffix("").parts))
    return str(getattr(module, name, name))


def test_every_emitted_topic_has_its_work() -> None:
    known = {*worker.TOPICS, *worker.INDEX_TOPICS, *worker.SLOW_TOPICS}
    named = {topic for topic in emitted_topics() if "." in topic and topic.islower()}
    assert named
    assert named <= known
    assert known == named, "a topic nobody emits"


def test_a_topic_has_one_kind_of_work() -> None:
    tables = [set(worker.TOPICS), set(worker.INDEX_TOPICS), set(worker.SLOW_TOPICS)]
    assert sum(map(len, tables)) == len(set().union(*tables))


def test_an_idle_worker_asks_the_database_two_questions_a_round(db: Database) -> None:
    """Once for work and once for all schedules; a round comes five times a second."""
    idle = worker.Worker(db, slow=True)
    with db.transaction() as session:
        session.add_all(ScheduleRun(name=each.name, due_at=NEVER) for each in worker.SCHEDULES)
    with counted_statements(db) as statements:
        assert not idle.step()
        assert idle._due_schedules() == []
    assert len(statements) == 2
    with db.transaction() as session:
        session.delete(session.get_one(ScheduleRun, "letters.send"))
    assert [each.name for each in idle._due_schedules()] == ["letters.send"]
