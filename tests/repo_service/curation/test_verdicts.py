"""Verdicts: what each does to the work, who may give it, what is refused, and taking the last one back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from repo_service.classroom_use import service as classroom_use
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, NotFound, StaleVersion
from repo_service.curation import service, verdicts
from repo_service.curation.models import CurationItem, CurationRound, CurationVerdict
from repo_service.curation.reading import history, item_for
from repo_service.curation.verdicts import Judgement
from repo_service.organizations.models import Cluster, Membership
from repo_service.organizations.province_settings import change_province_setting
from repo_service.resources import succession
from repo_service.resources.models import Resource
from tests.cast import Cast
from tests.factories import published, viewer_of
from tests.repo_service.curation.conftest import MakeWork, OpenRound, items_of, round_of


def decide(who: str, round_id: str, item_id: str, said: Judgement) -> CurationVerdict:
    """The verdict of a person; needs an open transaction."""
    viewer = viewer_of(who)
    return verdicts.decide(viewer, item_for(viewer, round_id, item_id, deciding=True), said)


def test_each_verdict_does_what_it_says_and_the_last_one_closes_the_round(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast
) -> None:
    works = {title: make("lan", title, due_in=-1) for title in ("Giữ", "Sửa", "Thay", "Ngừng")}
    with db.transaction():
        successor = published(cast.minh, cast.clusters["K2"], title="Bài mới")
        successor.visibility = "rieng"  # not in the round itself
    with db.transaction() as session:
        change_province_setting(viewer_of(cast.tuan), "review.cycle_months_by_type", "khbd 6")
        round_id = service.open_round(
            viewer_of(cast.minh), session.get_one(Cluster, cast.clusters["K2"]),
            service.Plan("Đợt", clock.today() + timedelta(days=9)), (),
        ).id  # fmt: skip
        successor = session.merge(successor)
        successor.visibility = "tinh"
    with db.transaction() as session:
        items = items_of(round_id)
        decide(cast.hoa, round_id, items["Giữ"].id, Judgement("giu-nguyen"))
        decide(
            cast.hoa, round_id, items["Sửa"].id, Judgement("can-cap-nhat", ["dia-danh-cu"], "Đổi tên huyện.")
        )
        decide(cast.hoa, round_id, items["Ngừng"].id, Judgement("ngung-su-dung", ["tinh-gian"]))
        assert round_of(round_id).state == "open"
        heir = session.get_one(Resource, successor.id)
        decide(cast.hoa, round_id, items["Thay"].id, Judgement("thay-the", successor=heir))
    with db.session(writing=False) as session:
        after = {title: session.get_one(Resource, work) for title, work in works.items()}
        assert [after[title].state for title in works] == ["active", "active", "replaced", "retired"]
        assert after["Giữ"].next_review_on == clock.months_later(clock.today(), 6), "the type's own cycle"
        assert after["Thay"].successor_id == successor.id and after["Thay"].next_review_on is None
        assert after["Ngừng"].state_reason == "Nội dung đã tinh giản"
        found = round_of(round_id)
        assert (found.state, found.done_count, found.closed_on) == ("closed", 4, clock.today())
        told = history(viewer_of(cast.lan), works["Sửa"])
        assert [(past.verdict.note, past.by_name, past.version) for past in told] == [
            ("Đổi tên huyện.", "Phạm Thị Hoa", 1)
        ]


def test_two_curators_on_one_item_the_second_is_told(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast
) -> None:
    make("lan", "Một")
    round_id = open_round()
    with db.transaction():
        item_id = items_of(round_id)["Một"].id
        decide(cast.hoa, round_id, item_id, Judgement("giu-nguyen"))
    with db.transaction(), pytest.raises(AlreadyExists):
        decide(cast.minh, round_id, item_id, Judgement("ngung-su-dung", note="Cũ"))


def test_what_moved_on_meanwhile_is_said_and_nothing_is_half_done(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast
) -> None:
    work, mine = make("lan", "Đã gỡ"), make("hoa", "Của tôi")
    make("lan", "Bản mới"), make("lan", "Khác")
    round_id = open_round(curators=("hoa",))
    with db.transaction() as session:
        items = items_of(round_id)
        with pytest.raises(StaleVersion):
            decide(cast.hoa, round_id, items["Bản mới"].id, Judgement("giu-nguyen", version_id="v" * 16))
        with pytest.raises(MoveNotAllowed, match="bài của thầy cô"):
            decide(cast.hoa, round_id, items["Của tôi"].id, Judgement("giu-nguyen"))
        succession.withdraw(viewer_of(cast.minh), session.get_one(Resource, work), "Bản quyền")
        with pytest.raises(MoveNotAllowed, match="gỡ"):
            decide(cast.hoa, round_id, items["Đã gỡ"].id, Judgement("giu-nguyen"))
        for wrong in (
            Judgement("xoa"),
            Judgement("can-cap-nhat"),
            Judgement("thay-the"),
            Judgement("giu-nguyen", ["x"]),
        ):
            with pytest.raises(InvalidInput):
                decide(cast.hoa, round_id, items["Khác"].id, wrong)
        round_of(round_id).curator_ids = [cast.minh]
        session.flush()
        with pytest.raises(MoveNotAllowed, match="danh sách"):
            decide(cast.hoa, round_id, items["Khác"].id, Judgement("giu-nguyen"))
        session.execute(update(Membership).where(Membership.role == "ra-soat").values(to_year="2025-2026"))
        with pytest.raises(NotFound):
            decide(cast.hoa, round_id, items["Khác"].id, Judgement("giu-nguyen"))
        decide(cast.minh, round_id, items["Của tôi"].id, Judgement("giu-nguyen"))
        service.cancel(viewer_of(cast.minh), round_of(round_id))
        with pytest.raises(MoveNotAllowed, match="đã bỏ"):
            decide(cast.minh, round_id, items["Khác"].id, Judgement("giu-nguyen"))
        assert session.scalar(select(func.count()).select_from(CurationVerdict)) == 1 and mine


def test_the_last_verdict_is_taken_back_whole(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast
) -> None:
    work = make("lan", "Một", due_in=-4)
    round_id = open_round()
    with db.transaction() as session:
        item_id = items_of(round_id)["Một"].id
        decide(cast.hoa, round_id, item_id, Judgement("can-cap-nhat", note="Đổi tên huyện"))
        assert round_of(round_id).state == "closed"
        with pytest.raises(MoveNotAllowed):
            verdicts.undo_last(viewer_of(cast.minh), round_id)
        verdicts.undo_last(viewer_of(cast.hoa), round_id)
        resource, found = session.get_one(Resource, work), round_of(round_id)
        assert (resource.state, resource.next_review_on) == ("active", clock.today() - timedelta(days=4))
        assert (found.state, found.done_count, found.closed_on) == ("open", 0, None)
        decide(cast.hoa, round_id, item_id, Judgement("ngung-su-dung", note="Cũ"))
        succession.restore(viewer_of(cast.minh), session.get_one(Resource, work))
        with pytest.raises(MoveNotAllowed):
            verdicts.undo_last(viewer_of(cast.hoa), round_id)
        assert len(history(viewer_of(cast.minh), work)) == 1, "what was taken back is kept, but says nothing"
        assert session.scalar(select(func.count()).select_from(CurationVerdict)) == 2


@pytest.mark.parametrize("verdict", ["giu-nguyen", "can-cap-nhat", "thay-the", "ngung-su-dung"])
def test_a_verdict_and_its_undoing_leave_everything_as_before(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast, work: Callable[[], None], verdict: str
) -> None:
    old, new = make("lan", "Cũ", due_in=-4), make("minh", "Mới")
    round_id = open_round(only_due=True)
    with db.transaction() as session:
        for teacher, taught in (("hoa", old), ("minh", old), ("thao", new)):
            classroom_use.tell(viewer_of(cast.people[teacher]), taught, {"class_name": "6A1"})
            session.flush()
        succession.retire(viewer_of(cast.minh), session.get_one(Resource, old), "Nhầm bài")
        succession.restore(viewer_of(cast.minh), session.get_one(Resource, old), "Đã xem lại")
    work()
    before = standing(db)
    with db.transaction() as session:
        heir = session.get_one(Resource, new)
        item_id = items_of(round_id)["Cũ"].id
        decide(cast.hoa, round_id, item_id, Judgement(verdict, ["tinh-gian"], successor=heir))
    work()
    if verdict == "thay-the":
        assert standing(db)[0][new]["schools_taught"] == 3, "each school once, whichever of the two it taught"
    assert standing(db) != before
    with db.transaction():
        verdicts.undo_last(viewer_of(cast.hoa), round_id)
    work()
    assert standing(db) == before


def standing(db: Database) -> tuple[dict[str, dict[str, Any]], ...]:
    """Works, rounds and items column by column, but for counters that only ever rise."""
    rising = {"revision", "updated_at", "assessed_at"}

    def told(row: Any) -> dict[str, Any]:
        names = row.__mapper__.columns.keys()
        return {name: getattr(row, name) for name in names if name not in rising}

    with db.session(writing=False) as session:
        kinds = (Resource, CurationRound, CurationItem)
        return tuple({row.id: told(row) for row in session.scalars(select(kind))} for kind in kinds)


def test_a_cluster_that_was_merged_away_opens_no_round_but_its_open_one_is_finished(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast
) -> None:
    make("lan", "Một")
    round_id = open_round()
    with db.transaction() as session:
        cluster = session.get_one(Cluster, cast.clusters["K2"])
        cluster.state, cluster.to_year = "da-sap-xep-lai", "2025-2026"
    with pytest.raises(MoveNotAllowed, match="cụm mới"):
        open_round()
    with db.transaction():
        decide(cast.hoa, round_id, items_of(round_id)["Một"].id, Judgement("giu-nguyen"))
        assert round_of(round_id).state == "closed"
