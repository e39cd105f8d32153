"""gunicorn with two processes: one site, two origins, one truth; a refusal in words, and an end in order."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from repo_service.core.db import Database
from repo_service.curriculum.installation import raise_revision
from repo_service.curriculum.models import Installation
from tests import databases
from tests.conftest import Installed
from tests.journeys.running_server import environment, kho
from tests.servers import processes, site

Address = tuple[int, Path]
CONTENT = "tep.example.edu.vn"


def site_environment(data: Path) -> dict[str, str]:
    return environment(data) | {"CONTENT_URL": f"https://{CONTENT}", "WEB_CONCURRENCY": "2"}


@pytest.fixture(scope="module")
def two_processes(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Port and data folder of a gunicorn with two processes."""
    data = tmp_path_factory.mktemp("several")
    databases.copy(installed.folder, data)
    port = processes.free_port()
    site.start_web(data, "web", port, site_environment(data))
    yield port, data
    processes.stop(data, "web")
    databases.drop(data)


Reply = tuple[int, http.client.HTTPMessage, str]


def ask(port: int, path: str, host: str = "kho.example.edu.vn", **headers: str) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={"Host": host, **headers})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


def test_files_that_may_run_something_have_a_host_of_their_own(two_processes: Address) -> None:
    port, _data = two_processes
    assert ask(port, "/")[0] == 200
    for path in ("/", "/dang-nhap", "/static/dist/manifest.json"):
        status, headers, _body = ask(port, path, host=CONTENT)
        assert status == 404 and headers["Content-Security-Policy"].startswith("sandbox"), path
    assert ask(port, "/xem/none")[0] == 404


def test_a_change_is_seen_by_every_process(two_processes: Address) -> None:
    port, data = two_processes
    database = Database(databases.url_of(data))
    for name in ("Quảng Nam", "Quảng Ngãi"):
        with database.transaction() as session:
            session.execute(update(Installation).values(province_name=name))
            raise_revision()
        answers = [ask(port, "/") for _ in range(16)]  # either process answers some of them
        assert [status for status, _headers, body in answers if name in body] == [200] * 16
    database.engine.dispose()


def test_an_address_of_ten_thousand_letters_is_read(two_processes: Address) -> None:
    assert ask(two_processes[0], "/tim?q=" + "%E1%BA%BF" * 10_000)[0] == 200


@pytest.mark.parametrize("wrong", ["old schema", "no content host", "the same host twice"])
def test_gunicorn_ends_with_a_sentence_when_nothing_could_be_served(tmp_path: Path, wrong: str) -> None:
    told = site_environment(tmp_path)
    if wrong != "old schema":
        kho(tmp_path, "migrate")
    if wrong == "no content host":
        del told["CONTENT_URL"]
    if wrong == "the same host twice":
        told |= {"PUBLIC_URL": told["CONTENT_URL"], "SECRET_KEY": "k" * 40}
    ended = subprocess.run(site.GUNICORN, env=told, capture_output=True, text=True, timeout=60, check=False)
    databases.drop(tmp_path)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert ("kho migrate" if wrong == "old schema" else "CONTENT_URL") in ended.stderr


@pytest.mark.parametrize("server", ["kho serve", "gunicorn"])
def test_the_start_up_log_names_what_is_wrong_and_the_site_serves(
    server: str, installed: Installed, tmp_path: Path
) -> None:
    databases.copy(installed.folder, tmp_path)
    away = processes.free_port()
    told = site_environment(tmp_path) | {
        "SEARCH_URL": f"elasticsearch://kho:very-secret@127.0.0.1:{away}/kho?tls=0",
        "STORAGE_URL": f"s3://kho?endpoint=http://127.0.0.1:{away}",
        "AWS_ACCESS_KEY_ID": "kho",
        "AWS_SECRET_ACCESS_KEY": "very-secret",
    }
    port = processes.free_port()
    if server == "gunicorn":
        site.start_web(tmp_path, "web", port, told)
    else:
        command = [sys.executable, "-m", "repo_service", "serve", "--port", str(port)]
        processes.start(tmp_path, "web", command, env=told)
        processes.wait_until(lambda: site.is_alive(port), "the first answer")
    log = tmp_path / "web.log"
    sentences = ("the store does not answer", "kho tệp không trả lời", "máy chủ tìm kiếm không trả lời")
    try:
        processes.wait_until(lambda: all(each in log.read_text() for each in sentences), "the lines in the log")
        assert ask(port, "/")[0] == 200 and "very-secret" not in log.read_text()
    finally:
        processes.stop(tmp_path, "web")
        databases.drop(tmp_path)


def test_sigterm_lets_the_request_at_hand_end(two_processes: Address, tmp_path: Path) -> None:
    _port, data = two_processes
    port = processes.free_port()
    site.start_web(tmp_path, "web", port, site_environment(data))
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    form = "Content-Length: 3\r\nContent-Type: application/x-www-form-urlencoded"
    head = f"POST /dang-nhap HTTP/1.1\r\nHost: kho\r\n{form}\r\n\r\n".encode()
    connection.sendall(head)  # the view waits for the body, which comes after the signal
    time.sleep(0.5)
    pid = int((tmp_path / "web.pid").read_text())
    os.kill(pid, 15)
    time.sleep(0.5)
    connection.sendall(b"a=b")
    assert connection.recv(4096).startswith(b"HTTP/1.1 400")
    connection.close()
    began = time.monotonic()
    processes.stop(tmp_path, "web", 0)
    assert time.monotonic() - began < 10
    assert not processes.answers(port)


def test_a_killed_process_is_replaced(two_processes: Address) -> None:
    port, data = two_processes
    master = int((data / "web.pid").read_text())
    children = Path(f"/proc/{master}/task/{master}/children")
    processes.wait_until(lambda: len(children.read_text().split()) == 2, "both processes")
    first = int(children.read_text().split()[0])
    os.kill(first, 9)
    processes.wait_until(
        lambda: len(set(children.read_text().split()) - {str(first)}) == 2, "the replacement"
    )
    assert {ask(port, "/")[0] for _ in range(8)} == {200}
