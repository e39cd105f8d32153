"""The commands an operator types, and how a server ends: on a signal, or by force in the middle of an upload."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from repo_service.cli import cli
from tests import databases
from tests.conftest import Installed
from tests.journeys.api_client import ApiClient, fetch
from tests.journeys.running_server import RunningServer, environment, kho

COMMANDS = ("init", "migrate", "serve", "worker", "seed", "index", "user", "token", "doctor")


@pytest.fixture
def data(tmp_path: Path, installed: Installed) -> Path:
    databases.copy(installed.folder, tmp_path)
    return tmp_path


def typed(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "repo_service", *arguments]
    return subprocess.run(
        command, env=environment(data), capture_output=True, text=True, timeout=60, check=False
    )


def test_every_command_explains_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHO_DATA", str(tmp_path))
    assert set(COMMANDS) <= set(cli.commands)
    for name in COMMANDS:
        answer = CliRunner().invoke(cli, [name, "--help"])
        assert answer.exit_code == 0 and "Usage" in answer.output, name
        assert CliRunner().invoke(cli, [name, "--khong-co"]).exit_code == 2, name


def test_a_server_on_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    refused = typed(tmp_path, "serve", "--port", "9")
    assert refused.returncode == 1 and "kho migrate" in refused.stderr and "Traceback" not in refused.stderr


def test_an_installation_begins_with_one_command(tmp_path: Path) -> None:
    for command in (("user", "list"), ("index", "check"), ("token", "create", "lan")):
        early = typed(tmp_path, *command)
        assert early.returncode == 1 and "kho migrate" in early.stderr and "Traceback" not in early.stderr
    begun = typed(tmp_path, "init")
    assert begun.returncode == 0 and begun.stdout.startswith("http://127.0.0.1:8000/lien-ket/")
    again = typed(tmp_path, "init")
    assert again.returncode == 0 and "Traceback" not in again.stderr


def test_wrong_input_is_one_line(data: Path) -> None:
    unknown = typed(data, "token", "create", "khong-co-ai")
    assert unknown.returncode == 1 and unknown.stdout == "" and len(unknown.stderr.splitlines()) == 1
    rebuilt = typed(data, "index", "rebuild")
    assert rebuilt.returncode == 0 and "\r" not in rebuilt.stdout + rebuilt.stderr


def test_an_upload_goes_on_after_the_server_was_killed(data: Path) -> None:
    server = RunningServer(data)
    server.start()
    lan = ApiClient(server.url, kho(data, "token", "create", "lan").strip())
    size = 9 * 1024 * 1024
    content = b"phan so\n" * (size // 8)
    told = lan.post("/api/uploads", {"filename": "bai.txt", "size": size}).json
    length = told["part_size"]
    assert fetch(told["parts"][0]["url"], "PUT", content[:length]).status == 200
    server.kill()
    server.start()
    now = lan.get(f"/api/uploads/{told['id']}").json
    assert [part["number"] for part in now["received"]] == [1]
    parts = [{"number": part["number"], "etag": part["etag"]} for part in now["received"]]
    for part in now["parts"]:
        piece = content[(part["number"] - 1) * length :][:length]
        parts.append({"number": part["number"], "etag": fetch(part["url"], "PUT", piece).headers["ETag"]})
    done = lan.post(f"/api/uploads/{told['id']}/complete", {"parts": parts})
    assert done.status == 200 and done.json["file"]["size"] == size
    stop, busy = threading.Event(), threading.Thread(target=lambda: keep_asking(lan, stop))
    busy.start()
    assert server.stop() < 10
    stop.set()
    busy.join()


def keep_asking(of: ApiClient, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            of.get("/api/search", q="phân số")
        except (OSError, http.client.HTTPException):  # cut while the server ended
            return
