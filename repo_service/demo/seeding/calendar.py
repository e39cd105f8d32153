"""The demo's two school years, laid around the reference date: when each thing of the plan happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zlib import crc32

from repo_service.core import clock
from repo_service.core.audit import AuditEntry
from repo_service.core.clock import VIETNAM
from repo_service.core.db import current_session, late_rows
from repo_service.core.outbox import OutboxRow
from repo_service.core.school_year import SchoolYear
from repo_service.demo.cast import YEARS


@dataclass(frozen=True)
class Calendar:
    """`today` is the reference date; the plan's second year is the school year it lies in."""

    today: date

    def year(self, planned: str) -> str:
        """The plan's year key as it is called around `today`; year keys outside the plan move along."""
        distance = SchoolYear.parse(planned).start - SchoolYear.parse(YEARS[1]).start
        return SchoolYear(SchoolYear.of(self.today).start + distance).key

    def moment(self, planned: str, share: float, key: str = "") -> datetime:
        """The moment after `share` (0 to 1) of what lies between the year's opening and today (or 31/5)."""
        start = SchoolYear.parse(self.year(planned)).start
        first = min(date(start, 8, 15), self.today) if planned == YEARS[1] else date(start, 9, 1)
        last = min(date(start + 1, 5, 31), self.today - timedelta(days=1))
        return self._at(first + timedelta(days=round(max(0, (last - first).days) * share)), key, start)

    def ago(self, days: int, key: str = "") -> datetime:
        """Some days before today, but not before this school year."""
        start = SchoolYear.of(self.today).start
        return self._at(self.today - timedelta(days=days), key, start)

    def evening(self) -> datetime:
        """The last moment that anything of the demo may bear: this morning at six."""
        return datetime.combine(self.today, time(6), VIETNAM)

    def _at(self, day: date, key: str, start: int) -> datetime:
        minute = 7 * 60 + crc32(f"{key} {day}".encode()) % (14 * 60)
        day = max(day, date(start, 8, 1))
        return min(datetime.combine(day, time(minute // 60, minute % 60), VIETNAM), self.evening())


def turn(key: str, count: int) -> int:
    """A fixed number from 0 to count - 1 for a key: chance that is the same every time."""
    return crc32(key.encode()) % count


@contextmanager
def happening(moment: datetime) -> Iterator[None]:
    """Inside, `now()` is `moment`; all that was written bears it, the trail's rows at the commit too."""
    with clock.pinned(moment):
        yield
        current_session().flush()
        for model, column in ((AuditEntry, "at"), (OutboxRow, "created_at")):
            for row in late_rows(model):
                row.setdefault(column, moment)
