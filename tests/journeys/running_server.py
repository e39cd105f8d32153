"""A real `kho serve` on a free port and its own data folder, to be used, killed and started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests import databases

START_SECONDS = 60
"""For the busiest machine; a quiet one needs two."""


class RunningServer:
    """One server process; `kill()` is SIGKILL, `stop()` is SIGTERM."""

    def __init__(self, data: Path, port: int | None = None, settings: Mapping[str, str] = {}) -> None:
        self.data = data
        self.settings = settings
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait for the first answer."""
        arguments = ["serve", "--port", str(self.port)]
        env = {**environment(self.data), **self.settings}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "repo_service", *arguments], env=env, stdout=subprocess.DEVNULL
        )
        if databases.SERVER:  # there the background work runs in a process of its own
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "repo_service", "worker"], env=env, stdout=subprocess.DEVNULL
            )
        try:
            self._wait_for_an_answer(self._process)
        except BaseException:
            self.kill()
            raise

    def _wait_for_an_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise AssertionError(f"the server ended with {process.returncode}")
            try:
                urllib.request.urlopen(self.url + "/dang-nhap", timeout=START_SECONDS).close()
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        raise AssertionError(f"the server did not answer within {START_SECONDS} s")

    def kill(self) -> None:
        """End it without any warning; nothing happens to one that has ended."""
        for process in (self._process, self._worker):
            if process is not None:
                process.kill()
                process.wait()

    def stop(self) -> float:
        """Ask it to end; returns the seconds it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=15)
        if self._worker is not None:
            self._worker.terminate()
            self._worker.wait(timeout=15)
        return time.monotonic() - began

    @property
    def database_url(self) -> str:
        """Where its rows are, in SQLAlchemy's form."""
        return databases.url_of(self.data)

    @property
    def pid(self) -> int:
        """The process id."""
        assert self._process is not None
        return self._process.pid


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[RunningServer]:
    """A started server, ended afterwards; `settings` stand beside the embedded defaults."""
    server = RunningServer(data, settings=settings)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def kho(data: Path, *arguments: str, **settings: str) -> str:
    """Run a `kho` command on a data folder; returns what it printed."""
    done = run_kho(data, *arguments, **settings)
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def run_kho(data: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The same, whatever it ends with."""
    command = [sys.executable, "-m", "repo_service", *arguments]
    env = {**environment(data), **settings}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=280, check=False)


def environment(data: Path) -> dict[str, str]:
    """The environment of a command on `data`: embedded defaults but the tests' database, nothing inherited."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "SECRET_KEY"))}
    return {**kept, "KHO_DATA": str(data), "KHO_TODAY": "2026-11-16"} | databases.environment(data)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
