"""School years around the day they roll over, and their deadlines (A6, R49)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from repo_service.core import clock
from repo_service.core.school_year import SchoolYear, is_school_year


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("2026-07-31", "2025-2026"),
        ("2026-08-01", "2026-2027"),
        ("2026-12-31", "2026-2027"),
        ("2027-05-31", "2026-2027"),
    ],
)
def test_a_day_belongs_to_the_year_that_opened_last(day: str, key: str) -> None:
    assert SchoolYear.of(date.fromisoformat(day)).key == key


def test_the_roll_over_day_is_a_setting() -> None:
    assert SchoolYear.of(date(2026, 8, 10), rolls_over=(15, 8)).key == "2025-2026"


def test_the_deadline_lies_in_the_second_half() -> None:
    assert SchoolYear.parse("2026-2027").deadline() == date(2027, 5, 31)


@pytest.mark.parametrize("key", ["2026", "2026-2028", "26-27", "2027-2026", "", "2026-2027 "])
def test_other_texts_are_no_school_year(key: str) -> None:
    assert not is_school_year(key)


def test_midnight_is_judged_in_vietnam() -> None:
    with clock.pinned(datetime(2026, 7, 31, 17, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 8, 1)
    with clock.pinned(datetime(2026, 7, 31, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 31)
