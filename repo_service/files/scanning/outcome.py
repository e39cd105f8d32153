"""What goes into a scanner and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass

CLEAN, FOUND, TOO_BIG = "clean", "found", "too_big"


@dataclass(frozen=True)
class Content:
    """Bytes to be looked at: `size` of them, given block by block each time they are opened."""

    size: int
    open: Callable[[], AbstractContextManager[Iterable[bytes]]]


@dataclass(frozen=True)
class Scan:
    """What a scanner said: `result` is CLEAN, FOUND (with the signature's name), or TOO_BIG, which is not scanned."""

    result: str
    threat: str | None = None


class ScannerUnavailable(Exception):
    """The scanner does not answer: what is to be scanned waits, and no attempt counts."""


class ScanFailed(Exception):
    """The scanner is there, and could not do this file: tried again some times, never taken for clean."""
