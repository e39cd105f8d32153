"""Who reads a round: several asked at once, handed back, replaced, reminded; by when, and how many must agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, KhoError, MoveNotAllowed, NotFound
from repo_service.notifications.models import Notification
from repo_service.notifications.texts import sentence
from repo_service.organizations.models import Cluster, Membership
from repo_service.organizations.redrawing import merge_clusters
from repo_service.organizations.service import ClusterDetails
from repo_service.reviews import queries, readers
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import THIS_YEAR, viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
Work = Callable[[], None]


def _act(db: Database, user_id: str, round_id: str, verb: Callable[..., object], *given: object) -> None:
    with db.transaction():
        viewer = viewer_of(user_id)
        verb(viewer, queries.round_for(viewer, round_id, "reviews.see", deciding=True), *given)


def _readers(db: Database, cast: Cast, round_id: str) -> list[str]:
    with db.session(writing=False):
        return [each.reviewer_id for each in queries.round_for(viewer_of(cast.lan), round_id).readers]


def _notices(db: Database, user_id: str) -> list[str]:
    with db.session(writing=False) as session:
        rows = session.scalars(
            select(Notification).where(Notification.user_id == user_id).order_by(Notification.id)
        )
        return [sentence(row.kind, row.values) for row in rows]


def test_a_lead_asks_several_at_once_and_all_or_none(
    db: Database, cast: Cast, submitted: Submitted, work: Work
) -> None:
    round_id = submitted()
    with pytest.raises(InvalidInput):
        _act(db, cast.minh, round_id, readers.ask, [cast.hoa, cast.quang])
    assert _readers(db, cast, round_id) == []
    _act(db, cast.minh, round_id, readers.ask, [cast.hoa, cast.thao, cast.hoa])
    assert _readers(db, cast, round_id) == [cast.hoa, cast.thao]
    work()
    assert any("nhờ thầy cô phản biện" in told for told in _notices(db, cast.thao))


def test_a_reader_hands_back_with_a_word_and_is_replaced(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide, read_round: ReadRound, work: Work
) -> None:
    round_id = submitted()
    _act(db, cast.minh, round_id, readers.ask, [cast.hoa])
    with pytest.raises(InvalidInput):
        _act(db, cast.hoa, round_id, readers.hand_back, " ")
    _act(db, cast.hoa, round_id, readers.hand_back, "tuần này coi thi")
    work()
    assert "Cô Hoa chưa đọc được" in _notices(db, cast.minh)[-1] and "coi thi" in _notices(db, cast.minh)[-1]
    with db.session(writing=False):
        assert viewer_of(cast.hoa).waiting_reviews == 0
    _act(db, cast.minh, round_id, readers.ask, [cast.thao])
    with pytest.raises(AlreadyExists):  # the place she gave back is taken
        decide("hoa", round_id)
    decide("thao", round_id)
    assert read_round(round_id).version.state == "published"


def test_who_handed_back_may_be_asked_again_and_hears_of_it_again(
    db: Database, cast: Cast, submitted: Submitted, work: Work
) -> None:
    round_id = submitted()
    with clock.pinned(clock.now() - timedelta(hours=3)):
        _act(db, cast.minh, round_id, readers.ask, [cast.hoa])
        work()
        _act(db, cast.hoa, round_id, readers.hand_back, "bận")
    _act(db, cast.minh, round_id, readers.ask, [cast.hoa])
    work()
    assert sum("nhờ thầy cô phản biện" in told for told in _notices(db, cast.hoa)) == 2


def test_a_lead_takes_a_reading_back_and_the_reader_hears_of_it(
    db: Database, cast: Cast, submitted: Submitted, work: Work
) -> None:
    round_id = submitted()
    _act(db, cast.minh, round_id, readers.ask, [cast.hoa])
    _act(db, cast.minh, round_id, readers.release, cast.hoa)
    work()
    assert "không cần đọc bài này nữa" in _notices(db, cast.hoa)[-1]
    with pytest.raises(MoveNotAllowed):
        _act(db, cast.minh, round_id, readers.release, cast.hoa)


def test_handing_back_a_kept_work_takes_its_reading_along(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted(embargo_until=clock.now() + timedelta(days=2))
    _act(db, cast.minh, round_id, readers.ask, [cast.hoa])
    _act(db, cast.hoa, round_id, readers.hand_back, "tôi ra đề khối này")
    with pytest.raises(NotFound):
        _act(db, cast.hoa, round_id, readers.assign)


@pytest.mark.parametrize(
    ("by", "days", "required", "error"),
    [
        ("minh", 10, 2, None), ("minh", 0, 1, None), ("minh", -1, 1, InvalidInput), ("minh", 400, 1, InvalidInput),
        ("minh", 5, 0, InvalidInput), ("minh", 5, 6, InvalidInput), ("hoa", 5, 1, NotFound), ("lan", 5, 1, NotFound),
        ("quang", 5, 1, NotFound),
    ],
)  # fmt: skip
def test_only_a_lead_says_by_when_and_how_many_must_agree(
    by: str, days: int, required: int, error: type[KhoError] | None, db: Database, cast: Cast, submitted: Submitted,
    read_round: ReadRound,
) -> None:  # fmt: skip
    round_id = submitted()
    due_on = clock.today() + timedelta(days=days)
    if error:
        with pytest.raises(error):
            _act(db, cast.people[by], round_id, readers.change_round, due_on, required)
        return
    _act(db, cast.people[by], round_id, readers.change_round, due_on, required)
    assert (read_round(round_id).due_on, read_round(round_id).required) == (due_on, required)


def test_a_round_never_needs_fewer_than_the_province_says_or_than_agreed_already(
    two_needed: None, db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    due_on = clock.today()
    with pytest.raises(InvalidInput):
        _act(db, cast.minh, round_id, readers.change_round, due_on, 1)
    _act(db, cast.minh, round_id, readers.change_round, due_on, 3)
    decide("hoa", round_id)
    decide("thao", round_id)
    with pytest.raises(InvalidInput):  # with 2 it would be over without anybody having ended it
        _act(db, cast.minh, round_id, readers.change_round, due_on, 2)


def test_a_lead_removed_mid_way_is_told_so_and_changes_nothing(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.transaction() as session:
        role = select(Membership).where(Membership.user_id == cast.minh, Membership.role == "truong-cum")
        session.delete(session.scalars(role).one())
    for verb, given in ((readers.ask, [cast.hoa]), (readers.release, cast.hoa)):
        with pytest.raises(NotFound, match="thư kí cụm hiện nay"):
            _act(db, cast.minh, round_id, verb, given)
    assert _readers(db, cast, round_id) == []


def test_after_a_merger_the_new_leads_have_the_rounds_of_the_old_cluster(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide, read_round: ReadRound, work: Work
) -> None:
    round_id = submitted()
    with db.transaction() as session:
        merged = [session.get_one(Cluster, cast.clusters[code]) for code in ("K1", "K2")]
        merge_clusters(
            viewer_of(cast.quantri),
            merged,
            ClusterDetails("Cụm mới", scopes=[("cap-hoc", "thcs")]),
            THIS_YEAR,
        )
    _act(db, cast.lan, round_id, readers.nudge)
    work()
    assert _notices(db, cast.minh)[-1] == _notices(db, cast.nga)[-1]  # both lead the new one
    _act(db, cast.nga, round_id, readers.ask, [cast.quang])
    decide("quang", round_id)
    assert read_round(round_id).version.state == "published"
