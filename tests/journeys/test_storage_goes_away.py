"""A real S3 server ends or hangs under the running service: pages and search go on, bytes wait and come back."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.mixed_load import Load, Visitor
from tests import databases
from tests.cast import PASSWORD
from tests.conftest import Installed
from tests.journeys.api_client import Answer, ApiClient, fetch
from tests.journeys.running_server import RunningServer, kho, serving
from tests.servers import processes, url_or_skip, versitygw

WORDS = "Phân số bằng nhau.\n".encode() * 500_000  # 11 MB: two parts
PATIENCE = 15
"""Seconds until a store that hangs is called away; one that refuses is so at once."""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an S3 server of this test's own, which it may end; its keys are in the environment."""
    url_or_skip("TEST_VERSITYGW_URL")
    folder = tmp_path / "versitygw"
    told = versitygw.start(folder)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", told["TEST_VERSITYGW_ACCESS_KEY"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", told["TEST_VERSITYGW_SECRET_KEY"])
    monkeypatch.setenv("STORE", told["TEST_VERSITYGW_URL"])
    yield folder
    versitygw.kill(folder)


@pytest.fixture
def server(store: Path, installed: Installed, tmp_path: Path) -> Iterator[RunningServer]:
    data = tmp_path / "data"
    data.mkdir()
    databases.copy(installed.folder, data)
    with serving(data, STORAGE_URL=os.environ["STORE"]) as running:
        yield running
    databases.drop(data)


@pytest.fixture
def lan(server: RunningServer) -> ApiClient:
    return ApiClient(server.url, kho(server.data, "token", "create", "lan").strip())


def deposit(lan: ApiClient, title: str, file: dict[str, Any]) -> str:
    about = {"title": title, "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"], "submit": False}
    made = lan.post("/api/resources", about | {"files": [file]})
    assert made.status == 201, made.content
    return str(made.json["id"])


def file_path(lan: ApiClient, resource: str) -> str:
    """Where the work's file is fetched, once it was read."""

    def read() -> Any:
        return lan.get(f"/api/resources/{resource}").json["files"][0]

    processes.wait_until(lambda: read()["state"] == "ready", "the check of the file", 60)
    return f"/api/resources/{resource}/files/{read()['id']}"


def timed(lan: ApiClient, path: str) -> tuple[Answer, float]:
    began = time.monotonic()
    answer = lan.get(path)
    return answer, time.monotonic() - began


def assert_pages_go_on(lan: ApiClient, resource: str) -> None:
    for path in (f"/api/resources/{resource}", "/api/search?q=phân số", "/dang-nhap", "/"):
        answer, seconds = timed(lan, path)
        assert answer.status in (200, 302) and seconds < 5, (path, answer.status, seconds)
    told = lan.get("/readyz")
    assert told.status == 200 and told.json["parts"]["storage"] == "down"


def assert_people_are_told_when_to_come_back(lan: ApiClient, resource: str, file: str) -> None:
    """A browser that follows a link to bytes gets a page in words, not a problem document, and can try again."""
    browser = Visitor(Load(), lan.url)
    browser.sign_in("lan", PASSWORD)
    for path in (file, f"/api/resources/{resource}/package.zip"):
        status, content, told = browser.ask("download", "GET", path, Accept="text/html,*/*;q=0.8")
        page = content.decode()
        assert status == 503 and int(told["Retry-After"]) > 0 and told["Content-Type"].startswith("text/html"), path
        assert "Thầy cô thử lại sau vài phút." in page and f'href="{path}' in page, page
    browser.close()


def test_a_store_that_ends_costs_no_page_and_no_upload(store: Path, lan: ApiClient) -> None:
    resource = deposit(lan, "Trước khi kho tệp tắt", lan.uploaded("bai.txt", WORDS))
    path = file_path(lan, resource)
    told = lan.post("/api/uploads", {"filename": "dở dang.txt", "size": len(WORDS)}).json
    first = told["parts"][0]
    sent = fetch(first["url"], "PUT", WORDS[: first["size"]])
    waiting = deposit(lan, "Chờ đọc", lan.uploaded("cho.txt", WORDS))
    versitygw.kill(store)

    assert_pages_go_on(lan, resource)
    assert_people_are_told_when_to_come_back(lan, resource, path)
    for away in (path, f"/api/uploads/{told['id']}"):
        answer, seconds = timed(lan, away)
        assert answer.problem(503) and int(answer.headers["Retry-After"]) > 0 and seconds < 5, (away, seconds)
    assert lan.post("/api/uploads", {"filename": "mới.txt", "size": 10}).status == 503

    versitygw.start(store)
    processes.wait_until(lambda: lan.get(path).status == 302, "the download", 30)
    assert fetch(lan.get(path).headers["Location"]).content == WORDS
    again = lan.get(f"/api/uploads/{told['id']}").json
    assert [part["number"] for part in again["parts"]] == [2]
    sent_again = fetch(again["parts"][0]["url"], "PUT", WORDS[first["size"] :])
    parts = [{"number": 1, "etag": sent.headers["ETag"]}, {"number": 2, "etag": sent_again.headers["ETag"]}]
    deposited = deposit(lan, "Gửi tiếp", {"upload": told["id"], "parts": parts})
    for title in (deposited, waiting):
        assert fetch(lan.get(file_path(lan, title)).headers["Location"]).content == WORDS


def test_a_store_that_hangs_holds_up_only_those_who_want_bytes(store: Path, lan: ApiClient) -> None:
    resource = deposit(lan, "Trước khi kho tệp treo", lan.uploaded("bai.txt", WORDS))
    path = file_path(lan, resource)
    pid = int((store / "versitygw.pid").read_text())
    os.killpg(pid, signal.SIGSTOP)
    try:
        answer, seconds = timed(lan, path)
        assert answer.problem(503) and seconds < PATIENCE, seconds
        for _ in range(3):  # once known to be away it is not waited for again and again
            answer, seconds = timed(lan, path)
            assert answer.status == 503 and seconds < 1, seconds
        assert_pages_go_on(lan, resource)
    finally:
        os.killpg(pid, signal.SIGCONT)
    processes.wait_until(lambda: lan.get(path).status == 302, "the download", 30)


def test_with_a_second_store_downloads_go_on_too(store: Path, installed: Installed, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    databases.copy(installed.folder, data)
    replica = f"file:{tmp_path / 'second'}"
    stores = {"STORAGE_URL": os.environ["STORE"], "STORAGE_REPLICA_URL": replica}
    with serving(data, **stores) as running:
        lan = ApiClient(running.url, kho(data, "token", "create", "lan").strip())
        path = file_path(lan, deposit(lan, "Có bản thứ hai", lan.uploaded("bai.txt", WORDS)))
        assert lan.get(path).status == 302
        keys = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        kho(data, "storage", "copy", os.environ["STORE"], replica, **keys)
        versitygw.kill(store)
        answer, seconds = timed(lan, path)
        assert answer.status == 200 and answer.content == WORDS and seconds < 5
        told = lan.get("/readyz").json["parts"]
        assert (told["storage"], told["replica"]) == ("down", "ok")
    databases.drop(data)
