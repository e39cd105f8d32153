"""Remarks on places, and who hears of what: once, however often the job runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.outbox import OutboxRow
from repo_service.notifications.models import Notification
from repo_service.reviews import jobs, queries, reading, service
from repo_service.reviews.desk.remarks import comment, find_comment, settle
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import viewer_of

Submitted = Callable[..., str]


def test_a_remark_is_made_answered_and_settled(db: Database, cast: Cast, submitted: Submitted) -> None:
    round_id = submitted()
    with db.transaction():
        lan, hoa, thao = (viewer_of(cast.people[name]) for name in ("lan", "hoa", "thao"))
        found = queries.round_for(hoa, round_id)
        remark = comment(hoa, found, "Thêm một tấm hình?", "đong nếp bằng lon")
        answer = comment(lan, found, "Cô thêm rồi nhé.", answers=remark)
        deeper = comment(hoa, found, "Hay quá.", answers=answer)
        assert answer.parent_id == deeper.parent_id == remark.id
        with pytest.raises(NotFound):
            settle(thao, found, remark)
        settle(lan, found, remark)
        assert remark.settled_at is not None
        assert [each.id for each in reading.comments_of(found)] == [remark.id, answer.id, deeper.id]


@pytest.mark.parametrize(
    ("text", "place", "field"),
    [("", "", "text"), ("  ", "", "text"), ("x" * 4001, "", "text"), ("Được", "x" * 121, "place")],
)
def test_a_remark_that_says_nothing_or_too_much_is_refused(
    text: str, place: str, field: str, db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        found = queries.round_for(hoa, round_id)
        with pytest.raises(InvalidInput) as refused:
            comment(hoa, found, text, place)
    assert list(refused.value.errors) == [field]


def test_a_remark_of_another_work_is_not_found_through_this_round(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    mine, other = submitted(), submitted()
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        remark = comment(hoa, queries.round_for(hoa, other), "Hay.")
        with pytest.raises(NotFound):
            find_comment(queries.round_for(hoa, mine), remark.id)
        with pytest.raises(NotFound):
            find_comment(queries.round_for(hoa, mine), "0" * 16)


def _told(db: Database) -> list[tuple[str, str]]:
    with db.session(writing=False) as session:
        return sorted((n.kind, n.user_id) for n in session.scalars(select(Notification)))


def _run(db: Database, topic: str, job: Callable[[OutboxRow], None]) -> None:
    for _again in range(2):
        with db.transaction() as session:
            for row in session.scalars(select(OutboxRow).where(OutboxRow.topic == topic)).all():
                job(row)


def test_a_colleague_who_was_asked_hears_of_it_once(db: Database, cast: Cast, submitted: Submitted) -> None:
    round_id = submitted()
    with db.transaction():
        minh = viewer_of(cast.minh)
        service.assign(minh, queries.round_for(minh, round_id), cast.hoa)
    _run(db, "review.assigned", jobs.tell_assigned)
    assert _told(db) == [("review.assigned", cast.hoa)]


def test_the_author_hears_the_decision_and_the_publication(
    db: Database, cast: Cast, submitted: Submitted, decide: Callable[..., None]
) -> None:
    decide("hoa", submitted())
    _run(db, "review.decided", jobs.tell_decided)
    _run(db, "resource.published", jobs.tell_published)
    assert _told(db) == [("resource.published", cast.lan), ("review.approved", cast.lan)]


def test_a_remark_reaches_the_author_but_not_who_said_it(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        found = queries.round_for(hoa, round_id)
        service.assign(hoa, found)
        comment(hoa, found, "Hay.")
    _run(db, "review.commented", jobs.tell_commented)
    assert _told(db) == [("review.commented", cast.lan)]


def test_leads_hear_of_appeals_and_of_rounds_that_nobody_took(
    db: Database, cast: Cast, submitted: Submitted, decide: Callable[..., None]
) -> None:
    round_id = submitted()
    jobs.remind(db)
    assert _told(db) == []
    decide("hoa", round_id, "decline", reasons=["khac"], note="Bài này đã có.")
    with db.transaction() as session:
        lan = viewer_of(cast.lan)
        found = queries.round_for(lan, round_id)
        service.appeal(lan, found.resource, found.version)
        session.flush()
        session.execute(update(ReviewRound).values(opened_at=found.opened_at - timedelta(days=3)))
    _run(db, "review.appealed", jobs.tell_appealed)
    jobs.remind(db)
    jobs.remind(db)
    assert _told(db) == [("review.appealed", cast.minh), ("review.unclaimed", cast.minh)]


def test_work_about_something_deleted_meanwhile_does_nothing(db: Database) -> None:
    gone = OutboxRow(topic="x", object_id="0" * 16, values={})
    with db.transaction():
        for job in (
            jobs.tell_assigned,
            jobs.tell_decided,
            jobs.tell_appealed,
            jobs.tell_commented,
            jobs.tell_published,
            jobs.tell_opened,
        ):
            job(gone)
    assert _told(db) == []
