"""A round takes the works of its scope and queues them by what is wrong; the board learns who is on time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput
from repo_service.core.permissions import listed, may
from repo_service.curation import policy, queries, service, verdicts
from repo_service.curation.models import CurationItem, CurationRound
from repo_service.curation.reading import item_for, queue
from repo_service.curation.verdicts import Judgement
from repo_service.files.models import StoredFile
from repo_service.resources.models import Resource, VersionFile
from tests.cast import PEOPLE, Cast
from tests.factories import THIS_YEAR, counted_statements, viewer_of
from tests.repo_service.curation.conftest import MakeWork, OpenRound, items_of, round_of


def test_a_round_takes_what_its_scope_says_and_nothing_private_or_of_others(
    make: MakeWork, open_round: OpenRound, db: Database
) -> None:
    make("lan", "Đến hạn", due_in=-3)
    make("lan", "Chưa đến hạn", due_in=200)
    make("lan", "Riêng", due_in=-3, visibility="rieng")
    make("quang", "Của K1", due_in=-3, cluster="K1")
    make("lan", "Đề kiểm tra", due_in=-3, type="cong-cu-danh-gia")
    due, rest = open_round(only_due=True, types=("khbd",)), open_round()
    with db.session(writing=False):
        assert set(items_of(due)) == {"Đến hạn"}
        assert set(items_of(rest)) == {"Chưa đến hạn", "Đề kiểm tra"}, "what waits elsewhere is left out"
    with pytest.raises(InvalidInput):
        open_round(types=("video-bai-hoc",))


def test_the_queue_puts_broken_before_outdated_before_overdue(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast
) -> None:
    make("lan", "Không sao", due_in=100)
    make("lan", "Quá hạn 8 ngày", due_in=-8)
    make("lan", "Chương trình cũ", programme="cu")
    broken = make("lan", "Tệp hỏng")
    with db.transaction() as session:
        version = session.get_one(Resource, broken).current_version_id
        files = select(VersionFile.file_id).where(VersionFile.version_id == version)
        session.execute(update(StoredFile).where(StoredFile.id.in_(files)).values(text_state="failed"))
    round_id = open_round()
    with db.session(writing=False):
        viewer = viewer_of(cast.hoa)
        rows = queue(viewer, queries.round_for(viewer, round_id)).items
    assert [row.title for row in rows] == ["Tệp hỏng", "Chương trình cũ", "Quá hạn 8 ngày", "Không sao"]
    assert [[code for code, _values in row.risks] for row in rows] == [
        ["unreadable_file"], ["old_programme"], ["overdue"], [],
    ]  # fmt: skip


@pytest.mark.parametrize("name", PEOPLE)
def test_the_check_and_the_list_of_rounds_say_the_same(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast, name: str
) -> None:
    make("lan", "Một")
    round_id = open_round()
    with db.session(writing=False) as session:
        viewer = viewer_of(cast.people[name])
        found = session.scalars(select(CurationRound).where(listed(viewer, policy.READ.action))).all()
        assert (
            bool(found)
            == may(viewer, policy.READ.action, round_of(round_id))
            == (name in ("minh", "hoa", "tuan", "quantri"))
        )


def test_facts_for_the_board_cost_one_statement_and_say_who_is_late(
    make: MakeWork, open_round: OpenRound, db: Database, cast: Cast
) -> None:
    for title in ("Một", "Hai"):
        make("lan", title, due_in=-3)
    open_round()
    clusters = list(cast.clusters.values())
    with db.transaction() as session:
        with counted_statements(db) as seen:
            facts = queries.curation_facts(clusters, THIS_YEAR)
        assert len(seen) == 1 and set(facts) == {cast.clusters["K2"]}
        on_time = facts[cast.clusters["K2"]]
        assert (on_time.on_time, on_time.open_rounds, on_time.items_waiting) == (True, 1, 2)
        session.execute(update(CurationRound).values(due_on=clock.today() - timedelta(days=1)))
        late = queries.curation_facts(clusters, THIS_YEAR)[cast.clusters["K2"]]
        assert (late.on_time, late.late_rounds, late.items_overdue) == (False, 1, 2)
        assert queries.curation_facts(clusters, "2024-2025") == {}
        assert queries.due_works(clusters) == {cast.clusters["K2"]: 2}
        session.execute(update(CurationRound).values(state="closed", closed_on=clock.today()))
        assert queries.curation_facts(clusters, THIS_YEAR)[cast.clusters["K2"]].on_time is False
        session.execute(update(CurationRound).values(due_on=clock.today()))
        assert queries.curation_facts(clusters, THIS_YEAR)[cast.clusters["K2"]].on_time is True


def test_opening_two_hundred_works_costs_five_statements_and_a_verdict_eight(
    make: MakeWork, db: Database, cast: Cast
) -> None:
    make("lan", "Một"), make("lan", "Hai")
    with db.transaction():
        viewer = viewer_of(cast.minh)
        with counted_statements(db) as seen:
            cluster, people = queries.cluster_with_curators(cast.clusters["K2"])
            plan = service.Plan("Đợt", clock.today(), curator_ids=[cast.hoa])
            round_id = service.open_round(viewer, cluster, plan, [person.id for person in people]).id
    assert len(seen) + 2 <= 6, "with the rows of trail and outbox, which the commit writes"
    with db.transaction() as session:
        viewer, item_id = viewer_of(cast.hoa), items_of(round_id)["Một"].id
        session.expire_all()
        with counted_statements(db) as seen:
            at_hand = item_for(viewer, round_id, item_id, deciding=True)
            verdicts.decide(viewer, at_hand, Judgement("giu-nguyen"))
            session.flush()
    assert len(seen) + 2 <= 8
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).where(CurationItem.state == "decided")) == 1
