"""The processes of a site past one machine: gunicorn, `kho worker`; each can be killed and started again alone."""

from __future__ import annotations

import signal
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.servers import processes

_GUNICORN = [
    sys.executable,
    "-m",
    "gunicorn",
    "-c",
    "python:repo_service.gunicorn_settings",
    "repo_service.wsgi:app",
]


def start_web(folder: Path, name: str, port: int, env: Mapping[str, str]) -> None:
    """One gunicorn on a loopback port, answering when this returns."""
    processes.start(folder, name, [*_GUNICORN, "--bind", f"127.0.0.1:{port}"], env=env)
    processes.wait_until(lambda: is_alive(port), f"{name} on {port} ({folder / name}.log)")


def is_alive(port: int) -> bool:
    """Whether `/healthz` answers there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def kill(folder: Path, name: str) -> None:
    """SIGKILL the process and its children, as a machine that goes away would."""
    processes.stop(folder, name, signal.SIGKILL)
