"""A real PostgreSQL is killed and restarted while teachers deposit: 503 meanwhile, nothing acknowledged is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from repo_service.core import outbox
from repo_service.core.db import Database
from tests import databases
from tests.conftest import install_into
from tests.journeys.api_client import fetch
from tests.journeys.running_server import RunningServer, kho
from tests.journeys.test_nothing_acknowledged_is_lost import Teacher, wait_for_a_deposit
from tests.servers import postgresql, processes, url_or_skip

OUTAGES = ("kill", "restart")


@pytest.fixture
def database_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A durable PostgreSQL of this test's own, which it may kill."""
    url_or_skip("TEST_DATABASE_URL")
    folder = tmp_path / "postgresql"
    monkeypatch.setattr(databases, "SERVER", postgresql.start(folder, durable=True)["TEST_DATABASE_URL"])
    yield folder
    postgresql.stop(folder)


def test_nothing_acknowledged_is_lost_when_the_database_goes_away(database_folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    install_into(data)
    server = RunningServer(data)
    server.start()
    teachers = [Teacher(server, kho(data, "token", "create", name).strip(), name) for name in ("lan", "quang")]
    stop = threading.Event()
    threads = [threading.Thread(target=teacher.deposit_until, args=(stop,)) for teacher in teachers]
    try:
        for thread in threads:
            thread.start()
        for outage in OUTAGES:
            wait_for_a_deposit(teachers)
            (postgresql.kill if outage == "kill" else postgresql.stop)(database_folder)
            look_at_pages(server)
            time.sleep(1)
            postgresql.start(database_folder, durable=True)
            wait_for_a_deposit(teachers)
        stop.set()
        for thread in threads:
            thread.join()
        for teacher in teachers:
            teacher.look_again()
            assert set(teacher.refused) <= {503}
        assert any(teacher.refused for teacher in teachers), "the outage was not felt"
        database = Database(databases.url_of(data))
        processes.wait_until(lambda: _waiting(database) == 0, "the end of the background work")
        database.engine.dispose()
    finally:
        stop.set()
        server.kill()


def look_at_pages(server: RunningServer) -> None:
    """People read a whole page that says when to come back, and lets them try the same again."""
    for path in ("/", "/tim?q=toan", "/dang-nhap"):
        answer = fetch(server.url + path)
        page = answer.content.decode()
        assert answer.status == 503 and int(answer.headers["Retry-After"]) > 0, (path, answer.status)
        assert "Thầy cô thử lại sau vài phút." in page and "/static/dist/kho." in page and f'href="{path}' in page, page


def _waiting(database: Database) -> int:
    with database.session(writing=False) as session:
        return outbox.waiting(session)
