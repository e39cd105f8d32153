"""Several worker processes: one parent starts them, replaces those that died and ends them together."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

log = structlog.get_logger()

STOP_SECONDS = 9
"""What has not ended then is killed; its work is taken up when the lease runs out."""
LONGEST_PAUSE = 30.0
_WORKER = (sys.executable, "-m", "repo_service", "worker", "--parent")


def only_process(lock: Path) -> Callable[[], bool]:
    """A question that one process at a time hears answered True, as long as it lives: who writes to a shared folder.

    The lock goes with its process, however that ends; the next one to ask has it then.
    """
    descriptor: list[int] = []
    guard = threading.Lock()

    def mine() -> bool:
        with guard:
            if descriptor:
                return True
            opened = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(opened)
                return False
            descriptor.append(opened)
            return True

    return mine


def wait_for_the_end(parent: int | None = None) -> None:
    """Return on SIGTERM or SIGINT, or when the parent with this process id is gone."""
    ended = _ended_by_signal()
    while not ended.wait(1) and parent in (None, os.getppid()):
        pass


def supervise(count: int) -> None:
    """Keep `count` worker processes running until SIGTERM or SIGINT; then end them within ten seconds."""
    ended = _ended_by_signal()
    places = [_Place() for _ in range(count)]
    try:
        while not ended.wait(0.2):
            for place in places:
                place.look_after()
    finally:
        _end([place.process for place in places if place.process is not None])


def _ended_by_signal() -> threading.Event:
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended


class _Place:
    """One of the processes; one that dies again and again is started after growing pauses."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self._started = self._due = 0.0
        self._pause = 0.5

    def look_after(self) -> None:
        moment = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            log.warning("worker_process_ended", pid=self.process.pid, code=self.process.returncode)
            lived = moment - self._started
            self._pause = 0.5 if lived > LONGEST_PAUSE else min(self._pause * 2, LONGEST_PAUSE)
            self.process, self._due = None, moment + self._pause
        if self.process is None and moment >= self._due:
            # A session of its own: Ctrl-C reaches the parent, which ends them in order.
            command = [*_WORKER, str(os.getpid())]
            self.process, self._started = subprocess.Popen(command, start_new_session=True), moment


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    end = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
