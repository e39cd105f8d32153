""" "Nhân rộng": the department's mark with a reason, told to authors and all clusters, found by search, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.resources.models import Resource
from tests.cast import Cast
from tests.factories import draft, published

SignIn = Callable[[str], FlaskClient]
WHY = {"reason": "Chỉ dùng đồ sẵn có, <trường> nào cũng làm theo được."}


@pytest.fixture
def shared(db: Database, cast: Cast) -> str:
    with db.transaction():
        return published(cast.lan, cast.clusters["K2"]).id


def test_the_department_spreads_a_work_and_takes_the_mark_back(
    shared: str, db: Database, sign_in: SignIn, work: Callable[[], None]
) -> None:
    tuan, page = sign_in("tuan"), f"/hoc-lieu/{shared}"
    assert f'href="{page}/viec/nhan-rong"' in tuan.get(page).get_data(as_text=True)
    assert tuan.post(f"{page}/viec/nhan-rong", data={"reason": " "}).status_code == 422
    assert tuan.post(f"{page}/viec/nhan-rong", data=WHY).status_code == 303
    work()
    for name in ("lan", "minh", "nga"):  # the author, and the lead of every cluster
        assert "Sở nhân rộng “Phân số" in sign_in(name).get("/thong-bao").get_data(as_text=True), name
    assert "Sở nhân rộng" not in sign_in("quang").get("/thong-bao").get_data(as_text=True)
    shown = sign_in("quang").get(page).get_data(as_text=True)
    assert "Chỉ dùng đồ sẵn có, &lt;trường&gt; nào" in shown and "viec/thoi-nhan-rong" not in shown
    found = tuan.get("/api/search?feature=nhan-rong").json
    assert [item["id"] for item in found["hits"]] == [shared]
    assert tuan.post(f"{page}/viec/thoi-nhan-rong").status_code == 303
    work()
    assert tuan.get("/api/search?feature=nhan-rong").json["hits"] == []
    assert "Nhân rộng:" not in tuan.get(page).get_data(as_text=True)
    with db.session(writing=False) as session:
        kept = session.scalars(
            select(AuditEntry.action).where(AuditEntry.object_id == shared).order_by(AuditEntry.id)
        ).all()
        assert kept[-2:] == ["resource.spread", "resource.spread_ended"]


def test_the_api_marks_and_unmarks(shared: str, sign_in: SignIn) -> None:
    tuan, api = sign_in("tuan"), f"/api/resources/{shared}"
    assert tuan.get(api).json["actions"]["spread"] == f"{api}/spread"
    assert tuan.post(f"{api}/end_spread").status_code == 409
    assert tuan.post(f"{api}/spread", json=WHY).json["spread_reason"] == WHY["reason"]
    again = tuan.post(f"{api}/spread", json={"reason": "Lí do khác"}).json
    assert (again["spread_reason"], "spread" in again["actions"]) == ("Lí do khác", False)
    assert tuan.post(f"{api}/end_spread").json["spread_reason"] is None


def test_a_mark_that_was_taken_back_at_once_is_told_to_nobody(
    shared: str, sign_in: SignIn, work: Callable[[], None]
) -> None:
    tuan, api = sign_in("tuan"), f"/api/resources/{shared}"
    tuan.post(f"{api}/spread", json=WHY)
    tuan.post(f"{api}/end_spread")
    work()
    assert "Sở nhân rộng" not in sign_in("nga").get("/thong-bao").get_data(as_text=True)


def test_only_the_department_spreads(shared: str, sign_in: SignIn, client: FlaskClient) -> None:
    for browser in (*map(sign_in, ("lan", "minh", "hoa", "hanh", "phuc")), client):
        for move in ("spread", "end_spread"):
            assert browser.post(f"/api/resources/{shared}/{move}", json=WHY).status_code in (401, 404)


def test_what_other_clusters_cannot_open_is_not_spread(db: Database, cast: Cast, sign_in: SignIn) -> None:
    tuan = sign_in("tuan")
    with db.transaction() as session:
        near = published(cast.lan, cast.clusters["K2"], visibility="cum").id
        old = published(cast.lan, cast.clusters["K2"]).id
        session.get_one(Resource, old).state = "retired"
        unready = draft(cast.lan, cast.clusters["K2"])[0].id
    for resource, status in ((near, 409), (old, 409), (unready, 404)):
        assert tuan.post(f"/api/resources/{resource}/spread", json=WHY).status_code == status
    assert "viec/nhan-rong" not in tuan.get(f"/hoc-lieu/{near}").get_data(as_text=True)
