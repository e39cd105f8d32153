"""Reads about scanning: what waits, what is held and why, what no scanner has seen."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select

from repo_service.core.backends import installation
from repo_service.core.db import current_session
from repo_service.files.models import StoredFile
from repo_service.files.scanning.outcome import TOO_BIG

VIRUS, UNSCANNED_SIZE, UNSCANNED_TROUBLE = "virus", "scan_too_big", "scan_failed"
HELD_BY_SCANNER = (VIRUS, UNSCANNED_SIZE, UNSCANNED_TROUBLE)
"""Reasons for which a file is held that another scan may lift."""


def files_held() -> dict[str, int]:
    """How many files nobody gets: `checking`, and the reason of those that are held."""
    why = func.coalesce(StoredFile.reason, StoredFile.state)
    counted = select(why, func.count()).where(StoredFile.state != "ready").group_by(why)
    return {"checking": 0, "virus": 0, **{str(reason): count for reason, count in current_session().execute(counted)}}


def files_unscanned() -> int:
    """How many files that people get were seen by no scanner, or were too big for it."""
    unseen = or_(StoredFile.scan_result.is_(None), StoredFile.scan_result == TOO_BIG)
    counted = select(func.count()).select_from(StoredFile).where(StoredFile.state == "ready", unseen)
    return current_session().scalar(counted) or 0


def anything_to_move(*, scans: bool) -> bool:
    """Whether a file must be held for its scan (where files are scanned), or waits for one that will not come."""
    which = served_unscanned() if scans else or_(waiting(), held_unscanned())
    return current_session().scalar(select(StoredFile.id).where(which).limit(1)) is not None


def waiting() -> ColumnElement[bool]:
    """Files whose bytes are known that wait for their scan."""
    return and_(StoredFile.state == "checking", StoredFile.sha256.is_not(None))


def held_unscanned() -> ColumnElement[bool]:
    """Files held because they could not be scanned."""
    reasons = (UNSCANNED_SIZE, UNSCANNED_TROUBLE)
    return and_(StoredFile.state == "quarantined", StoredFile.reason.in_(reasons))


def served_unscanned() -> ColumnElement[bool]:
    """Files that people get and that a scanner must see first."""
    unread = StoredFile.scan_result.is_(None)
    too_big = StoredFile.scan_result == TOO_BIG
    return and_(StoredFile.state == "ready", or_(unread, too_big) if installation().holds_too_big else unread)
