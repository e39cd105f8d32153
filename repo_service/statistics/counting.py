"""Months in Vietnam, and counting one from the works themselves: by indexes on each moment, never all works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from repo_service.classroom_use.models import Teaching
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.school_year import SchoolYear
from repo_service.organizations.province_settings import days_of_year
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.statistics.models import EVERYWHERE
from repo_service.usage.models import UsageEvent

Key = tuple[str, str, str, str]
"""(cluster, measure, subject, type)."""

_ABOUT = (Resource.cluster_id, ResourceVersion.type, ResourceVersion.subjects)


def month_of(day: date) -> str:
    """`2026-11`."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def next_month(month: str) -> str:
    """The month after it."""
    day = first_day(month)
    return month_of(date(day.year + day.month // 12, day.month % 12 + 1, 1))


def span(month: str) -> tuple[datetime, datetime]:
    """The first moment of the month, and the first of the next one, in UTC."""
    return clock.day_begins(first_day(month)), clock.day_begins(first_day(next_month(month)))


def months_between(first: str, last: str) -> list[str]:
    """Every month from the first to the last, both included."""
    found = [first]
    while found[-1] < last:
        found.append(next_month(found[-1]))
    return found if first <= last else []


def months_of_year(school_year: str) -> list[str]:
    """The months of a school year that have begun, in order; none of a year to come."""
    first, last = days_of_year(SchoolYear.parse(school_year))
    return months_between(month_of(first), min(month_of(last), month_of(clock.today())))


def count_month(month: str) -> Counter[Key]:
    """Everything of one month: versions sent to review, works published for the first time, downloads, signals of use.

    Private, withdrawn and embargoed works are not counted (R52).
    """
    counts: Counter[Key] = Counter()
    for measure, statement in _COUNTED.items():
        rows = current_session().execute(statement(*span(month)), execution_options={"yield_per": 1000})
        for cluster_id, kind, subjects, count in rows:
            for key in _keys(cluster_id, measure, kind or "", subjects or []):
                counts[key] += count
    return counts


def _keys(cluster_id: str | None, measure: str, kind: str, subjects: Iterable[str]) -> Iterable[Key]:
    for place in (EVERYWHERE, cluster_id):
        if place:
            yield place, measure, "", kind
            for subject in dict.fromkeys(subjects):
                yield place, measure, subject, kind


def _open_works() -> tuple[ColumnElement[bool], ...]:
    return Resource.visibility != "rieng", Resource.state != "withdrawn"


def _sent(begin: datetime, end: datetime) -> Select[Any]:
    moment = ResourceVersion.submitted_at
    embargo = ResourceVersion.embargo_until
    return (
        select(*_ABOUT, 1)
        .join(Resource, Resource.id == ResourceVersion.resource_id)
        .where(
            moment >= begin,
            moment < end,
            ResourceVersion.minor == 0,
            ResourceVersion.state != "draft",
            or_(embargo.is_(None), embargo <= clock.now()),
            *_open_works(),
        )
    )


def _published(begin: datetime, end: datetime) -> Select[Any]:
    moment = Resource.first_published_at
    return (
        select(*_ABOUT, 1)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .where(moment >= begin, moment < end, *_open_works())
    )


def _downloads(begin: datetime, end: datetime) -> Select[Any]:
    taken = (
        select(UsageEvent.resource_id, func.count().label("times"))
        .where(UsageEvent.at >= begin, UsageEvent.at < end)
        .group_by(UsageEvent.resource_id)
        .subquery()
    )
    return (
        select(*_ABOUT, taken.c.times)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .join(taken, taken.c.resource_id == Resource.id)
        .where(*_open_works())
    )


def _improved(begin: datetime, end: datetime) -> Select[Any]:
    """Later versions, sent in the month and published since: works that changed after colleagues spoke (R34)."""
    return _sent(begin, end).where(ResourceVersion.number > 1, ResourceVersion.state == "published")


def _taught(begin: datetime, end: datetime) -> Select[Any]:
    """Lessons that colleagues noted (R18)."""
    first, last = clock.local(begin).date(), clock.local(end).date()
    return (
        select(*_ABOUT, 1)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .join(Teaching, Teaching.resource_id == Resource.id)
        .where(Teaching.taught_on >= first, Teaching.taught_on < last, *_open_works())
    )


_COUNTED: dict[str, Callable[[datetime, datetime], Select[Any]]] = {
    "sent": _sent, "published": _published, "downloads": _downloads, "improved": _improved, "taught": _taught,
}  # fmt: skip


def first_month() -> str | None:
    """The month of the first work that was sent, published or downloaded; None while there is none."""
    firsts = [
        current_session().scalar(select(func.min(column)))
        for column in (ResourceVersion.submitted_at, Resource.first_published_at, UsageEvent.at)
    ]
    known = [month_of(clock.local(first).date()) for first in firsts if first]
    return min(known, default=None)
