"""What an installation weighs: packages and size of a fresh environment, time to the first page, memory in use."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from sqlalchemy import select

from bench.machine import anonymous_mb, free_port, machine, print_result, say, scaled, wait_until_ready
from bench.temporary import DAY, demo_installation, tokens
from repo_service.core.db import Database
from repo_service.resources.models import Resource
from repo_service.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
RECORDS = 300
STARTS = 3
_QUIET_SECONDS = 3


class NotInstalled(Exception):
    """The environment could not be made here; the message says why."""


def fresh_environment(folder: Path) -> Path:
    """A virtual environment with the run-time lock only, and bytecode: the path of its Python."""
    python = folder / "bin" / "python"
    run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    say("installing requirements.lock")
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "-q", "--python", str(python), "--compile-bytecode"]
    else:
        command = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "install",
            "-q",
            "--disable-pip-version-check",
        ]
    run([*command, "--require-hashes", "-r", str(LOCK)])
    return python


def run(command: list[str]) -> None:
    """Run to the end; NotInstalled with the last line of its errors otherwise."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotInstalled(f"{Path(command[0]).name}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")


def weigh(folder: Path) -> dict[str, float]:
    """Installed packages and megabytes on disk."""
    packages = list(folder.glob("lib/python*/site-packages/*.dist-info"))
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {"packages": len(packages), "venv_mb": size / 2**20}


class Server:
    """`kho serve` of the work tree in another process, by the given Python."""

    def __init__(self, python: Path, settings: Settings) -> None:
        self.port = free_port()
        environment = {
            **os.environ,
            "KHO_DATA": str(settings.data),
            "KHO_TODAY": DAY,
            "RATE_LIMITS": "1000",  # a few clients ask here for a whole province
            "PYTHONPATH": str(ROOT),
        }
        command = [str(python), "-m", "repo_service", "serve", "--port", str(self.port)]
        begin = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{self.port}/dang-nhap")
        except TimeoutError:
            self.stop()
            raise
        self.seconds_to_first_page = time.perf_counter() - begin

    @property
    def memory_mb(self) -> float:
        """Anonymous memory of the service's processes."""
        return anonymous_mb(self._process.pid)

    def call(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        """One request; any status above 399 ends the run."""
        address = path if path.startswith("http") else f"http://127.0.0.1:{self.port}{path}"
        asked = urllib.request.Request(
            address, body, {name.replace("_", "-"): v for name, v in headers.items()}
        )
        asked.method = method
        try:
            answer: http.client.HTTPResponse = urllib.request.urlopen(asked, timeout=30)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read()[:300]!r}") from error
        return answer

    def stop(self) -> None:
        """End it and wait."""
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def deposit(server: Server, token: str, number: int) -> None:
    """One small text file through the API: the worker reads its text and indexes nothing before publication."""
    content = f"Bài {number}: phân số bằng nhau.".encode()
    said = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    wanted = json.dumps({"filename": f"bai-{number}.txt", "size": len(content)}).encode()
    upload = json.load(server.call("POST", "/api/uploads", wanted, **said))
    part = upload["parts"][0]
    etag = server.call(part["method"], part["url"], content, Content_Type="application/octet-stream").headers[
        "ETag"
    ]
    body = {
        "title": f"Phân số bằng nhau {number}", "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"],
        "files": [{"upload": upload["id"], "parts": [{"number": part["number"], "etag": etag}]}],
    }  # fmt: skip
    server.call("POST", "/api/resources", json.dumps(body).encode(), **said)


def use(server: Server, token: str, ids: list[str]) -> None:
    """100 mixed requests: searches, suggestions, resource pages, deposits (three requests each)."""
    said = {"Authorization": f"Bearer {token}"}
    for number in range(25):
        server.call("GET", f"/tim?q=ph%C3%A2n+s%E1%BB%91+{number}", **said).read()
        server.call("GET", f"/hoc-lieu/{ids[number]}", **said).read()
        if number < 20:
            server.call("GET", "/api/suggest?q=phan", **said).read()
    for number in range(10):
        deposit(server, token, number)


def measure_service(python: Path) -> dict[str, float]:
    """Start, use, and look at the memory once the background work is done."""
    with demo_installation(RECORDS) as settings:
        database = Database(settings.database_url)
        token = tokens(database, "lan")["lan"]
        with database.transaction(writing=False) as session:
            ids = list(session.scalars(select(Resource.id).where(Resource.visibility == "tinh").limit(25)))
        database.engine.dispose()
        starts = []
        for _ in range(STARTS):
            server = Server(python, settings)
            starts.append(server.seconds_to_first_page)
            server.stop()
        server = Server(python, settings)
        try:
            use(server, token, ids)
            time.sleep(_QUIET_SECONDS)
            return {"start_warm_s": min(starts), "rss_mb": server.memory_mb}
        finally:
            server.stop()


def main() -> None:
    """Measure and print."""
    figures: dict[str, float] = {}
    missing: dict[str, str] = {}
    on = machine()
    with tempfile.TemporaryDirectory(prefix="kho-footprint-") as name:
        python = Path(sys.executable)
        try:
            python = fresh_environment(Path(name))
            figures |= weigh(Path(name))
        except NotInstalled as error:
            missing = dict.fromkeys(("packages", "venv_mb"), str(error))
        figures |= measure_service(python)
    figures["start_warm_s"] = scaled(figures["start_warm_s"], float(str(on["calibration_ms"])))
    print_result("footprint", figures, missing=missing, measured_on=on)


if __name__ == "__main__":
    main()
