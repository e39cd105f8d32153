"""Whose turn it is to be read again, and how the reading again stands; the rows of the objects are the checkpoint."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.derivatives.models import Picture
from repo_service.files.models import StoredFile
from repo_service.preservation.queries import Promised

CYCLE = timedelta(days=7)
"""Within which every object is read again."""
DUE_AFTER = timedelta(days=6)
UNSOUND_AFTER = timedelta(hours=1)
"""What was found bad is looked at again soon: somebody may have brought it back."""
SOUND = "sound"
BATCH, BATCH_BYTES = 64, 256 << 20
_MODELS: tuple[type[StoredFile] | type[Picture], ...] = (StoredFile, Picture)
_SHOWN = 20


class Due(NamedTuple):
    """An object whose turn it is; `second`: it should lie in the second store as well; `found` by the last look."""

    row: Promised
    second: bool
    found: str | None


def due(before: datetime) -> list[Due]:
    """The next objects last read before that moment: never read first, then by age; files before pictures.

    What was found bad comes again after an hour. Bytes that nobody has read at all yet are not ours.
    """
    bad_before = clock.now() - UNSOUND_AFTER
    found: list[Due] = []
    for model in _MODELS:
        rested = or_(model.check_result == SOUND, model.checked_at < bad_before)
        for turn, order in (
            (model.checked_at.is_(None), model.key),
            ((model.checked_at < before) & rested, model.checked_at),
            ((model.check_result != SOUND) & (model.checked_at >= before) & rested, model.checked_at),
        ):
            found += _rows(model, turn, order, BATCH - len(found))
    return _cut(found)


def _rows(
    model: type[StoredFile] | type[Picture], turn: ColumnElement[bool], order: object, most: int
) -> list[Due]:
    if most <= 0:
        return []
    columns = (model.key, model.size, model.sha256, model.replicated_at, model.check_result)
    rows = select(*columns).where(turn).order_by(order).limit(most)  # type: ignore[arg-type]
    if model is StoredFile:
        rows = rows.where(StoredFile.sha256.is_not(None))
    found = current_session().execute(rows)
    return [
        Due(Promised(key, size, sha256), at is not None, result) for key, size, sha256, at, result in found
    ]


def _cut(found: list[Due]) -> list[Due]:
    """So much that writing down what was found does not wait too long."""
    size = 0
    for place, one in enumerate(found):
        size += one.row.size
        if size > BATCH_BYTES:
            return found[: place + 1]
    return found


class Standing(NamedTuple):
    """How the reading again stands: objects of over a cycle never read, when the longest unread was, what is bad."""

    unread: int
    oldest: datetime | None
    unsound: list[tuple[str, str]]
    """Keys and what was found there, at most twenty."""


def unsound(most: int | None = None) -> list[tuple[str, str]]:
    """Keys of objects that were bad when last read, files first, and what was found."""
    found: list[tuple[str, str]] = []
    for model in _MODELS:
        bad = select(model.key, model.check_result).where(model.check_result != SOUND).order_by(model.key)
        found += [(key, result or "") for key, result in current_session().execute(bad.limit(most))]
    return found[:most]


def standing() -> Standing:
    """For the operator: six short statements."""
    session, moments, unread = current_session(), [], 0
    old = StoredFile.created_at < clock.now() - CYCLE
    for model in _MODELS:
        never = select(func.count()).select_from(model).where(model.checked_at.is_(None), old)
        if model is Picture:
            never = never.join(StoredFile, StoredFile.id == Picture.file_id)
        unread += session.scalar(never) or 0
        moments.append(session.scalar(select(func.min(model.checked_at))))
    return Standing(unread, min(filter(None, moments), default=None), unsound(_SHOWN))
