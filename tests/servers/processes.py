"""Starting and ending the processes of a test server: its log and pid stand in the server's folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_started: dict[int, subprocess.Popen[bytes]] = {}
"""Children of this process: they are reaped when they end."""


def free_port() -> int:
    """A loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(
    folder: Path, name: str, command: Sequence[str], *, user: str | None = None, env: Mapping[str, str] = {}
) -> int:
    """Start a process that outlives this one; output goes to `name.log`. Returns its pid."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{name}.log", "ab") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=user if os.geteuid() == 0 else None,
        )
    _started[process.pid] = process
    (folder / f"{name}.pid").write_text(str(process.pid))
    return process.pid


def stop(folder: Path, name: str, number: int = signal.SIGTERM, seconds: float = 30) -> None:
    """Signal the process group and wait until it is gone; SIGKILL after `seconds`. A missing one is fine."""
    path = folder / f"{name}.pid"
    if not path.exists():
        return
    pid = int(path.read_text())
    end = time.monotonic() + seconds
    while _signalled(pid, number):
        number = signal.SIGKILL if time.monotonic() > end else 0
        time.sleep(0.05)
    path.unlink()


def runs(folder: Path, name: str) -> bool:
    """Whether the process that was started as `name` in the folder is still there."""
    path = folder / f"{name}.pid"
    return path.exists() and _signalled(int(path.read_text()), 0)


def wait_until(true: Callable[[], bool], what: str, seconds: float = 90) -> None:
    """Ask again until `true` answers True; RuntimeError names what did not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.1)
    raise RuntimeError(f"{what} did not come within {seconds:.0f} s")


def answers(port: int) -> bool:
    """Whether something listens on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_healthy(port: int) -> bool:
    """Whether a search node on the loopback port has joined its cluster."""
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_cluster/health", timeout=2):
        return True
    return False


def _signalled(pid: int, number: int) -> bool:
    """Signal the group; False when nobody is left in it (a zombie of ours is reaped on the way)."""
    if pid in _started and _started[pid].poll() is not None:
        del _started[pid]
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    return True
