"""SIGKILL at random moments while teachers deposit: whatever was answered 201 is there, whole and found."""

from __future__ import annotations

import hashlib
import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.conftest import Installed
from tests.journeys.running_server import START_SECONDS, RunningServer, kho

KILLS = 4
SEED = 20261116


@dataclass
class Teacher:
    """Deposits small works one after another and remembers what was acknowledged."""

    server: RunningServer
    token: str
    name: str
    acknowledged: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Resource id -> (title, SHA-256)."""
    refused: list[int] = field(default_factory=list)
    """Statuses of answers that were no success."""

    def deposit_until(self, stop: threading.Event) -> None:
        for number in range(100_000):
            if stop.is_set():
                return
            try:
                self._deposit(number)
            except urllib.error.HTTPError as error:
                self.refused.append(error.code)
                time.sleep(0.05)
            except (http.client.HTTPException, OSError):
                time.sleep(0.02)  # killed in between: never acknowledged, so nothing is owed

    def _deposit(self, number: int) -> None:
        content = f"Bài {number} của {self.name}: phân số và hỗn số. {random.random()}".encode() * 20
        title = f"Phân số, bài {self.name} số {number} {hashlib.sha256(content).hexdigest()[:8]}"
        upload = self.call("POST", "/api/uploads", {"filename": f"bai-{number}.txt", "size": len(content)})
        part = upload["parts"][0]
        request = urllib.request.Request(
            part["url"],
            data=content,
            method=part["method"],
            headers={"Content-Type": "application/octet-stream", **part["headers"]},
        )
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            etag = answer.headers["ETag"]
        body = {
            "title": title, "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"], "submit": False,
            "files": [{"upload": upload["id"], "parts": [{"number": 1, "etag": etag}]}],
        }  # fmt: skip
        made = self.call("POST", "/api/resources", body)
        self.acknowledged[made["id"]] = (title, hashlib.sha256(content).hexdigest())

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.server.url + path, data=data, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            return json.load(answer)

    def look_again(self) -> None:
        """Everything that was acknowledged is there, with the bytes that were sent."""
        for resource_id, (title, digest) in self.acknowledged.items():
            found = self.call("GET", f"/api/resources/{resource_id}")
            assert found["title"] == title
            [file] = found["files"]
            assert file["sha256"] == digest
            content = self.read(f"/api/resources/{resource_id}/files/{file['id']}")
            assert hashlib.sha256(content).hexdigest() == digest

    def read(self, path: str) -> bytes:
        request = urllib.request.Request(
            self.server.url + path, headers={"Authorization": f"Bearer {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            found: bytes = answer.read()
            return found


@pytest.fixture
def server(tmp_path: Path, installed: Installed) -> Iterator[RunningServer]:
    databases.copy(installed.folder, tmp_path)
    server = RunningServer(tmp_path)
    yield server
    server.kill()


def wait_for_a_deposit(teachers: list[Teacher]) -> None:
    """Until one more is acknowledged: a kill of an idle server proves nothing."""
    before = sum(len(teacher.acknowledged) for teacher in teachers)
    deadline = time.monotonic() + START_SECONDS
    while sum(len(teacher.acknowledged) for teacher in teachers) == before:
        assert time.monotonic() < deadline, "nothing was acknowledged"
        time.sleep(0.01)


def test_every_acknowledged_deposit_survives_kills(server: RunningServer) -> None:
    chance = random.Random(SEED)
    teachers = [
        Teacher(server, kho(server.data, "token", "create", name).strip(), name) for name in ("lan", "quang")
    ]
    for _ in range(KILLS):
        server.start()
        stop = threading.Event()
        threads = [threading.Thread(target=teacher.deposit_until, args=(stop,)) for teacher in teachers]
        for thread in threads:
            thread.start()
        try:
            wait_for_a_deposit(teachers)
            time.sleep(chance.uniform(0, 0.8))
        finally:
            server.kill()
            stop.set()
            for thread in threads:
                thread.join()
    server.start()
    try:
        for teacher in teachers:
            teacher.look_again()
    finally:
        assert server.stop() < 10
