"""The duty of the year, computed from rows: every state, who sees which clusters, what it costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from repo_service.annual_products import board, queries, service
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.permissions import GUEST
from repo_service.organizations.models import Cluster, Membership
from repo_service.organizations.province_settings import change_province_setting
from repo_service.resources import service as resources
from repo_service.resources import succession
from repo_service.resources.queries import find_resource, find_version
from tests.cast import PEOPLE, Cast
from tests.factories import THIS_YEAR, counted_statements, viewer_of

Make = Callable[..., str]
Act = Callable[..., None]


@pytest.fixture
def duty(app: Any, db: Database, cast: Cast) -> Callable[..., tuple[str, str]]:
    """`duty()` -> state and sentence of K2 this year, as the department sees them."""

    def read(school_year: str = THIS_YEAR) -> tuple[str, str]:
        with app.test_request_context(), db.session(writing=False):
            found = board.duty_of(viewer_of(cast.tuan), cast.clusters["K2"], school_year)
            assert found is not None
            board.reason(found), board.cell(found)
            return found.state, board.sentence(found)

    return read


def test_nothing_chosen_is_said_with_the_days_left(duty: Callable[..., tuple[str, str]]) -> None:
    assert duty() == ("not_chosen", "Năm học 2026–2027: chưa có sản phẩm; hạn 31/5, còn 196 ngày.")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2027, 5, 31, 5, tzinfo=UTC), "hạn 31/5 là hôm nay."),
        (datetime(2027, 6, 1, 5, tzinfo=UTC), "hạn 31/5 đã qua."),
    ],
)
def test_the_deadline_is_a_vietnamese_day(
    moment: datetime, words: str, duty: Callable[..., tuple[str, str]]
) -> None:
    with clock.pinned(moment):
        assert duty()[1].endswith(words)


def test_the_duty_goes_from_review_to_ready_to_met(
    duty: Callable[..., tuple[str, str]], published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    work = published_work()
    assert duty()[0] == "not_chosen"
    product = choose(work)
    approve(work, "hoa")
    state, sentence = duty()
    assert state == "in_review" and "đã có 1 trong 2 phản biện; hạn 31/5, còn 196 ngày." in sentence
    approve(work, "minh")
    assert duty()[0] == "ready"
    lock(product)
    state, sentence = duty()
    assert state == "met" and sentence.endswith("Không cần báo cáo thêm.")


@pytest.mark.parametrize("how", ["product", "resource", "private", "moved"])
def test_what_was_met_and_is_lost_is_unmet_again(
    how: str,
    db: Database,
    cast: Cast,
    duty: Callable[..., tuple[str, str]],
    published_work: Make,
    approve: Act,
    choose: Make,
    lock: Act,
) -> None:
    work = published_work()
    product_id = choose(work)
    approve(work, "hoa", "minh")
    lock(product_id)
    with db.transaction() as session:
        minh = viewer_of(cast.minh)
        resource = find_resource(minh, work)
        cluster = session.get_one(Cluster, cast.clusters["K2"])
        match how:
            case "product":
                service.withdraw(minh, cluster, queries.find_product(cluster, product_id), "Có trang quét.")
            case "resource":
                succession.withdraw(minh, resource, "Có trang quét.")
            case "private":
                resource.visibility = "rieng"
            case "moved":
                resource.cluster_id = cast.clusters["K1"]
    assert duty()[0] == ("withdrawn" if how in ("product", "resource") else "unreachable")


def test_a_new_version_of_last_years_product_waits_for_the_leads_word(
    db: Database,
    cast: Cast,
    duty: Callable[..., tuple[str, str]],
    published_work: Make,
    approve: Act,
    choose: Make,
    lock: Act,
) -> None:
    work = published_work()
    approve(work, "hoa", "minh")
    lock(choose(work, school_year="2025-2026"))
    assert (duty("2025-2026")[0], duty()[0]) == ("met", "not_chosen")
    with db.transaction():
        lan = viewer_of(cast.lan)
        resource = find_resource(lan, work)
        version = resources.start_version(lan, resource, find_version(resource, resource.current_version_id))
        resources.submit(lan, resource, version)
        resources.move_version(None, resource, version, "approve")
        resources.publish_version(None, resource, version)
    assert duty()[0] == "carry_over_undeclared"
    choose(work)
    assert duty()[0] == "carry_over_undeclared"


def test_a_province_that_asks_for_none_has_no_duty(
    db: Database, cast: Cast, duty: Callable[..., tuple[str, str]]
) -> None:
    with db.transaction():
        change_province_setting(viewer_of(cast.tuan), "duty.annual_products_min", "0")
    assert duty()[0] == "not_required"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("tuan", ["K1", "K2"]),
        ("quantri", ["K1", "K2"]),
        ("phuc", ["K2"]),
        ("lan", ["K2"]),
        ("minh", ["K2"]),
        ("quang", ["K1"]),
    ],
)
def test_who_sees_which_clusters(name: str, codes: list[str], db: Database, cast: Cast) -> None:
    with db.session(writing=False):
        seen = board.duties(viewer_of(cast.people[name]), THIS_YEAR)
    assert sorted(duty.cluster.id for duty in seen) == sorted(cast.clusters[code] for code in codes)


def test_a_guest_sees_no_duties(db: Database) -> None:
    with db.session(writing=False):
        assert board.duties(GUEST, THIS_YEAR) == []


def test_duties_are_alphabetical_with_the_leads_contact_and_filter_by_level(db: Database, cast: Cast) -> None:
    with db.session(writing=False):
        tuan = viewer_of(cast.tuan)
        found = board.duties(tuan, THIS_YEAR)
        assert [duty.cluster.name for duty in found] == sorted(duty.cluster.name for duty in found)
        assert {duty.cluster.id: [lead.name for lead in duty.leads] for duty in found} == {
            cast.clusters["K1"]: [PEOPLE["nga"][0]], cast.clusters["K2"]: [PEOPLE["minh"][0]],
        }  # fmt: skip
        assert [duty.cluster.id for duty in board.duties(tuan, THIS_YEAR, "tieu-hoc")] == [
            cast.clusters["K1"]
        ]
        assert board.duties(tuan, THIS_YEAR, "thpt") == []
        assert board.duties(tuan, "2019-2020") == []


def test_the_statements_do_not_grow_with_the_clusters(db: Database, cast: Cast) -> None:
    def cost() -> int:
        with db.session(writing=False):
            tuan = viewer_of(cast.tuan)
            board.duties(tuan, THIS_YEAR)
            with counted_statements(db) as seen:
                board.duties(tuan, THIS_YEAR)
            return len(seen)

    before = cost()
    with db.transaction() as session:
        for number in range(30):
            cluster = Cluster(name=f"Cụm {number}", name_sort=f"cụm {number}", from_year="2025-2026")
            session.add(cluster)
            session.flush()
            session.add(
                Membership(
                    organization_id=cast.schools["S05"],
                    cluster_id=cluster.id,
                    role="thanh-vien",
                    from_year="2025-2026",
                )
            )
    assert cost() == before <= 5
