"""What people are told while the database is away, what is tried again by itself, and what is never done twice."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from repo_service import worker
from repo_service.background.schedules import Schedule, ScheduleRun
from repo_service.core.db import Database, make_engine
from repo_service.worker import Worker
from tests.cast import Cast
from tests.factories import published

Signer = Callable[[str], FlaskClient]


def cut(database: Database, times: int, words: str) -> list[str]:
    """The next statements that hold `words` find their connection cut, `times` of them."""
    seen: list[str] = []

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if words in statement and len(seen) < times:
            seen.append(statement)
            raise OperationalError(statement, None, Exception("gone"), connection_invalidated=True)

    event.listen(database.engine, "before_cursor_execute", fail)
    return seen


def test_a_page_whose_connection_was_cut_is_made_again(db: Database, cast: Cast, sign_in: Signer) -> None:
    with db.transaction():
        resource = published(cast.minh, cast.clusters["K2"])
    browser = sign_in("lan")
    seen = cut(db, 1, "FROM resources")
    assert browser.get(f"/hoc-lieu/{resource.id}").status_code == 200
    assert len(seen) == 1


@pytest.mark.parametrize(("sqlstate", "status"), [("40001", 200), ("40P01", 200), ("57014", 503)])
def test_a_page_that_stood_in_the_way_of_others_is_made_again(
    db: Database, sign_in: Signer, sqlstate: str, status: int
) -> None:
    browser = sign_in("lan")
    seen: list[str] = []

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM resources" in statement and not seen:
            seen.append(statement)
            at_odds = Exception("at odds")
            at_odds.sqlstate = sqlstate  # type: ignore[attr-defined]
            raise OperationalError(statement, None, at_odds)

    event.listen(db.engine, "before_cursor_execute", fail)
    assert browser.get("/").status_code == status and len(seen) == 1


def test_a_page_that_fails_twice_says_when_to_come_back(db: Database, cast: Cast, sign_in: Signer) -> None:
    with db.transaction():
        resource = published(cast.minh, cast.clusters["K2"])
    browser = sign_in("lan")
    for path in (f"/hoc-lieu/{resource.id}", f"/api/resources/{resource.id}"):
        cut(db, 2, "FROM resources")
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
        assert "OperationalError" not in answer.get_data(as_text=True)


def test_a_change_is_not_made_twice(db: Database, sign_in: Signer) -> None:
    browser = sign_in("lan")
    seen = cut(db, 9, "INSERT INTO resources")
    answer = browser.post("/api/resources", json={"title": "Bài mới"})
    assert (answer.status_code, len(seen)) == (503, 1)


def test_everything_answers_503_while_the_database_is_away(db: Database, client: FlaskClient) -> None:
    cut(db, 10_000, "")
    for path in ("/", "/tim?q=toan", "/api/search?q=toan", "/hoc-lieu/khongco"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
        if not path.startswith("/api/"):
            page = answer.get_data(as_text=True)
            assert "Thầy cô thử lại sau vài phút." in page and f'href="{path}' in page and "/static/dist/kho." in page


@pytest.mark.parametrize("round_number", range(3))
def test_a_schedule_runs_once_however_many_workers_there_are(
    db: Database, monkeypatch: pytest.MonkeyPatch, round_number: int
) -> None:
    from datetime import timedelta

    runs: list[str] = []
    schedule = Schedule("test.once", timedelta(hours=1), lambda _database: runs.append("run"))
    monkeypatch.setattr(worker, "SCHEDULES", (schedule,))
    start = Barrier(4)

    def work() -> None:
        start.wait()
        Worker(db, slow=False)._run_schedules()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runs == ["run"]
    with db.session(writing=False) as session:
        assert session.get(ScheduleRun, "test.once") is not None


@pytest.mark.parametrize(
    ("url", "driver", "size", "options"),
    [
        ("postgresql://a:b@h/kho", "postgresql+psycopg", 10, "statement_timeout=30s"),
        (
            "postgresql://a:b@h/kho?pool_size=3&statement_timeout=5s",
            "postgresql+psycopg",
            3,
            "statement_timeout=5s",
        ),
        ("postgresql+psycopg://a:b@h/kho?options=-c%20jit%3Doff", "postgresql+psycopg", 10, "jit=off"),
    ],
)
def test_an_address_of_postgresql_says_pool_and_time_limit(
    url: str, driver: str, size: int, options: str
) -> None:
    engine = make_engine(url)
    _, arguments = engine.dialect.create_connect_args(engine.url)
    assert engine.url.drivername == driver
    assert engine.pool.size() == size  # type: ignore[attr-defined]
    assert "pool_size" not in arguments and "statement_timeout" not in arguments
    if "options" in url:
        assert options in arguments["options"]
