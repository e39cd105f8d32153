"""Numbers, sizes, dates and school years the way Vietnamese schools write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from repo_service.ui.maths import with_formulas

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
UNITS = ("B", "KB", "MB", "GB", "TB")


def number(value: float, decimals: int = 0) -> str:
    """1234.5 with one decimal -> `1.234,5`: dots between thousands, a decimal comma."""
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def file_size(size: int) -> str:
    """Bytes -> `412 KB`, `8,4 MB`; one decimal from MB on, left out when it is zero."""
    value, step = float(size), 0
    while step < len(UNITS) - 1 and round(value, 1 if step > 1 else 0) >= 1024:
        value, step = value / 1024, step + 1
    text = number(value, 1 if step > 1 else 0)
    return f"{text.removesuffix(',0')} {UNITS[step]}"


def playing_time(seconds: int) -> str:
    """ "3:05", "1:02:09"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def day(value: date | datetime) -> str:
    """`02/10/2026`; a moment in UTC is first moved to Vietnam, where its day may be the next one."""
    return f"{_local(value):%d/%m/%Y}"


def moment(value: datetime) -> str:
    """`19:42, 02/10/2026` in Vietnam's time."""
    return f"{_local(value):%H:%M, %d/%m/%Y}"


def school_year(key: str) -> str:
    """`2026-2027` -> `2026–2027`."""
    return key.replace("-", "–")


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(VIETNAM)
    return value


FILTERS: dict[str, Callable[..., str]] = {
    "number": number,
    "file_size": file_size,
    "playing_time": playing_time,
    "with_formulas": with_formulas,
    "day": day,
    "moment": moment,
    "school_year": school_year,
}
"""Names of the template filters: `{{ file.size|file_size }}`."""
