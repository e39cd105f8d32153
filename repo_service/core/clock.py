"""The one clock: UTC for storage, Asia/Ho_Chi_Minh for school years, deadlines and embargoes."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_pinned: ContextVar[datetime | None] = ContextVar("pinned_clock", default=None)
_installation_day: list[date] = []


def now() -> datetime:
    """This moment, aware, in UTC."""
    pinned = _pinned.get()
    if pinned is not None:
        return pinned
    moment = datetime.now(UTC)
    if _installation_day:
        local = moment.astimezone(VIETNAM)
        moment = datetime.combine(_installation_day[0], local.timetz(), VIETNAM).astimezone(UTC)
    return moment


def today() -> date:
    """The calendar day in Vietnam."""
    return now().astimezone(VIETNAM).date()


def local(moment: datetime) -> datetime:
    """A stored moment as the clock on the wall in Vietnam shows it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(VIETNAM)


def midday(day: date) -> datetime:
    """Noon of a Vietnamese day, in UTC: for rows that only know their day."""
    return datetime.combine(day, time(12), VIETNAM).astimezone(UTC)


def day_begins(day: date) -> datetime:
    """Midnight before a Vietnamese day, in UTC."""
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)


def months_later(day: date, months: int) -> date:
    """The day so many months later, or earlier for a negative number; none after the 28th, which every month has."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


def pin_day(day: date | None) -> None:
    """Let the whole process live on one day (setting `KHO_TODAY`)."""
    _installation_day[:] = [day] if day else []


class pinned:
    """Context manager of tests and the demo seed: inside, `now()` is the given moment."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def __enter__(self) -> None:
        self._token = _pinned.set(self._moment)

    def __exit__(self, *_: object) -> None:
        _pinned.reset(self._token)
