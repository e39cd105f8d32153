"""`make run` on a free port with an empty data folder: the page, a search, and an end within ten seconds."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

START_SECONDS = 240
STOP_SECONDS = 10


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, service: subprocess.Popen[bytes]) -> str:
    """The first page answered with 200."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if service.poll() is not None:
            raise SystemExit(f"make run ended with {service.returncode} before it answered")
        try:
            return fetch(url)
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"no 200 on {url} in {START_SECONDS} s")


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


def check(condition: bool, sentence: str) -> None:
    print(("ok      " if condition else "FAILED  ") + sentence, flush=True)
    if not condition:
        raise SystemExit(1)


def check_pages(address: str, service: subprocess.Popen[bytes]) -> None:
    page = wait_for(address + "/", service)
    check('lang="vi"' in page, "the first page is Vietnamese")
    found = fetch(f"{address}/tim?{urllib.parse.urlencode({'q': 'phân số'})}")
    check("phân số" in found.lower(), "a search answers and shows what was asked")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def check_end(service: subprocess.Popen[bytes], port: int) -> None:
    """SIGTERM to make and its children, as a terminal or a supervisor sends it."""
    os.killpg(service.pid, signal.SIGTERM)
    begin = time.monotonic()
    with contextlib.suppress(subprocess.TimeoutExpired):
        service.wait(STOP_SECONDS)
    while listens(port) and time.monotonic() - begin < STOP_SECONDS:
        time.sleep(0.1)
    check(service.poll() is not None and not listens(port), f"SIGTERM ends the service in {STOP_SECONDS} s")


def main() -> None:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kho-smoke-") as folder:
        environment = {**os.environ, "KHO_DATA": str(Path(folder) / "data"), "PORT": str(port)}
        service = subprocess.Popen(
            ["make", "run"], env=environment, start_new_session=True, stdin=subprocess.DEVNULL
        )
        try:
            check_pages(f"http://127.0.0.1:{port}", service)
            check_end(service, port)
        finally:
            if service.poll() is None:
                os.killpg(service.pid, signal.SIGKILL)
                service.wait()


if __name__ == "__main__":
    main()
