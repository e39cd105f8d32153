"""The installation's revision, and values read once per revision: lists and settings change rarely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from repo_service.core.db import current_session
from repo_service.curriculum.models import Installation

Value = TypeVar("Value")
_REVISION = "installation_revision"


def note_revision(session: Session, revision: int) -> None:
    """Tell this session the revision that its first statement brought along."""
    session.info[_REVISION] = revision


def revision() -> int:
    """The installation's revision, read at most once per transaction."""
    session = current_session()
    if _REVISION not in session.info:
        session.info[_REVISION] = session.scalar(select(Installation.revision)) or 0
    return int(session.info[_REVISION])


def raise_revision() -> None:
    """After a change of lists or settings: every process reads them anew."""
    session = current_session()
    session.execute(update(Installation).values(revision=Installation.revision + 1))
    session.info.pop(_REVISION, None)


@dataclass(frozen=True)
class Place:
    """Which province this installation serves, and whether its data are only a demonstration."""

    province: str
    is_demo: bool


def _read_place(session: Session) -> Place:
    row = session.execute(select(Installation.province_name, Installation.is_demo)).first()
    return Place(row.province_name, row.is_demo) if row else Place("", False)


class Cached(Generic[Value]):
    """A value read from the database once per revision of the installation, per process."""

    def __init__(self, read: Callable[[Session], Value]) -> None:
        self._read = read
        self._kept: tuple[tuple[object, int], Value] | None = None

    def get(self) -> Value:
        """The value of the present revision."""
        session = current_session()
        try:
            key = (session.bind, revision())
        except SQLAlchemyError:
            if self._kept is None or self._kept[0][0] is not session.bind:
                raise
            return self._kept[1]  # the database is away: what was known is better than no page that says so
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, self._read(session))
        return self._kept[1]


_place = Cached(_read_place)


def place() -> Place:
    """The province and the demo mark; costs no statement while nothing changed."""
    return _place.get()
