"""Asking the colleagues of a cluster, and being helped: who sees what, who is told, what ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from repo_service.colleague_requests import policy
from repo_service.colleague_requests.models import ColleagueRequest
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.permissions import GUEST, listed, may
from repo_service.notifications.models import Notification
from repo_service.organizations.models import Membership
from tests.cast import PEOPLE, Cast
from tests.factories import REFERENCE_MOMENT, draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]
NEED = "Tôi cần bài về tụ điện lớp 11, ai có cho tôi xin."


def ask(browser: FlaskClient, cluster: str, text: str = NEED, **more: str) -> dict[str, Any]:
    answer = browser.post("/api/colleague-requests", json={"text": text, "cluster": cluster, **more})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()


def told(db: Database, cast: Cast, kind: str) -> dict[str, int]:
    """How many notices of a kind each person has."""
    names = {user_id: name for name, user_id in cast.people.items()}
    with db.session(writing=False) as session:
        rows = session.scalars(select(Notification.user_id).where(Notification.kind == kind)).all()
    return {names[row]: rows.count(row) for row in rows}


def test_the_form_is_written_from_what_was_searched_for(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    page = lan.get("/nho-dong-nghiep?q=tụ+điện&subject=toan&grade=lop-6").get_data(as_text=True)
    text = re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)[0]
    assert "“tụ điện” (Toán, Lớp 6)" in text
    offered = re.findall(r'<option value="(\w{16})"', page)
    assert offered[0] == cast.clusters["K2"]  # her own one first
    plain = lan.get("/nho-dong-nghiep?subject=gì&grade=gì&q=" + "x" * 5000)
    assert plain.status_code == 200 and "gì" not in plain.get_data(as_text=True).split("<textarea")[1]
    sent = {"text": text, "cluster": offered[0], "subject": "toan", "grade": "lop-6"}
    answer = lan.post("/nho-dong-nghiep", data=sent)
    assert answer.status_code == 303
    request_page = lan.get(answer.headers["Location"]).get_data(as_text=True)
    assert "tụ điện" in request_page and "khép lời nhờ" in request_page and "Gửi bài này" not in request_page


def test_other_clusters_that_teach_the_class_are_offered_and_others_are_not(
    sign_in: SignIn, cast: Cast
) -> None:
    def offered(browser: FlaskClient, **known: str) -> list[str]:
        page = browser.get("/nho-dong-nghiep", query_string=known).get_data(as_text=True)
        return re.findall(r'<option value="(\w{16})"', page)

    k1, k2 = cast.clusters["K1"], cast.clusters["K2"]
    lan = sign_in("lan")
    assert offered(lan, grade="lop-4") == [k2, k1]
    assert offered(lan, grade="lop-11", subject="ngu-van") == [k2]
    assert offered(lan) == [k2, k1]
    assert offered(sign_in("tuan"), grade="lop-4") == [k1]
    assert offered(lan, grade="lop-11", cluster=k1) == [k2, k1]  # she came from its page


def test_those_who_teach_the_subject_are_told_else_the_leads(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction() as session:
        for name, subjects in (
            ("lan", ["toan"]),
            ("hoa", ["toan", "tin-hoc"]),
            ("quang", ["toan"]),
            ("thao", ["ngu-van"]),
        ):
            theirs = Membership.user_id == cast.people[name], Membership.role == "giao-vien"
            session.execute(update(Membership).where(*theirs).values(subjects=subjects))
    lan = sign_in("lan")
    asked = ask(lan, k2, subject="toan", grade="lop-6")
    work()
    assert told(db, cast, "request.asked") == {
        "hoa": 1
    }  # not the asker, not another cluster, not another subject
    ask(lan, k2, "Ai có đề Ngữ văn thi học sinh giỏi?", subject="am-nhac")
    work()
    assert told(db, cast, "request.asked") == {"hoa": 1, "minh": 1}
    hoa = sign_in("hoa")
    inbox = hoa.get("/thong-bao").get_data(as_text=True)
    assert "Cô Lan nhờ đồng nghiệp trong cụm: “Tôi cần bài về tụ điện" in inbox
    assert asked["text"] in hoa.get(f"/cum/{k2}").get_data(as_text=True)
    assert asked["text"] in hoa.get("/loi-nho").get_data(as_text=True)


def test_a_colleague_answers_with_a_work_and_the_asker_is_told_once(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction():
        resource = published(cast.hoa, k2, title="Tụ điện quanh ta")
        other = published(cast.minh, k2, title="Mạch điện")
    lan, hoa = sign_in("lan"), sign_in("hoa")
    path = f"/loi-nho/{ask(lan, k2, subject='toan')['id']}"
    assert resource.id in hoa.get(path).get_data(as_text=True)  # her own work, one tap
    for sent in (resource.id, f"https://kho.example/hoc-lieu/{other.id}?x=1", resource.id):
        assert hoa.post(f"{path}/gui-bai", data={"work": sent}).status_code == 303
    work()
    work()
    assert told(db, cast, "request.answered") == {"lan": 2}
    page = lan.get(path).get_data(as_text=True)
    assert "Tụ điện quanh ta" in page and "Mạch điện" in page and "cô Hoa gửi" in page
    answers = lan.get(f"/api/colleague-requests{path.removeprefix('/loi-nho')}").get_json()["answers"]
    assert [(one["resource"], one["by"]) for one in answers] == [
        (resource.id, "Phạm Thị Hoa"), (other.id, "Phạm Thị Hoa")
    ]  # fmt: skip
    assert "Cô Hoa gửi một bài cho lời nhờ của thầy cô" in lan.get("/thong-bao").get_data(as_text=True)


def test_a_work_the_asker_may_not_read_is_refused_and_never_named_to_them(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    k1, k2 = cast.clusters["K1"], cast.clusters["K2"]
    with db.transaction():
        of_cluster = published(cast.nga, k1, title="Chỉ cụm ven sông", visibility="cum")
        unfinished = draft(cast.nga, k1, title="Bản nháp của Nga")[0]
        of_other = published(cast.minh, k2, title="Riêng cụm đồng bằng", visibility="cum")
    lan, nga = sign_in("lan"), sign_in("nga")
    path = f"/api/colleague-requests/{ask(lan, k1)['id']}/answers"
    for work in (of_cluster.id, unfinished.id, of_other.id, "0" * 16, "không phải đường dẫn", ""):
        refused = nga.post(path, json={"work": work})
        assert refused.status_code == 422 and refused.get_json()["errors"]["work"], work
        assert "đồng bằng" not in refused.get_data(as_text=True)
    page = nga.post(
        path.replace("/api/colleague-requests", "/loi-nho").replace("answers", "gui-bai"), data={"work": "x"}
    )
    assert page.status_code == 422 and 'role="alert"' in page.get_data(as_text=True)
    assert nga.get(path.removesuffix("/answers")).get_json()["answers"] == []


def test_a_work_that_was_narrowed_after_it_was_sent_is_shown_to_nobody_outside(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    from repo_service.resources.models import Resource

    with db.transaction():
        resource = published(cast.nga, cast.clusters["K1"], title="Lúc đầu cho cả tỉnh")
    lan, nga = sign_in("lan"), sign_in("nga")
    asked = ask(lan, cast.clusters["K1"])["id"]
    assert nga.post(f"/api/colleague-requests/{asked}/answers", json={"work": resource.id}).status_code == 201
    with db.transaction() as session:
        session.get_one(Resource, resource.id).visibility = "cum"
    assert "Lúc đầu" not in lan.get(f"/loi-nho/{asked}").get_data(as_text=True)
    assert lan.get(f"/api/colleague-requests/{asked}").get_json()["answers"] == []
    assert "Lúc đầu" in nga.get(f"/loi-nho/{asked}").get_data(as_text=True)


@pytest.mark.parametrize("name", [*PEOPLE, None])
def test_only_the_asker_the_cluster_and_the_department_see_a_request(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient, name: str | None
) -> None:
    asked = ask(sign_in("thao"), cast.clusters["K1"])["id"]  # of K2, asks K1
    seeing = {"thao", "quang", "nga", "tuan", "quantri"}
    browser = sign_in(name) if name else client
    answer = browser.get(f"/api/colleague-requests/{asked}")
    assert answer.status_code == (401 if name is None else 200 if name in seeing else 404)
    page = browser.get(f"/cum/{cast.clusters['K1']}").get_data(as_text=True)
    assert ("tụ điện" in page) == (name in seeing)
    for path in (f"/loi-nho/{asked}/gui-bai", f"/loi-nho/{asked}/khep"):
        browser.application.config["WTF_CSRF_ENABLED"] = False
        if name not in seeing:
            assert browser.post(path, data={"work": "x"}).status_code in (302, 401, 404)
    with db.transaction() as session:
        request = session.get_one(ColleagueRequest, asked)
        viewer = viewer_of(cast.people[name]) if name else GUEST
        shown = session.scalars(select(ColleagueRequest).where(listed(viewer, policy.SEE.action))).all()
        assert bool(shown) == may(viewer, policy.SEE.action, request) == (name in seeing)


def test_the_asker_and_the_leads_close_it_and_nobody_else(db: Database, cast: Cast, sign_in: SignIn) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction():
        work = published(cast.hoa, k2, title="Tụ điện")
    lan, hoa, minh = sign_in("lan"), sign_in("hoa"), sign_in("minh")
    first, second = ask(lan, k2)["id"], ask(lan, k2, "Một lời nhờ khác hẳn")["id"]
    assert hoa.post(f"/loi-nho/{first}/khep").status_code == 404
    assert hoa.get(f"/api/colleague-requests/{first}").get_json()["is_open"]
    assert lan.post(f"/loi-nho/{first}/khep").status_code == 303
    assert minh.post(f"/api/colleague-requests/{second}/close").get_json()["is_open"] is False
    assert lan.post(f"/api/colleague-requests/{first}/close").status_code == 200
    refused = hoa.post(f"/api/colleague-requests/{first}/answers", json={"work": work.id})
    assert refused.status_code == 409
    assert hoa.post(f"/loi-nho/{first}/gui-bai", data={"work": work.id}).status_code == 409
    lists = lan.get("/api/colleague-requests").get_json()
    assert [row["is_open"] for row in lists["own"]] == [False, False]
    assert hoa.get("/api/colleague-requests").get_json()["of_colleagues"] == []
    assert "Đồng nghiệp đang nhờ" not in hoa.get(f"/cum/{k2}").get_data(as_text=True)


def test_nobody_asks_too_often_and_a_second_tap_asks_once(sign_in: SignIn, cast: Cast) -> None:
    lan, k2 = sign_in("lan"), cast.clusters["K2"]
    assert ask(lan, k2)["id"] == ask(lan, k2, f"  {NEED} ")["id"]
    for number in range(4):
        ask(lan, k2, f"Lời nhờ số {number}")
    refused = lan.post("/api/colleague-requests", json={"text": "Thêm một lời nhờ", "cluster": k2})
    assert refused.status_code == 422 and "text" in refused.get_json()["errors"]
    assert lan.post("/nho-dong-nghiep", data={"text": "Thêm một lời", "cluster": k2}).status_code == 422
    ask(sign_in("thao"), k2, "Của người khác")


def test_requests_of_long_ago_leave_the_lists_but_stay_readable(sign_in: SignIn, cast: Cast) -> None:
    lan, hoa = sign_in("lan"), sign_in("hoa")
    with clock.pinned(REFERENCE_MOMENT - timedelta(days=91)):
        asked = ask(lan, cast.clusters["K2"])["id"]
    assert hoa.get("/api/colleague-requests").get_json()["of_colleagues"] == []
    assert hoa.get(f"/api/colleague-requests/{asked}").get_json()["is_open"] is False


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "text"),
        ({"text": "ơi"}, "text"),
        ({"text": "dài " * 100}, "text"),
        ({"text": NEED, "cluster": "x"}, "cluster"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    sign_in: SignIn, cast: Cast, sent: dict[str, str], field: str
) -> None:
    lan = sign_in("lan")
    whole = {"cluster": cast.clusters["K2"], **sent}
    assert field in lan.post("/api/colleague-requests", json=whole).get_json()["errors"]
    page = lan.post("/nho-dong-nghiep", data=whole)
    assert page.status_code == 422 and f'id="{field}-loi"' in page.get_data(as_text=True)


def test_guests_are_asked_to_sign_in_first(client: FlaskClient) -> None:
    assert client.get("/nho-dong-nghiep?q=x").status_code == 302
    assert client.get("/loi-nho").status_code == 302
    assert client.post("/api/colleague-requests", json={}).status_code == 401


def test_contributing_from_a_request_has_subject_and_class_filled_in(sign_in: SignIn, cast: Cast) -> None:
    asked = ask(sign_in("lan"), cast.clusters["K2"], subject="toan", grade="lop-6")["id"]
    page = sign_in("hoa").get(f"/loi-nho/{asked}").get_data(as_text=True)
    assert "/dong-gop?subject=toan&amp;grade=lop-6" in page
    form = sign_in("hoa").get("/dong-gop?subject=toan&grade=lop-6").get_data(as_text=True)
    assert re.search(r'value="toan" selected', form) and re.search(r'value="lop-6"[^>]*checked', form)
    assert sign_in("hoa").get("/dong-gop?subject=gì&grade=<b>").status_code == 200
