"""The law's days: answer within two working days, finish within ten to twenty by kind, some once longer.

Law 91/2025/QH15 and Decree 356/2025/NĐ-CP, as read in reliability.md section 9. Public holidays are counted as
working days: Kho's deadlines come early, never late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from repo_service.core import clock
from repo_service.core.i18n import _l

ANSWER_WORKING_DAYS = 2


@dataclass(frozen=True)
class Kind:
    """One kind of request: days to finish it in, and by how many more it may be put off, once."""

    label: Any
    days: int
    extension: int = 0


KINDS: dict[str, Kind] = {
    "xem": Kind(_l("Xem, nhận bản sao dữ liệu của tôi"), 10),
    "sua": Kind(_l("Sửa dữ liệu chưa đúng về tôi"), 10),
    "xoa": Kind(_l("Xóa tài khoản và dữ liệu của tôi"), 20),
    "han-che": Kind(_l("Hạn chế xử lí dữ liệu của tôi"), 15, 15),
    "phan-doi": Kind(_l("Phản đối một việc xử lí dữ liệu"), 15, 15),
    "rut-dong-y": Kind(_l("Rút lại sự đồng ý"), 15, 15),
}


def answer_by(asked: datetime) -> datetime:
    """The end of the second working day after the one it came on."""
    day, left = clock.local(asked).date(), ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return clock.day_begins(day + timedelta(days=1))


def finish_by(asked: datetime, kind: str) -> datetime:
    """The end of the last day for it."""
    return clock.day_begins(clock.local(asked).date() + timedelta(days=KINDS[kind].days + 1))
