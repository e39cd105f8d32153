"""Numbers, sizes and dates as Vietnamese teachers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from repo_service.ui.formats import day, file_size, moment, number, school_year


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (1023, "1.023 B"),
        (1024, "1 KB"),
        (421_888, "412 KB"),
        (1024 * 1024 - 1, "1 MB"),
        (8_808_038, "8,4 MB"),
        (1024**3 - 1, "1 GB"),
        (5 * 1024**4, "5 TB"),
    ],
)
def test_sizes_have_a_decimal_comma_and_never_reach_1024(size: int, words: str) -> None:
    assert file_size(size) == words


def test_numbers_have_dots_between_thousands() -> None:
    assert number(1234567) == "1.234.567"
    assert number(1234.56, 1) == "1.234,6"


def test_a_moment_late_in_utc_is_the_next_day_in_vietnam() -> None:
    late = datetime(2026, 10, 1, 18, 30, tzinfo=UTC)
    assert day(late) == "02/10/2026"
    assert moment(late) == "01:30, 02/10/2026"
    assert day(date(2026, 10, 1)) == "01/10/2026"


def test_school_years_have_an_en_dash() -> None:
    assert school_year("2026-2027") == "2026–2027"
