"""A plan of the year, step by step: who, when, which work; seen by the cluster, done from what the rows say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.annual_plans import queries, service
from repo_service.annual_plans.milestones import MILESTONES, propose
from repo_service.annual_plans.models import AnnualPlan
from repo_service.annual_products import service as annual_products
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, NotFound
from repo_service.organizations.models import Cluster
from repo_service.resources.queries import find_resource
from tests.cast import Cast
from tests.factories import THIS_YEAR, draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/cum/{cast.clusters['K2']}/ke-hoach-nam/{THIS_YEAR}"


@pytest.mark.parametrize(
    "today", ["2026-08-01", "2026-11-16", "2027-03-01", "2027-05-30", "2027-05-31", "2027-07-01"]
)
def test_days_are_proposed_in_order_between_today_and_the_deadline(today: str) -> None:
    deadline, now = date(2027, 5, 31), date.fromisoformat(today)
    days = list(propose(deadline, now).values())
    assert days == sorted(days) and len(days) == len(MILESTONES) == 4
    assert all(now <= day <= max(deadline, now) for day in days)


def test_a_lead_plans_the_year_in_small_steps(db: Database, cast: Cast, page: str, sign_in: SignIn) -> None:
    minh = sign_in("minh")
    assert "Năm nay cụm làm gì?" in minh.get(page).get_data(as_text=True)
    assert minh.post(page, data={"title": " ", "kind": "goi-chu-de"}).status_code == 422
    assert minh.post(page, data={"title": "Phân số", "kind": "lạ"}).status_code == 422
    assert minh.post(page, data={"title": "Phân số lớp 4 đến 6", "kind": "goi-chu-de"}).location == page
    text = minh.get(page).get_data(as_text=True)
    assert "31/01/2027" in text and "17/05/2027" in text and "Trần Thị Lan" in text
    assert minh.post(page, data={"viec": "moi", "person": cast.lan}).status_code == 303
    assert (
        minh.post(page, data={"viec": "moi", "person": cast.quang}).status_code == 422
    )  # of another cluster
    days = {"ban-thao": "2027-01-10", "day-thu": "2027-02-10", "phan-bien": "2027-03-10", "cong-bo": ""}
    assert minh.post(page, data={"viec": "ngay", **days}).status_code == 303
    for wrong in ({"ban-thao": "mai"}, {"ban-thao": "2027-05-01", "day-thu": "2027-02-10"}):
        assert minh.post(page, data={"viec": "ngay", **days, **wrong}).status_code == 422
    lan = sign_in("lan")
    assert "10/01/2027" in lan.get(page).get_data(as_text=True)
    assert "Phân số lớp 4 đến 6" in lan.get(f"/cum/{cast.clusters['K2']}").get_data(as_text=True)
    assert "Phân số lớp 4 đến 6" in lan.get("/viec-cua-toi").get_data(as_text=True)
    for step in ("ten", "ngay", "moi", "bo"):
        assert lan.post(page, data={"viec": step, "title": "X", "kind": "chuyen-de"}).status_code == 404
    arrange = lan.post(page, data={"viec": "goi"}).location
    assert arrange.startswith("/goi-chu-de/") and lan.get(arrange).status_code == 200
    assert lan.post(page, data={"viec": "goi"}).status_code == 409
    with db.session(writing=False) as session:
        plan = session.scalars(select(AnnualPlan)).one()
        view = queries.view_of(plan, session.get_one(Cluster, cast.clusters["K2"]))
        assert [each.done for each in view.milestones] == [True, False, False, False]
        work = find_resource(viewer_of(cast.minh), str(plan.resource_id))
        assert [author.name for author in work.authors] == ["Trần Thị Lan"]
    assert minh.post(page, data={"viec": "thoi", "person": cast.lan}).status_code == 303
    assert lan.post(page, data={"viec": "go"}).status_code == 404
    assert minh.post(page, data={"viec": "bo"}).status_code == 303
    assert "Năm nay cụm làm gì?" in minh.get(page).get_data(as_text=True)


def test_a_published_work_of_the_plan_is_chosen_in_one_step(
    db: Database, cast: Cast, page: str, sign_in: SignIn
) -> None:
    minh = sign_in("minh")
    minh.post(page, data={"title": "Phân số", "kind": "chuyen-de"})
    with db.transaction():
        work = published(cast.lan, cast.clusters["K2"]).id
        other = published(cast.quang, cast.clusters["K1"]).id
    assert minh.post(page, data={"viec": "gan", "work": other}).status_code == 422
    assert minh.post(page, data={"viec": "gan", "work": work}).status_code == 303
    product = page.replace("ke-hoach-nam", "san-pham-nam")
    assert f"{product}?bai={work}" in minh.get(page).get_data(as_text=True)
    assert f'value="{work}" selected' in minh.get(f"{product}?bai={work}").get_data(as_text=True)


def test_a_plan_names_its_work_only_to_who_may_read_it(
    db: Database, cast: Cast, page: str, sign_in: SignIn
) -> None:
    minh = sign_in("minh")
    minh.post(page, data={"title": "Phân số", "kind": "chuyen-de"})
    minh.post(page, data={"viec": "moi", "person": cast.lan})
    with db.transaction():
        work = draft(cast.lan, cast.clusters["K2"], visibility="rieng", title="Bài tôi giữ riêng")[0].id
    lan = sign_in("lan")
    assert lan.post(page, data={"viec": "gan", "work": work}).status_code == 303
    assert "Bài tôi giữ riêng" in lan.get(page).get_data(as_text=True)
    for name in ("minh", "thao", "tuan"):
        told = sign_in(name).get(page).get_data(as_text=True)
        assert "Bài tôi giữ riêng" not in told and work not in told and "chưa chia sẻ bài này" in told


def test_who_sees_and_makes_a_plan(
    db: Database, cast: Cast, page: str, sign_in: SignIn, client: FlaskClient
) -> None:
    for name, seen in (("lan", 200), ("tuan", 200), ("quang", 404)):
        browser = sign_in(name)
        assert browser.get(page).status_code == seen
        assert browser.post(page, data={"title": "X", "kind": "chuyen-de"}).status_code == 404
    assert client.get(page).location.startswith("/dang-nhap")
    with db.transaction() as session:
        minh, cluster = viewer_of(cast.minh), session.get_one(Cluster, cast.clusters["K2"])
        service.make(minh, cluster, "2027-2028", "Năm tới", "chuyen-de")
        for year in ("2025-2026", "2028-2029", "abc"):
            with pytest.raises(InvalidInput):
                service.make(minh, cluster, year, "X", "chuyen-de")
    with db.session(writing=True) as session:
        minh, cluster = viewer_of(cast.minh), session.get_one(Cluster, cast.clusters["K2"])
        with pytest.raises(AlreadyExists):
            service.make(minh, cluster, "2027-2028", "Lần nữa", "chuyen-de")
    with db.session(writing=False), pytest.raises(NotFound):
        queries.find_plan(cast.clusters["K1"], THIS_YEAR)


def test_a_day_that_has_passed_is_said_without_red(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        cluster = session.get_one(Cluster, cast.clusters["K2"])
        plan = service.make(viewer_of(cast.minh), cluster, THIS_YEAR, "Phân số", "chuyen-de")
        plan.milestones = [{"key": "ban-thao", "on": (date(2026, 11, 16) - timedelta(days=1)).isoformat()}]
        view = queries.view_of(plan, cluster)
        assert view.next is not None and view.next.is_late


def test_a_lead_whose_cluster_has_chosen_its_product_is_not_asked_for_a_plan(
    db: Database, cast: Cast, page: str, sign_in: SignIn
) -> None:
    with db.transaction() as session:
        work = published(cast.lan, cast.clusters["K2"], title="Phân số quanh em").id
        cluster = session.get_one(Cluster, cast.clusters["K2"])
        annual_products.choose(viewer_of(cast.minh), cluster, THIS_YEAR, work, "Hợp với vùng biển", "Dùng ở tổ")
    text = sign_in("minh").get(page).get_data(as_text=True)
    assert "“Phân số quanh em” đã được chọn" in text and "Năm nay cụm làm gì?" not in text
