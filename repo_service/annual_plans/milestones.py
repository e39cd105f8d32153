"""The few days of a plan: proposed back from the deadline, told as done, near or past from what the rows say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from repo_service.core.i18n import _l

MILESTONES = {
    "ban-thao": _l("Có bản thảo chung"),
    "day-thu": _l("Dạy thử ở một trường"),
    "phan-bien": _l("Gửi phản biện hai trường khác"),
    "cong-bo": _l("Công bố sản phẩm năm"),
}
_DAYS_BEFORE = {"ban-thao": 120, "day-thu": 75, "phan-bien": 45, "cong-bo": 14}
_STEPS = {key: place for place, key in enumerate(MILESTONES, 1)}


@dataclass(frozen=True)
class Milestone:
    """One day of a plan; `done` follows from the work itself, nobody ticks it off."""

    key: str
    label: str
    on: date
    done: bool
    is_late: bool


def propose(deadline: date, today: date) -> dict[str, date]:
    """Days in their order, back from the deadline; what is left of the year is shared out when it is late."""
    first = deadline - timedelta(days=max(_DAYS_BEFORE.values()))
    if today <= first:
        return {key: deadline - timedelta(days=days) for key, days in _DAYS_BEFORE.items()}
    left = max((deadline - today).days, 0)
    return {key: today + timedelta(days=left * place // len(_STEPS)) for key, place in _STEPS.items()}


def milestones_of(days: Mapping[str, date], reached: int, today: date) -> list[Milestone]:
    """The milestones with their days; the first `reached` of them are done."""
    return [
        Milestone(key, str(label), days[key], place < reached, place >= reached and days[key] < today)
        for place, (key, label) in enumerate(MILESTONES.items())
        if key in days
    ]
