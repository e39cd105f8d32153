"""What scanners said of files, written down; the verbs that hold files back for it and let them go."""

from __future__ import annotations

from sqlalchemy import ColumnElement, update

from repo_service.core import clock, outbox
from repo_service.core.audit import record
from repo_service.core.backends import installation
from repo_service.core.db import current_session
from repo_service.files import scanning
from repo_service.files.models import StoredFile
from repo_service.files.scanning import FOUND, TOO_BIG, Scan
from repo_service.files.scanning.queries import (
    HELD_BY_SCANNER,
    UNSCANNED_SIZE,
    UNSCANNED_TROUBLE,
    VIRUS,
    held_unscanned,
    served_unscanned,
    waiting,
)


def note_scan(file: StoredFile, scan: Scan) -> str | None:
    """Write on the row what the scanners said; the reason to hold the file for it, if any."""
    file.scanned_at, file.scan_result, file.threat = clock.now(), scan.result, scan.threat
    if scan.result == FOUND:
        return VIRUS
    if scan.result == TOO_BIG and installation().holds_too_big:
        return UNSCANNED_SIZE
    return None


def state_let_go(file: StoredFile) -> str:
    """The state of a file that is held no longer for what it was held for: ready, or waiting for its scan."""
    unscanned = scanning.is_on() and file.scan_result != scanning.CLEAN
    return "checking" if unscanned else "ready"


def record_scan(file_id: str, scan: Scan | None) -> None:
    """A file was scanned: it is ready, or held; held for other reasons as well it stays so.

    None: there is no scanner any more, and what waited for one is ready.
    """
    file = current_session().get(StoredFile, file_id)
    if file is not None and (scan or file.state == "checking"):
        _settle(file, note_scan(file, scan) if scan else None)


def hold_unscannable(file_id: str) -> None:
    """The scanners broke off at this file each time: held until somebody has it scanned again (`kho scan`)."""
    file = current_session().get(StoredFile, file_id)
    if file is not None:
        file.scanned_at = file.scan_result = file.threat = None
        _settle(file, UNSCANNED_TROUBLE)


def hold_unscanned() -> int:
    """A scanner is set: files that none has looked at wait for theirs, and nobody gets them before. How many."""
    return _move_all(served_unscanned(), "checking")


def release_unscanned() -> int:
    """No scanner is set any more: what only waited for one is ready, not scanned. How many."""
    return _move_all(waiting(), "ready") + _move_all(held_unscanned(), "ready")


def _move_all(which: ColumnElement[bool], state: str) -> int:
    moved = current_session().execute(update(StoredFile).where(which).values(state=state, reason=None))
    count = int(moved.rowcount)  # type: ignore[attr-defined]
    if count:
        record(None, f"files.{state}", "file", "", count=count)
    return count


def _settle(file: StoredFile, reason: str | None) -> None:
    """The state that follows from a scan: acts and what follows them only where it changes."""
    elsewhere = file.state == "quarantined" and file.reason not in HELD_BY_SCANNER
    if elsewhere or file.sha256 is None:
        return
    state = "quarantined" if reason else "ready"
    if (file.state, file.reason) == (state, reason):
        return
    file.state, file.reason = state, reason
    record(None, f"file.{state}", "file", file.id, sha256=file.sha256, reason=reason)
    outbox.emit("file.extracted", file.id)
    if reason:
        outbox.emit("file.held", file.id)
