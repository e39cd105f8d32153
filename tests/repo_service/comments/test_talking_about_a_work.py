"""Comments with a purpose: who may speak and read, who hears of it, what can be taken back or hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from repo_service.accounts.models import User
from repo_service.comments.models import WorkComment
from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.notifications.models import Notification
from repo_service.resources import succession
from repo_service.resources.models import Resource
from tests.cast import Cast
from tests.factories import counted_statements, draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]
HOSTILE = "<img src=x onerror=alert(1)> {{ 7*7 }} javascript:alert(1) \u202etxt"


@pytest.fixture
def lesson(db: Database, cast: Cast) -> str:
    with db.transaction():
        return published(cast.lan, cast.clusters["K2"]).id


def say(browser: FlaskClient, resource_id: str, text: str, purpose: str | None = "hoi", **more: str) -> Any:
    answer = browser.post(f"/api/resources/{resource_id}/comments", json={"text": text, "purpose": purpose, **more})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()


def told(db: Database) -> set[tuple[str, str]]:
    with db.session(writing=False) as session:
        kinds = Notification.kind.startswith("work.")
        return {(row.user_id, row.kind) for row in session.scalars(select(Notification).where(kinds))}


def test_a_thread_has_a_purpose_and_answers_one_level_deep_and_its_people_hear_of_them(
    db: Database, cast: Cast, sign_in: SignIn, work: Callable[[], None], lesson: str
) -> None:
    hoa, lan, thao = sign_in("hoa"), sign_in("lan"), sign_in("thao")
    path = f"/hoc-lieu/{lesson}/trao-doi"
    assert hoa.post(path, data={"text": "Bài 3 dùng mấy phút?", "purpose": "hoi"}).status_code == 303
    assert hoa.post(path, data={"text": "Bài 3 dùng mấy phút?", "purpose": "hoi"}).status_code == 303  # a double tap
    asked = lan.get(f"/api/resources/{lesson}/comments").get_json()["items"]
    assert [(one["purpose"], one["text"]) for one in asked] == [("hoi", "Bài 3 dùng mấy phút?")]
    mine = say(lan, lesson, "Chừng 10 phút.", None, answers=asked[0]["id"])
    say(thao, lesson, "Lớp em hết 15 phút.", None, answers=mine["id"])  # an answer to an answer joins the thread
    work()
    assert told(db) == {(cast.lan, "work.asked"), (cast.hoa, "work.answered"), (cast.lan, "work.answered")}
    thread = hoa.get(f"/api/resources/{lesson}/comments").get_json()["items"][0]
    assert [one["text"] for one in thread["answers"]] == ["Chừng 10 phút.", "Lớp em hết 15 phút."]
    page = hoa.get(f"/hoc-lieu/{lesson}").get_data(as_text=True)
    assert "Trao đổi (3)" in page and "Chừng 10 phút" not in page
    assert "Chừng 10 phút" in hoa.get(path, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Cô Hoa hỏi về “Phân số" in lan.get("/thong-bao").get_data(as_text=True)


def test_nothing_but_plain_words_of_a_bounded_length_goes_in_and_comes_out(sign_in: SignIn, lesson: str) -> None:
    hoa, path = sign_in("hoa"), f"/hoc-lieu/{lesson}/trao-doi"
    for wrong in ({"text": " ", "purpose": "hoi"}, {"text": "x" * 2001, "purpose": "hoi"}, {"text": "Hay"},
                  {"text": "Hay", "purpose": "khen"}, {"text": "Hay", "purpose": "5-sao"}):  # fmt: skip
        answer = hoa.post(path, data=wrong)
        assert answer.status_code == 422 and 'role="alert"' in answer.get_data(as_text=True), wrong
    say(hoa, lesson, HOSTILE)
    page = hoa.get(path).get_data(as_text=True)
    assert "<img src=x" not in page and "&lt;img src=x" in page and "{{ 7*7 }}" in page


def test_who_may_not_read_the_work_reads_and_writes_no_comment(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction():
        near, coming, gone = published(cast.lan, k2, visibility="cum"), draft(cast.lan, k2)[0], published(cast.lan, k2)
    said = say(sign_in("hoa"), near.id, "Riêng trong cụm")
    before = say(sign_in("hoa"), gone.id, "Trước khi gỡ")
    with db.transaction() as session:
        found = session.get_one(Resource, gone.id)
        session.refresh(found, ["authors"])
        succession.withdraw(viewer_of(cast.tuan), found, "Sai bản quyền")
    quang, hoa = sign_in("quang"), sign_in("hoa")
    for work_id in (near.id, coming.id, gone.id, "0" * 16):
        assert quang.get(f"/hoc-lieu/{work_id}/trao-doi").status_code == 404
        assert quang.post(f"/hoc-lieu/{work_id}/trao-doi", data={"text": "x", "purpose": "hoi"}).status_code == 404
        assert quang.get(f"/api/resources/{work_id}/comments").status_code == 404
    answer = quang.post(
        f"/api/resources/{published_elsewhere(db, cast)}/comments", json={"text": "x", "answers": said["id"]}
    )
    assert answer.status_code == 404  # not through another work's door either
    assert quang.get(f"/trao-doi/{said['id']}").status_code == 404
    assert hoa.get(f"/trao-doi/{before['id']}").status_code == 404  # withdrawn: even her own words
    assert hoa.post(f"/hoc-lieu/{gone.id}/trao-doi", data={"text": "x", "purpose": "hoi"}).status_code == 404
    assert client.get(f"/api/resources/{near.id}/comments").status_code == 401
    assert client.get(f"/hoc-lieu/{near.id}/trao-doi").status_code == 302


def published_elsewhere(db: Database, cast: Cast) -> str:
    with db.transaction():
        return published(cast.quang, cast.clusters["K1"]).id


def test_own_words_are_changed_and_taken_back_by_nobody_else(db: Database, sign_in: SignIn, lesson: str) -> None:
    hoa, lan = sign_in("hoa"), sign_in("lan")
    alone, answered = say(hoa, lesson, "Câu một"), say(hoa, lesson, "Câu hai", "gop-y")
    say(lan, lesson, "Cảm ơn cô", None, answers=answered["id"])
    for other in (lan, sign_in("minh"), sign_in("tuan"), sign_in("quang")):
        path = f"/trao-doi/{alone['id']}"
        assert other.get(path).status_code == other.post(path, data={"text": "x"}).status_code == 404
        assert other.post(f"{path}/xoa").status_code == 404
        assert other.patch(f"/api/comments/{alone['id']}", json={"text": "x"}).status_code == 404
        assert other.delete(f"/api/comments/{alone['id']}").status_code == 404
    changed = hoa.patch(f"/api/comments/{alone['id']}", json={"text": "Câu một, sửa"}).get_json()
    assert changed["text"] == "Câu một, sửa" and changed["purpose"] == "hoi" and changed["edited_at"]
    assert hoa.delete(f"/api/comments/{alone['id']}").status_code == 204
    assert hoa.post(f"/trao-doi/{answered['id']}/xoa").status_code == 303
    left = lan.get(f"/api/resources/{lesson}/comments").get_json()["items"]
    assert [(one["text"], [each["text"] for each in one["answers"]]) for one in left] == [(None, ["Cảm ơn cô"])]
    with db.session(writing=False) as session:
        assert "Câu hai" not in session.scalars(select(WorkComment.text)).all()
        assert session.get_one(Resource, lesson).comment_count == 1
    refused = hoa.post(f"/api/resources/{lesson}/comments", json={"text": "x", "answers": answered["id"]})
    assert refused.status_code == 409


def test_a_lead_hides_a_comment_with_a_reason_and_shows_it_again(
    db: Database, cast: Cast, sign_in: SignIn, work: Callable[[], None], lesson: str
) -> None:
    hoa, minh, thao = sign_in("hoa"), sign_in("minh"), sign_in("thao")
    said = say(hoa, lesson, "Nhắc tên một học sinh")
    page, api = f"/trao-doi/{said['id']}/an", f"/api/comments/{said['id']}"
    for other in (thao, sign_in("lan"), sign_in("nga"), hoa):  # not the author of the work either
        assert other.get(page).status_code == other.post(page, data={"reason": "x"}).status_code == 404
        assert other.post(f"{api}/hide", json={"reason": "x"}).status_code == 404
    assert minh.post(page, data={"reason": "  "}).status_code == 422
    assert minh.post(page, data={"reason": "Có tên học sinh"}).status_code == 303
    assert minh.post(page, data={"reason": "Lần nữa"}).status_code == 303  # the first reason stays
    work()
    assert (cast.hoa, "work.comment_hidden") in told(db)
    for reader, words in ((thao, None), (minh, "Nhắc tên một học sinh"), (hoa, "Nhắc tên một học sinh")):
        seen = reader.get(f"/api/resources/{lesson}/comments").get_json()["items"][0]
        assert (seen["text"], seen["hidden_reason"]) == (words, "Có tên học sinh")
    assert "Nhắc tên" not in thao.get(f"/hoc-lieu/{lesson}/trao-doi").get_data(as_text=True)
    assert hoa.patch(api, json={"text": "x"}).status_code == 404
    assert thao.post(f"/api/resources/{lesson}/comments", json={"text": "x", "answers": said["id"]}).status_code == 409
    assert minh.post(f"/trao-doi/{said['id']}/hien-lai").status_code == 303
    assert thao.get(f"/api/resources/{lesson}/comments").get_json()["items"][0]["text"] == "Nhắc tên một học sinh"
    with db.session(writing=False) as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == lesson)).all()
    assert {"comment.hidden", "comment.shown"} <= set(acts)


def test_threads_come_in_pages_at_a_fixed_number_of_statements(
    db: Database, cast: Cast, sign_in: SignIn, lesson: str
) -> None:
    with db.transaction() as session:
        of_work = {"resource_id": lesson}
        threads = [
            WorkComment(**of_work, author_id=cast.hoa, purpose="gop-y", text=f"Ý {n}") for n in range(22)
        ]
        session.add_all(threads)
        session.flush()
        for one in threads:
            session.add(WorkComment(**of_work, parent_id=one.id, author_id=cast.thao, text="Vâng"))
        session.execute(update(User).where(User.id == cast.thao).values(is_active=False))
    lan = sign_in("lan")
    with counted_statements(db) as seen:
        first = lan.get(f"/api/resources/{lesson}/comments").get_json()
    assert len(seen) <= 4 and len(first["items"]) == 20 and first["next"] == 2
    assert {each["by"] for one in first["items"] for each in one["answers"]} == {None}  # her account is closed
    assert "?page=2" in lan.get(f"/hoc-lieu/{lesson}/trao-doi").get_data(as_text=True)
