"""A teacher says that a work was taught: who may, who hears of it, what is counted, what never is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from repo_service.accounts.models import User
from repo_service.classroom_use.models import Teaching
from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.notifications.models import Notification
from repo_service.resources import documents, succession
from repo_service.resources.models import Resource
from tests.cast import Cast
from tests.factories import counted_statements, draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]
HOSTILE = '"><script>alert(1)</script>{{7*7}}'


@pytest.fixture
def lesson(db: Database, cast: Cast) -> str:
    with db.transaction():
        return published(cast.lan, cast.clusters["K2"]).id


def schools(db: Database, resource_id: str) -> int:
    with db.session(writing=False) as session:
        return session.get_one(Resource, resource_id).schools_taught


def tell(browser: FlaskClient, resource_id: str, **said: str) -> int:
    return browser.post(f"/hoc-lieu/{resource_id}/da-day", data={"class_name": "6A1", **said}).status_code


def test_the_number_of_schools_is_shown_and_the_authors_hear_of_each_lesson_once(
    db: Database, cast: Cast, sign_in: SignIn, work: Callable[[], None], lesson: str
) -> None:
    hoa, thao, lan = sign_in("hoa"), sign_in("thao"), sign_in("lan")
    path = f"/hoc-lieu/{lesson}/da-day"
    form = hoa.get(path).get_data(as_text=True)
    assert 'value="Lớp 6"' in form and 'value="2026-11-16"' in form  # one tap from the page, a second one sends
    said = {"class_name": "6A2", "change": "Bớt bài 3", "outcome": "Các em tự nói ra quy tắc"}
    for _twice in range(2):
        assert hoa.post(path, data=said).status_code == 303
    assert tell(hoa, lesson, class_name="6A3") == 303  # her school counts once
    assert (tell(thao, lesson), tell(lan, lesson)) == (303, 303)  # one school
    assert schools(db, lesson) == 2
    page = lan.get(f"/hoc-lieu/{lesson}").get_data(as_text=True)
    assert "Đã dạy ở 2 trường" in page and "Bớt bài 3" not in page
    notes = lan.get(path, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "cô Hoa" in notes and "THCS Dốc Nắng" in notes and "Bớt bài 3" in notes and "<form" not in notes
    work()
    work()
    with db.session(writing=False) as session:
        told = session.scalars(select(Notification).where(Notification.kind == "work.taught")).all()
    assert [notice.user_id for notice in told] == [cast.lan] * 3
    assert "Cô Hoa đã dạy “Phân số" in lan.get("/thong-bao").get_data(as_text=True)
    with db.session(writing=False):
        change = documents.changes([lesson])[0]
        assert "da-day" in change.document.filters["feature"]  # type: ignore[union-attr]


def test_what_cannot_be_is_sent_back_as_typed_and_hostile_words_stay_words(
    db: Database, sign_in: SignIn, lesson: str
) -> None:
    hoa, path = sign_in("hoa"), f"/hoc-lieu/{lesson}/da-day"
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    for wrong in (
        {"class_name": "  "}, {"taught_on": tomorrow}, {"taught_on": "1999-01-01"}, {"taught_on": "hôm qua"},
        {"class_name": "6" * 41}, {"change": "x" * 301}, {"outcome": "x" * 1001}, {"school": "0" * 16},
    ):  # fmt: skip
        answer = hoa.post(path, data={"class_name": "6A1", "change": "giữ lại", **wrong})
        assert answer.status_code == 422, wrong
        assert 'role="alert"' in answer.get_data(as_text=True)
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(Teaching)) == 0
    assert tell(hoa, lesson, class_name=HOSTILE[:40], change=HOSTILE, outcome=HOSTILE + "\x00\n" + HOSTILE) == 303
    page = hoa.get(path).get_data(as_text=True)
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page and "{{7*7}}" in page


def test_out_of_reach_is_not_found_for_everybody_alike(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction() as session:
        near = published(cast.lan, k2, visibility="cum")
        private = published(cast.lan, k2, visibility="rieng")
        coming = draft(cast.lan, k2)[0]
        gone = published(cast.lan, k2)
        session.flush()
        succession.withdraw(viewer_of(cast.tuan), gone, "Sai bản quyền")
        ids = {"near": near.id, "private": private.id, "coming": coming.id, "gone": gone.id, "none": "0" * 16}
    quang, lan = sign_in("quang"), sign_in("lan")
    for name, resource_id in ids.items():
        assert tell(quang, resource_id) == 404, name
        assert quang.get(f"/hoc-lieu/{resource_id}/da-day").status_code == 404, name
        assert quang.get(f"/api/resources/{resource_id}/teachings").status_code == 404, name
        assert quang.post(f"/api/resources/{resource_id}/teachings", json={}).status_code == 404, name
    for name in ("private", "coming", "gone"):  # nor by the author: nobody else could have taught it
        assert tell(lan, ids[name]) == 404, name
    assert client.get(f"/api/resources/{ids['near']}/teachings").status_code == 401
    assert tell(sign_in("minh"), ids["near"]) == 303


def test_only_who_wrote_a_note_changes_it_and_the_number_follows(
    db: Database, cast: Cast, sign_in: SignIn, lesson: str
) -> None:
    hoa, thao = sign_in("hoa"), sign_in("thao")
    made = hoa.post(f"/api/resources/{lesson}/teachings", json={"class_name": "6A1", "taught_on": "2026-11-10"})
    assert made.status_code == 201 and made.get_json()["is_own"]
    api, page = f"/api/teachings/{made.get_json()['id']}", f"/da-day/{made.get_json()['id']}"
    for other in (thao, sign_in("minh"), sign_in("tuan")):
        assert other.get(page).status_code == other.post(page, data={"class_name": "x"}).status_code == 404
        assert other.post(f"{page}/xoa").status_code == 404
        assert other.patch(api, json={"change": "x"}).status_code == other.delete(api).status_code == 404
    assert hoa.patch(api, json={"change": "Thêm trò chơi"}).get_json()["class_name"] == "6A1"
    tell(hoa, lesson, class_name="6A2", taught_on="2026-11-10")
    again = hoa.post(page, data={"class_name": "6A2", "taught_on": "2026-11-10"})
    assert again.status_code == 409 and "cùng lớp, cùng ngày" in again.get_data(as_text=True)
    assert schools(db, lesson) == 1
    assert hoa.delete(api).status_code == 204
    assert schools(db, lesson) == 1
    with db.session(writing=False) as session:
        left = session.scalars(select(Teaching.id)).one()
    assert hoa.post(f"/da-day/{left}/xoa").status_code == 303
    assert schools(db, lesson) == 0


def test_a_work_keeps_the_schools_of_what_it_replaced_and_a_person_without_a_school_counts_for_none(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction():
        old, new = (published(cast.lan, cast.clusters["K2"], title=title) for title in ("Cũ", "Mới"))
    tell(sign_in("hoa"), old.id)
    tell(sign_in("tuan"), old.id)  # the department is no school
    assert schools(db, old.id) == 1
    with db.transaction() as session:
        old, new = session.get_one(Resource, old.id), session.get_one(Resource, new.id)
        current_session().refresh(old, ["authors"])
        succession.replace(viewer_of(cast.tuan), old, new)
    tell(sign_in("minh"), new.id)
    tell(sign_in("thao"), old.id)  # a colleague still opens the old one
    assert (schools(db, old.id), schools(db, new.id)) == (2, 3)


def test_a_long_list_comes_in_pages_and_names_no_closed_account(
    db: Database, cast: Cast, sign_in: SignIn, lesson: str
) -> None:
    with db.transaction() as session:
        for place in range(23):
            session.add(
                Teaching(
                    resource_id=lesson, user_id=cast.hoa, class_name=f"6B{place}",
                    taught_on=clock.today() - timedelta(days=place),
                )
            )  # fmt: skip
        session.get_one(User, cast.hoa).is_active = False
    lan = sign_in("lan")
    with counted_statements(db) as seen:
        first = lan.get(f"/hoc-lieu/{lesson}/da-day").get_data(as_text=True)
    assert len(seen) <= 5 + 1
    assert "6B0" in first and "6B20" not in first and "?page=2" in first and "Hoa" not in first.split("<main")[1]
    second = lan.get(f"/api/resources/{lesson}/teachings?page=2").get_json()
    assert [note["class_name"] for note in second["items"]] == ["6B20", "6B21", "6B22"] and second["next"] is None
    assert {note["by"] for note in second["items"]} == {None}
    assert lan.get(f"/hoc-lieu/{lesson}/da-day?page=99999999999999999999").status_code == 200
