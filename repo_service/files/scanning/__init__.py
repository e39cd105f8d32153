"""Virus scanners before files: each is a function of the bytes; where one is set nothing unscanned is served.

`SCANNER_URL` names a clamd, `YARA_RULES` a folder of rules; without either nothing is scanned, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from repo_service.core.backends import installation, readable
from repo_service.files.scanning import clamd, yara
from repo_service.files.scanning.outcome import (
    CLEAN,
    FOUND,
    TOO_BIG,
    Content,
    Scan,
    ScanFailed,
    ScannerUnavailable,
)
from repo_service.settings import Settings

__all__ = [
    "CLEAN", "FOUND", "TOO_BIG", "Content", "Scan", "ScanFailed", "ScannerUnavailable",
    "is_on", "kept_bytes", "of_path", "ping", "scan", "why_not_scanned",
]  # fmt: skip

BLOCK = 1 << 18
Scanner = Callable[[Content], Scan]


def is_on() -> bool:
    """Whether this installation scans files."""
    return bool(_scanners(installation()))


def scan(content: Content) -> Scan | None:
    """What all scanners say together: the first threat, else TOO_BIG where one could not read it, else CLEAN.

    None without a scanner. Raises ScannerUnavailable, ScanFailed, and what reading the bytes raises.
    """
    scanners = _scanners(installation())
    told = Scan(CLEAN) if scanners else None
    for scanner in scanners:
        answer = scanner(content)
        if answer.result == FOUND:
            return answer
        if answer.result == TOO_BIG:
            told = answer
    return told


def ping() -> None:
    """ScannerUnavailable unless every scanner could begin now."""
    settings = installation()
    if settings.scanner_url:
        clamd.ping(settings.scanner_url)
    if trouble := why_not_scanned(settings):
        raise ScannerUnavailable(trouble)


def why_not_scanned(settings: Settings) -> str | None:
    """What is wrong with the rules of `YARA_RULES`, in English; a clamd that is away is waited for."""
    if settings.yara_rules is None:
        return None
    try:
        yara.compiled(settings.yara_rules, settings.data)
    except yara.BadRules as error:
        return str(error)
    return None


def kept_bytes(key: str, size: int) -> Content:
    """The bytes of an object in the store, or in the second one."""
    return Content(size, lambda: readable(key, size).open(key))


def of_path(path: Path) -> Content:
    """The bytes of a file on disk."""

    @contextmanager
    def blocks() -> Iterator[Iterator[bytes]]:
        with path.open("rb") as file:
            yield iter(lambda: file.read(BLOCK), b"")

    return Content(path.stat().st_size, blocks)


def _scanners(settings: Settings) -> list[Scanner]:
    found: list[Scanner] = []
    if settings.scanner_url:
        found.append(partial(clamd.scan, settings.scanner_url))
    if settings.yara_rules:
        found.append(partial(yara.scan, settings.yara_rules, settings.data))
    return found
