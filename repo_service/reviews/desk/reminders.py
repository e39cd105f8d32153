"""Who is to be reminded of a round, and of what: one notice for each step, however often it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.notifications.models import Notification
from repo_service.organizations.province_settings import province_setting
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.reviews.models import ReviewAssignment, ReviewRound

UNCLAIMED_AFTER = timedelta(days=2)
"""So long a round may stand without enough readers before the leads are asked to find one."""
OVERDUE_AFTER = timedelta(days=3)
"""The notice of the day itself comes first."""
AT_ONCE = 200
"""Of each step in one transaction; the rest an hour later."""
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Reminder:
    """A notice to one reader; `origin` names the place, its day and the step."""

    reader: str
    round: str
    kind: str
    origin: str
    values: dict[str, str]


def due() -> Iterator[Reminder]:
    """Readers whose step has come and who were not told of it: before the day, on it, some days after."""
    today = clock.today()
    soon = today + timedelta(days=int(province_setting("review.remind_days")))
    yield from _step("review.due_soon", today + timedelta(days=1), soon)
    yield from _step("review.due_today", today - OVERDUE_AFTER + timedelta(days=1), today)
    yield from _step("review.overdue", FIRST_DAY, today - OVERDUE_AFTER)


def _step(kind: str, first: date, last: date) -> Iterator[Reminder]:
    """One statement; `first` and `last` bound the day that the round is due."""
    origin = _origin(kind, ReviewAssignment.id, ReviewRound.due_on)
    told = exists().where(Notification.origin == origin + literal(":") + ReviewAssignment.reviewer_id)
    statement = (
        select(
            ReviewAssignment.reviewer_id, ReviewRound.id, origin, ResourceVersion.title, ReviewRound.due_on
        )
        .join(ReviewRound, ReviewRound.id == ReviewAssignment.round_id)
        .join(ResourceVersion, ResourceVersion.id == ReviewRound.version_id)
        .join(Resource, Resource.id == ReviewRound.resource_id)
        .where(ReviewAssignment.state == "open", ReviewRound.state == "open", ~told)
        .where(ReviewRound.due_on.between(first, last), Resource.state != "withdrawn")
        .order_by(ReviewRound.due_on, ReviewAssignment.id)
        .limit(AT_ONCE)
    )
    for reader, round_id, key, title, day in current_session().execute(statement).all():
        yield Reminder(reader, round_id, kind, key, {"title": title, "due": f"{day:%d/%m}"})


def unclaimed() -> Iterator[tuple[ReviewRound, str]]:
    """Rounds that too few took, with the origin of their notice: after two days, and again once their day passed.

    The round remembers which of the two was said.
    """
    waited = ReviewRound.opened_at <= clock.now() - UNCLAIMED_AFTER
    yield from _short_of_readers(2, "unclaimed.late", ReviewRound.due_on < clock.today())
    yield from _short_of_readers(1, "unclaimed", waited)


def _short_of_readers(step: int, name: str, when: ColumnElement[bool]) -> Iterator[tuple[ReviewRound, str]]:
    places = (ReviewAssignment.round_id == ReviewRound.id, ReviewAssignment.state != "returned")
    taken = select(func.count()).where(*places).scalar_subquery()
    statement = (
        select(ReviewRound)
        .join(ReviewRound.version)
        .join(ReviewRound.resource)
        .options(contains_eager(ReviewRound.version), contains_eager(ReviewRound.resource))
        .where(ReviewRound.state == "open", when, taken < ReviewRound.required)
        .where(ReviewRound.leads_told < step, Resource.state != "withdrawn")
        .order_by(ReviewRound.opened_at)
        .limit(AT_ONCE)
    )
    for review_round in current_session().scalars(statement).all():
        review_round.leads_told = step
        yield review_round, f"{name}:{review_round.id}"


def _origin(
    kind: str, place: InstrumentedAttribute[str], day: InstrumentedAttribute[date]
) -> ColumnElement[str]:
    step = kind.removeprefix("review.")
    return literal(f"{step}:") + place + literal(":") + cast(day, String)
