"""The teaching week of today, and which subjects and grades a teacher has made works for (journey H)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from repo_service.core import clock
from repo_service.core.urls import this_week_path
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.province_settings import current_school_year, first_teaching_monday
from repo_service.resources.queries import Card

WEEKS = 35
"""Teaching weeks of a school year."""
SHORTCUTS = 3


@dataclass(frozen=True)
class Week:
    """One teaching week, Monday to Saturday; holidays in between are the school's own."""

    number: int
    first: date
    last: date


def week_of_today() -> int:
    """1 to 35: the first before the school year opens, the last in summer."""
    since = clock.today() - first_teaching_monday(current_school_year())
    return min(max(since.days // 7 + 1, 1), WEEKS)


def week(number: int) -> Week:
    """The days of a week of this school year."""
    monday = first_teaching_monday(current_school_year()) + timedelta(weeks=number - 1)
    return Week(number, monday, monday + timedelta(days=5))


def shortcuts(own: Iterable[Card]) -> list[dict[str, str]]:
    """Links to this week's works for what the teacher makes most: Kho guesses, the page lets people choose."""
    pairs = Counter(
        (subject, grade) for card in own for subject in card.version.subjects for grade in card.version.grades
    )
    return [
        {"label": words(subject, grade), "href": this_week_path(subject=subject, grade=grade)}
        for (subject, grade), _count in pairs.most_common(SHORTCUTS)
    ]


def words(subject: str, grade: str) -> str:
    """ "Toán lớp 6"."""
    lists = vocabularies()
    return f"{lists.label('subjects', subject)} {lists.label('grades', grade).lower()}"
