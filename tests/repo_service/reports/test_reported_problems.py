"""A reader reports a problem of a work: who hears of it, who may act, what becomes of it, who reads the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.core.permissions import GUEST, listed, may
from repo_service.notifications.models import Notification
from repo_service.reports import guest_limits, jobs
from repo_service.reports.models import ProblemReport
from repo_service.resources import documents, policy, succession
from repo_service.resources.models import Resource
from tests.cast import PEOPLE, Cast
from tests.factories import REFERENCE_MOMENT, draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]
SECRET = {"kind": "du-lieu-ca-nhan", "text": "Trang 3 có tên và điểm của một em <b>lớp 6</b>."}


@pytest.fixture
def lesson(db: Database, cast: Cast) -> str:
    with db.transaction():
        return published(cast.lan, cast.clusters["K2"], visibility="cong-khai", licence="mo").id


@pytest.fixture(autouse=True)
def nobody_reported_yet() -> None:
    guest_limits.forget()


def report(browser: FlaskClient, resource_id: str, **said: str) -> Any:
    answer = browser.post(f"/api/resources/{resource_id}/reports", json={**SECRET, **said})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()


def told(db: Database, cast: Cast) -> set[tuple[str, str]]:
    names = {user_id: name for name, user_id in cast.people.items()}
    with db.session(writing=False) as session:
        kinds = Notification.kind.startswith("report.")
        return {(names[row.user_id], row.kind) for row in session.scalars(select(Notification).where(kinds))}


def test_a_guest_reports_without_an_account_and_reads_the_answer_by_a_link_of_their_own(
    db: Database, cast: Cast, app: Any, sign_in: SignIn, work: Callable[[], None], lesson: str
) -> None:
    guest, minh = app.test_client(), sign_in("minh")
    assert f"/hoc-lieu/{lesson}/bao-van-de" in guest.get(f"/hoc-lieu/{lesson}").get_data(as_text=True)
    sent = guest.post(f"/hoc-lieu/{lesson}/bao-van-de", data=SECRET)
    link = re.findall(r'href="(/bao-van-de/tra-loi/[\w-]+)"', sent.get_data(as_text=True))[0]
    waiting = guest.get(link).get_data(as_text=True)
    assert "Chưa có trả lời. Hẹn 18/11/2026" in waiting and "&lt;b&gt;lớp 6" in waiting and "<b>lớp 6" not in waiting
    work()
    assert told(db, cast) == {("minh", "report.made"), ("tuan", "report.made")}  # urgent: the department too
    queue = minh.get("/bao-van-de").get_data(as_text=True)
    path = re.findall(r"/bao-van-de/\w{16}", queue)[0]
    assert "Lan" not in waiting and minh.post(path, data={"outcome": "da-sua", "answer": ""}).status_code == 422
    assert minh.post(path, data={"outcome": "da-sua", "answer": "Đã thay tệp, cảm ơn."}).status_code == 303
    assert minh.post(path, data={"outcome": "go-bai", "answer": "Lần nữa"}).status_code == 409
    assert "Đã thay tệp, cảm ơn." in guest.get(link).get_data(as_text=True)
    assert guest.get(link[:-1]).status_code == guest.get("/bao-van-de/tra-loi/x").status_code == 404
    assert guest.get(path).status_code == 302  # not signed in: the link alone opens it


def test_machines_and_hurried_fingers_leave_nothing_behind(
    db: Database, app: Any, sign_in: SignIn, lesson: str
) -> None:
    guest, lan = app.test_client(), sign_in("lan")
    trapped = guest.post(f"/hoc-lieu/{lesson}/bao-van-de", data={**SECRET, "website": "http://x"})
    assert trapped.status_code == 200 and "tra-loi/" not in trapped.get_data(as_text=True)
    first, second = (report(lan, lesson) for _twice in range(2))
    assert first["id"] == second["id"]
    with db.session(writing=False) as session:
        assert len(session.scalars(select(ProblemReport)).all()) == 1
    for wrong in ({"kind": "x"}, {"text": " "}, {"text": "x" * 2001}):
        answer = lan.post(f"/hoc-lieu/{lesson}/bao-van-de", data={**SECRET, **wrong})
        assert answer.status_code == 422 and 'role="alert"' in answer.get_data(as_text=True), wrong
    for place in range(10):
        report(guest, lesson, text=f"Lần {place}")
    assert guest.post(f"/api/resources/{lesson}/reports", json=SECRET).status_code == 422
    assert guest.post(f"/hoc-lieu/{lesson}/bao-van-de", data=SECRET).status_code == 422


def test_only_who_looks_after_the_work_acts_and_the_reporter_reads_the_answer(
    db: Database, cast: Cast, sign_in: SignIn, work: Callable[[], None], lesson: str
) -> None:
    thao, lan = sign_in("thao"), sign_in("lan")
    made = report(thao, lesson, kind="noi-dung-sai")
    page, api = f"/bao-van-de/{made['id']}", f"/api/reports/{made['id']}"
    work()
    assert told(db, cast) == {("minh", "report.made")}
    for other in (lan, sign_in("hoa"), sign_in("nga"), sign_in("quang"), sign_in("hanh")):
        assert other.get(page).status_code == other.get(api).status_code == 404
        assert other.post(page, data={"outcome": "go-bai", "answer": "x"}).status_code == 404
        assert other.post(f"{api}/answer", json={"outcome": "go-bai", "answer": "x"}).status_code == 404
        assert other.post(f"{page}/tam-an").status_code == other.post(f"{page}/hien-lai").status_code == 404
        assert other.get("/api/reports").get_json()["items"] == []
    assert thao.get(page).status_code == 200  # her own
    assert thao.post(page, data={"outcome": "giu-nguyen", "answer": "x"}).status_code == 404
    assert lan.get("/bao-van-de").status_code == 404
    minh = sign_in("minh")
    assert minh.post(f"{page}/tam-an").status_code == 409  # not urgent
    done = minh.post(f"{api}/answer", json={"outcome": "giu-nguyen", "answer": "Sách viết như vậy."})
    assert done.status_code == 200 and done.get_json()["outcome"] == "giu-nguyen"
    work()
    assert ("thao", "report.answered") in told(db, cast)
    assert "Sách viết như vậy." in thao.get(page).get_data(as_text=True)


def test_a_work_out_of_sight_is_missing_for_everybody_but_its_authors_and_who_looks_after_it(
    db: Database, cast: Cast, app: Any, sign_in: SignIn, lesson: str
) -> None:
    guest, thao, minh, lan = app.test_client(), sign_in("thao"), sign_in("minh"), sign_in("lan")
    made = report(guest, lesson)
    with db.session(writing=False) as session:
        path = f"/bao-van-de/{made['id']}"
        file = session.get_one(Resource, lesson)
    files = lan.get(f"/api/resources/{lesson}").get_json()["files"]
    assert minh.post(f"{path}/tam-an").status_code == minh.post(f"{path}/tam-an").status_code == 303
    for reader in (guest, thao, sign_in("nga"), sign_in("hoa")):
        assert reader.get(f"/hoc-lieu/{lesson}").status_code == 404
        assert reader.get(files[0]["url"]).status_code == 404
        assert reader.post(f"/api/resources/{lesson}/reports", json=SECRET).status_code == 404
    for reader in (lan, minh, sign_in("tuan")):
        page = reader.get(f"/hoc-lieu/{lesson}")
        assert page.status_code == 200 and "tạm ẩn" in page.get_data(as_text=True)
    with db.session(writing=False):
        assert type(documents.changes([lesson])[0]).__name__ == "Delete"
        assert lesson not in documents.findable_revisions()
    second = report(lan, lesson, text="Tôi cũng thấy vậy.")
    assert minh.post(path, data={"outcome": "da-sua", "answer": "Đã sửa."}).status_code == 303
    assert thao.get(f"/hoc-lieu/{lesson}").status_code == 404  # the other report still waits
    assert minh.post(f"/bao-van-de/{second['id']}", data={"outcome": "da-sua", "answer": "Đã sửa."}).status_code == 303
    assert thao.get(f"/hoc-lieu/{lesson}").status_code == 200
    with db.session(writing=False) as session:
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == file.id)).all()
        assert {"report.made", "resource.hidden", "resource.shown_again", "report.answered"} <= set(acts)
        assert type(documents.changes([lesson])[0]).__name__ == "Upsert"


def test_taking_down_leaves_the_tombstone_with_the_answer_as_its_reason(
    db: Database, cast: Cast, sign_in: SignIn, lesson: str
) -> None:
    made = report(sign_in("thao"), lesson, kind="ban-quyen")
    tuan = sign_in("tuan")
    answer = {"outcome": "go-bai", "answer": "Tác giả cuốn sách chưa cho phép."}
    assert tuan.post(f"/bao-van-de/{made['id']}", data=answer).status_code == 303
    gone = sign_in("quang").get(f"/hoc-lieu/{lesson}")
    assert gone.status_code == 410 and "Tác giả cuốn sách chưa cho phép." in gone.get_data(as_text=True)
    assert "Gỡ bài" in sign_in("thao").get(f"/bao-van-de/{made['id']}").get_data(as_text=True)


def test_what_cannot_be_read_cannot_be_reported(db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction():
        near, coming = published(cast.lan, k2, visibility="cum"), draft(cast.lan, k2)[0]
        gone = published(cast.lan, k2)
        succession.withdraw(viewer_of(cast.tuan), gone, "Sai")
    for work in (near.id, coming.id, gone.id, "0" * 16):
        for browser in (client, sign_in("quang")):
            assert browser.get(f"/hoc-lieu/{work}/bao-van-de").status_code == 404
            assert browser.post(f"/hoc-lieu/{work}/bao-van-de", data=SECRET).status_code == 404
            assert browser.post(f"/api/resources/{work}/reports", json=SECRET).status_code == 404


def test_a_report_whose_day_passed_reminds_once(db: Database, cast: Cast, sign_in: SignIn, lesson: str) -> None:
    report(sign_in("thao"), lesson, kind="khac")
    with db.transaction() as session:
        session.execute(update(ProblemReport).values(due_on=REFERENCE_MOMENT.date().replace(day=1)))
    jobs.remind_overdue(db)
    jobs.remind_overdue(db)
    assert told(db, cast) == {("minh", "report.overdue"), ("tuan", "report.overdue")}
    assert "đã quá ngày" in sign_in("minh").get("/bao-van-de").get_data(as_text=True)


def test_hidden_works_are_told_apart_alike_by_the_check_and_by_the_list(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        works = [
            published(cast.lan, cast.clusters["K2"], visibility=reach) for reach in ("cum", "tinh", "rieng")
        ]
        for each in works:
            each.hidden_at = REFERENCE_MOMENT
        session.flush()
        for viewer in (GUEST, *(viewer_of(cast.people[name]) for name in PEOPLE)):
            listed_ids = set(session.scalars(select(Resource.id).where(listed(viewer, policy.READ.action))))
            assert listed_ids == {each.id for each in works if may(viewer, policy.READ.action, each)}
