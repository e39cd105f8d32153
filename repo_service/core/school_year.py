"""School years ("năm học"): the key 2026-2027, when it opens, what "this year" is (domain.md B5, R49)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_KEY = re.compile(r"^(\d{4})-(\d{4})$")


@dataclass(frozen=True, order=True)
class SchoolYear:
    """One school year, known by the calendar year it starts in."""

    start: int

    @property
    def key(self) -> str:
        """`2026-2027`, as stored and sent."""
        return f"{self.start}-{self.start + 1}"

    @classmethod
    def parse(cls, key: str) -> SchoolYear:
        """Read a key; ValueError when it is not two years in a row."""
        match = _KEY.match(key)
        if not match or int(match[2]) != int(match[1]) + 1:
            raise ValueError(f"not a school year: {key!r}")
        return cls(int(match[1]))

    @classmethod
    def of(cls, day: date, rolls_over: tuple[int, int] = (1, 8)) -> SchoolYear:
        """The year that `day` belongs to; `rolls_over` is (day, month), 1/8 by default (A6)."""
        first = date(day.year, rolls_over[1], rolls_over[0])
        return cls(day.year if day >= first else day.year - 1)

    def first_monday(self, opening: tuple[int, int] = (5, 9)) -> date:
        """Monday of the first teaching week: the first on or after the opening day (day, month)."""
        day = date(self.start, opening[1], opening[0])
        return day + timedelta(days=-day.weekday() % 7)

    def deadline(self, day_month: tuple[int, int] = (31, 5)) -> date:
        """The day by which yearly duties are due, in the second half of the year (A6 `duty.deadline`)."""
        return date(self.start + 1, day_month[1], day_month[0])


def is_school_year(key: str) -> bool:
    """Whether `key` reads as a school year."""
    try:
        SchoolYear.parse(key)
    except ValueError:
        return False
    return True
