"""The nth call of the disk, or the nth statement of the database, fails; the errors a full or broken disk gives."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

CALLS = ("open", "write", "pwrite", "fsync", "link", "mkdir", "unlink", "replace")
KINDS = ("full", "broken", "short")


@dataclass
class Countdown:
    """Fails at the `at`th call; `failed` says at which, None when there were fewer calls."""

    at: int
    kind: str
    count: int = 0
    failed: str | None = None

    def passes(self, name: str) -> bool:
        """Whether this call goes through."""
        self.count += 1
        if self.count == self.at:
            self.failed = name
        return self.count != self.at


@contextmanager
def failing_disk(folder: Path, countdown: Countdown) -> Iterator[None]:
    """Inside, one call of the operating system about files below `folder` fails, or writes half."""
    real = {name: getattr(os, name) for name in CALLS}

    def wrapped(name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            if not _is_below(folder, arguments[0]) or countdown.passes(name):
                return real[name](*arguments, **more)
            if countdown.kind == "short" and name in ("write", "pwrite"):
                half = bytes(arguments[1])[: len(arguments[1]) // 2]
                return real[name](arguments[0], half, *arguments[2:])
            code = errno.ENOSPC if countdown.kind == "full" else errno.EIO
            raise OSError(code, os.strerror(code))

        return call

    for name in CALLS:
        setattr(os, name, wrapped(name))
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(os, name, function)


@contextmanager
def failing_database(engine: Engine, countdown: Countdown) -> Iterator[None]:
    """Inside, one statement or commit fails as SQLite says it of a full or broken disk."""
    text = "database or disk is full" if countdown.kind == "full" else "disk I/O error"

    def statement(*_: Any) -> None:
        if not countdown.passes("statement"):
            raise sqlite3.OperationalError(text)

    real = engine.dialect.do_commit

    def commit(connection: Any) -> None:
        if not countdown.passes("commit"):
            raise sqlite3.OperationalError(text)
        real(connection)

    event.listen(engine, "before_cursor_execute", statement)
    engine.dialect.do_commit = commit  # type: ignore[method-assign]
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        engine.dialect.do_commit = real  # type: ignore[method-assign]


def _is_below(folder: Path, about: Any) -> bool:
    if isinstance(about, int):
        try:
            about = Path(f"/proc/self/fd/{about}").readlink()
        except OSError:
            return False
    return str(about).startswith(str(folder))
