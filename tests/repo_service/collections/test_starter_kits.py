"""Starter kits: chosen by colleagues who look after others, found by those who are new (R42, journey H)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from repo_service.core.db import Database
from repo_service.organizations.models import Membership
from tests.cast import Cast
from tests.factories import published

SignIn = Callable[[str], FlaskClient]
KIT = {"title": "Vào lớp Toán 6", "visibility": "tinh", "kit_subject": "toan", "kit_grade": "lop-6"}


@pytest.fixture
def kit(db: Database, cast: Cast, sign_in: SignIn) -> str:
    """A starter kit of the cluster's lead for mathematics of class 6; Thảo teaches mathematics."""
    minh = sign_in("minh")
    made = minh.post("/api/collections", json=KIT)
    assert made.status_code == 201, made.text
    with db.transaction() as session:
        taught = update(Membership).where(Membership.user_id.in_([cast.thao, cast.quang]))
        session.execute(taught.values(subjects=["toan"]))
        work = published(cast.minh, cast.clusters["K2"], title="Ma trận đề giữa kì").id
    minh.put(f"/api/collections/{made.json['id']}/items/{work}", json={"note": "Cuối chương"})
    return str(made.json["id"])


def test_a_new_colleague_finds_the_kit_of_the_subject_on_the_first_page(
    kit: str, db: Database, cast: Cast, sign_in: SignIn
) -> None:
    thao = sign_in("thao")
    page = thao.get("/").text
    assert f'href="/bo-suu-tap/{kit}"' in page and "Toán, lớp 6" in page and "Lê Minh" in page
    assert "Cuối chương" in thao.get(f"/bo-suu-tap/{kit}").text
    with db.transaction() as session:
        session.execute(
            update(Membership).where(Membership.user_id == cast.thao).values(subjects=["ngu-van"])
        )
    other = thao.get("/").text
    assert kit not in other and "Bộ khởi đầu gồm" in other, "an empty shelf teaches what a kit is"
    assert "Bộ khởi đầu" not in sign_in("minh").get("/").text, "who has published works is not new"


def test_kits_are_found_by_subject_and_class_and_from_the_page_of_a_week(kit: str, sign_in: SignIn) -> None:
    quang = sign_in("quang")
    for query, found in (
        ("", True),
        ("?subject=toan&grade=lop-6", True),
        ("?grade=lop-6", True),
        ("?subject=toan&grade=lop-7", False),
        ("?subject=ngu-van", False),
        ("?subject=%00&grade='", False),
    ):
        assert (kit in quang.get(f"/bo-khoi-dau{query}").text) is found, query
        ids = [line["id"] for line in quang.get(f"/api/collections/starter-kits{query}").json["items"]]
        assert (kit in ids) is found, query
    part = quang.get("/bo-khoi-dau?subject=toan&grade=lop-6", headers={"HX-Request": "true"})
    assert kit in part.text and "<html" not in part.text and "HX-Request" in part.headers["Vary"]
    week = quang.get("/tuan-nay?subject=toan&grade=lop-6").text
    assert 'data-hx-get="/bo-khoi-dau?subject=toan&amp;grade=lop-6"' in week


def test_a_kit_shared_in_a_cluster_stays_there(kit: str, cast: Cast, sign_in: SignIn) -> None:
    minh = sign_in("minh")
    form = {**KIT, "visibility": "cum", "cluster": cast.clusters["K2"]}
    assert minh.post(f"/bo-suu-tap/{kit}/sua", data=form).status_code == 303
    assert kit in sign_in("thao").get("/bo-khoi-dau").text
    assert kit not in sign_in("quang").get("/bo-khoi-dau").text
    assert sign_in("quang").get(f"/bo-suu-tap/{kit}").status_code == 404


def test_who_may_choose_a_kit_and_what_it_needs(cast: Cast, sign_in: SignIn) -> None:
    for name, allowed in (("minh", True), ("hoa", True), ("hanh", True), ("tuan", True), ("lan", False)):
        answer = sign_in(name).post("/api/collections", json=KIT)
        assert answer.status_code == (201 if allowed else 422), name
    minh = sign_in("minh")
    for half in ({"visibility": "rieng"}, {"kit_grade": None}, {"kit_subject": None}, {"kit_subject": "bia"}):
        assert minh.post("/api/collections", json={**KIT, **half}).status_code == 422, half
    lan = sign_in("lan")
    own = lan.post("/api/collections", json={"title": "Của Lan"}).json["id"]
    assert "kit_subject" not in lan.get(f"/bo-suu-tap/{own}/sua").text


def test_a_copy_of_a_kit_is_no_kit(kit: str, sign_in: SignIn) -> None:
    made = sign_in("thao").post(f"/api/collections/{kit}/copy").json
    assert (made["kit_subject"], made["visibility"], made["copied_from"]) == (None, "rieng", kit)


def test_kits_bear_no_rank_and_no_count_of_use(kit: str, sign_in: SignIn) -> None:
    page = sign_in("thao").get("/bo-khoi-dau").text
    assert not any(word in page for word in ("lượt", "xếp hạng", "top", "điểm"))
