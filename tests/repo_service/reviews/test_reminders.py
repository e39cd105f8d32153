"""Who is reminded of a round: before its day, on it, after; gently by author or lead; never twice of one step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, MoveNotAllowed, NotFound
from repo_service.notifications.models import Notification
from repo_service.notifications.texts import sentence
from repo_service.reviews import jobs, queries, readers
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
Work = Callable[[], None]


def _act(db: Database, user_id: str, round_id: str, verb: Callable[..., object], *given: object) -> None:
    with db.transaction():
        viewer = viewer_of(user_id)
        verb(viewer, queries.round_for(viewer, round_id, deciding=True), *given)


def _notices(db: Database, user_id: str) -> list[str]:
    with db.session(writing=False) as session:
        rows = session.scalars(
            select(Notification).where(Notification.user_id == user_id).order_by(Notification.id)
        )
        return [sentence(row.kind, row.values) for row in rows]


def test_readers_are_reminded_once_before_once_on_the_day_and_once_after(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    _act(db, cast.minh, round_id, readers.ask, [cast.hoa])
    told = []
    for day in range(14):
        with clock.pinned(clock.now() + timedelta(days=day)):
            jobs.remind(db)
            jobs.remind(db)
        told.append(len(_notices(db, cast.hoa)))
    assert [day for day in range(1, 14) if told[day] > told[day - 1]] == [5, 7, 10]
    assert [notice[-40:] for notice in _notices(db, cast.hoa)][
        1
    ] == "Hôm nay đến hẹn đọc “Phân số với tử và mẫu là số nguyên”."[-40:]


def test_leads_hear_twice_of_a_round_that_nobody_takes_and_never_more(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    submitted()
    days = []
    for day in range(12):
        with clock.pinned(clock.now() + timedelta(days=day)):
            before = len(_notices(db, cast.minh))
            jobs.remind(db)
            days += [day] * (len(_notices(db, cast.minh)) - before)
    assert days == [2, 8]


def test_author_or_lead_nudges_once_a_day(db: Database, cast: Cast, submitted: Submitted, work: Work) -> None:
    round_id = submitted()
    _act(db, cast.minh, round_id, readers.ask, [cast.hoa])
    _act(db, cast.lan, round_id, readers.nudge)
    for name, error in (
        ("lan", AlreadyExists),
        ("minh", AlreadyExists),
        ("hoa", NotFound),
        ("quang", NotFound),
    ):
        with pytest.raises(error):
            _act(db, cast.people[name], round_id, readers.nudge)
    work()
    assert "Cô Lan nhắc nhẹ" in _notices(db, cast.hoa)[-1]
    with clock.pinned(clock.now() + timedelta(days=1)):
        _act(db, cast.minh, round_id, readers.nudge)


def test_a_nudge_reaches_the_lead_while_nobody_reads(
    db: Database, cast: Cast, submitted: Submitted, work: Work
) -> None:
    round_id = submitted()
    _act(db, cast.lan, round_id, readers.nudge)
    work()
    assert "chưa có ai nhận phản biện" in _notices(db, cast.minh)[-1]


def test_a_nudge_says_when_there_is_nobody_to_hear_it(db: Database, cast: Cast, submitted: Submitted) -> None:
    round_id = submitted(cluster=None)
    with pytest.raises(MoveNotAllowed, match="chưa có người phụ trách"):
        _act(db, cast.lan, round_id, readers.nudge)
