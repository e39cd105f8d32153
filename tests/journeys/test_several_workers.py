"""`kho worker --processes`: deaths are made good, the work is done once, one of them writes the embedded index."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from repo_service.core import outbox
from repo_service.core.db import Database
from tests import databases
from tests.conftest import Installed
from tests.journeys.running_server import environment, kho

PROCESSES = 3


@pytest.fixture
def data(tmp_path: Path, installed: Installed) -> Iterator[Path]:
    databases.copy(installed.folder, tmp_path)
    yield tmp_path
    databases.drop(tmp_path)


@pytest.fixture
def parent(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "repo_service", "worker", "--processes", str(PROCESSES)]
    process = subprocess.Popen(command, env=environment(data), stdout=subprocess.DEVNULL)
    wait_until(lambda: len(children(process.pid)) == PROCESSES)
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(timeout=30)


def test_several_workers_survive_deaths_and_end_together(data: Path, parent: subprocess.Popen[bytes]) -> None:
    database = Database(databases.url_of(data))
    for _ in range(2):
        with database.transaction():
            for number in range(40):
                outbox.emit("resource.changed", f"none{number}")
                outbox.emit("resource.published", f"none{number}")
        before = children(parent.pid)
        os.kill(before[0], signal.SIGKILL)
        wait_until(
            lambda gone=before[0]: len(children(parent.pid)) == PROCESSES and gone not in children(parent.pid)
        )
    wait_until(lambda: unfinished(database) == 0)
    assert "Thiếu trong chỉ mục: 0" in kho(data, "index", "check")
    with database.session(writing=False) as session:
        assert outbox.dead(session) == []
    last = children(parent.pid)
    began = time.monotonic()
    parent.terminate()
    assert parent.wait(timeout=20) == 0
    assert time.monotonic() - began < 10
    assert not any(Path(f"/proc/{pid}").exists() for pid in last)
    database.engine.dispose()


def test_workers_end_when_their_parent_was_killed(parent: subprocess.Popen[bytes]) -> None:
    left = children(parent.pid)
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(is_running(pid) for pid in left))


def children(pid: int) -> list[int]:
    found = " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for child in found.split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def unfinished(database: Database) -> int:
    with database.session(writing=False) as session:
        return outbox.waiting(session)


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)
