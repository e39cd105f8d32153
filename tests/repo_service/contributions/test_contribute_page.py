"""The contribute page: guesses, drafts that save themselves, everything typed kept, sent once."""

from __future__ import annotations

import io
import re

from sqlalchemy import select

from repo_service.core.identifiers import new_id
from repo_service.resources.models import Resource, ResourceVersion
from tests.cast import Cast
from tests.repo_service.contributions.test_deposit_api import count, upload

FIELDS = {
    "title": "Phân số quanh phiên chợ",
    "type": "khbd",
    "subjects": "toan",
    "grades": ["lop-6"],
    "grades__shown": "1",
}


def text_file(name: str = "Bài soạn.txt"):
    return (io.BytesIO("Bài học về phân số ở chợ phiên.".encode()), name)


def test_the_page_opens_for_teachers_only(cast: Cast, client, sign_in) -> None:
    assert client.get("/dong-gop").status_code == 302
    page = sign_in("lan").get("/dong-gop").get_data(as_text=True)
    assert "Đóng góp học liệu" in page and 'name="csrf_token"' in page
    assert re.search(r'name="draft" value="[0-9a-z]{16}"', page)


def test_a_plain_form_with_a_small_file_is_sent_for_review(db, cast: Cast, sign_in) -> None:
    lan, draft_id = sign_in("lan"), new_id()
    sent = {**FIELDS, "draft": draft_id, "viec": "gui"}
    answer = lan.post("/dong-gop", data={**sent, "file": text_file()})
    assert answer.status_code == 303 and answer.headers["Location"] == f"/hoc-lieu/{draft_id}/da-gui"
    page = lan.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Đã gửi phản biện" in page and "23/11/2026" in page
    again = lan.post("/dong-gop", data={**sent, "file": text_file()})
    assert again.status_code == 303 and count(db, Resource) == 1


def test_what_was_typed_and_sent_stays_when_something_is_missing(db, cast: Cast, sign_in) -> None:
    lan, draft_id = sign_in("lan"), new_id()
    sent = {
        "draft": draft_id,
        "viec": "gui",
        "title": "Chưa đủ <b>",
        "week": "77",
        "grades__shown": "1",
        "grades": ["lop-7"],
    }
    answer = lan.post("/dong-gop", data={**sent, "file": text_file("Phiếu.txt")})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Chưa đủ &lt;b&gt;" in page and 'value="77"' in page and "Tuần là một số từ 1 đến 35" in page
    assert re.search(r'value="lop-7"[^>]* checked', page)
    assert "Phiếu.txt" in page and 'name="kept"' in page  # the file is not asked for again
    with db.session(writing=False) as session:
        assert (
            session.scalar(select(ResourceVersion.state).where(ResourceVersion.resource_id == draft_id))
            == "draft"
        )


def test_missing_fields_are_named(cast: Cast, sign_in) -> None:
    page = sign_in("lan").post("/dong-gop", data={"draft": new_id(), "viec": "gui"})
    assert page.status_code == 422
    for sentence in (
        "Cho bài một cái tên",
        "Chọn loại học liệu",
        "Chọn ít nhất một lớp",
        "Thêm ít nhất một tệp",
    ):
        assert sentence in page.get_data(as_text=True)


def test_the_draft_saves_itself_and_goes_on(db, cast: Cast, sign_in) -> None:
    lan, draft_id = sign_in("lan"), new_id()
    nothing = lan.post("/dong-gop/luu", data={"draft": draft_id})
    assert nothing.status_code == 200 and count(db, Resource) == 0
    first = lan.post("/dong-gop/luu", data={"draft": draft_id, "title": "Đang viết", "week": "99"}).get_data(
        as_text=True
    )
    assert "Bản nháp tự lưu lúc" in first
    revision = re.search(r'name="revision" value="(\d+)"', first)[1]
    reference = upload(lan)
    lan.post(f"/api/uploads/{reference['upload']}/complete", json={"parts": reference["parts"]})
    second = lan.post(
        "/dong-gop/luu",
        data={
            "draft": draft_id,
            "title": "Đang viết tiếp",
            "revision": revision,
            "uploads": reference["upload"],
        },
    )
    assert second.status_code == 200 and count(db, Resource) == 1
    body = lan.get(f"/api/resources/{draft_id}").json
    assert body["title"] == "Đang viết tiếp" and len(body["files"]) == 1
    assert (
        lan.post("/dong-gop/luu", data={"draft": draft_id, "title": "Đè", "revision": revision}).status_code
        == 412
    )
    assert "Đang viết tiếp" in lan.get(f"/hoc-lieu/{draft_id}/sua").get_data(as_text=True)


def test_nobody_saves_into_the_draft_of_another(db, cast: Cast, sign_in) -> None:
    draft_id = new_id()
    assert (
        sign_in("lan").post("/dong-gop/luu", data={"draft": draft_id, "title": "Của Lan"}).status_code == 200
    )
    for person in ("thao", "quang", "minh"):
        assert (
            sign_in(person).post("/dong-gop", data={"draft": draft_id, "title": "Của tôi"}).status_code == 404
        )
        assert sign_in(person).get(f"/hoc-lieu/{draft_id}/sua").status_code == 404
    assert sign_in("lan").get(f"/api/resources/{draft_id}").json["title"] == "Của Lan"


def test_a_file_of_another_work_does_not_come_along(db, cast: Cast, sign_in) -> None:
    lan, lans, quangs = sign_in("lan"), new_id(), new_id()
    lan.post("/dong-gop", data={**FIELDS, "draft": lans, "file": text_file("Bí mật.txt")})
    secret = lan.get(f"/api/resources/{lans}").json["files"][0]["id"]
    quang = sign_in("quang")
    quang.post("/dong-gop", data={**FIELDS, "draft": quangs, "kept": secret})
    assert quang.get(f"/api/resources/{quangs}").json["files"] == []


def test_guesses_fill_what_nobody_typed(cast: Cast, sign_in) -> None:
    lan = sign_in("lan")
    page = lan.post(
        "/dong-gop/doan",
        data={"draft": new_id(), "names": "KHBD-Toan6-Tuan20-KNTT.docx", "grades__shown": "1"},
    ).get_data(as_text=True)
    assert 'value="khbd" selected' in page and 'value="toan" selected' in page
    assert re.search(r'value="lop-6"[^>]* checked', page) and "trong tên tệp" in page
    typed = {
        "draft": new_id(),
        "names": "KHBD-Toan6-Tuan20-KNTT.docx",
        "title": "Tên tôi đặt",
        "type": "chuyen-de",
        "guessed": "{bad",
    }
    page = lan.post("/dong-gop/doan", data=typed).get_data(as_text=True)
    assert "Tên tôi đặt" in page and 'value="chuyen-de" selected' in page


def test_an_identical_file_is_pointed_out_to_those_who_may_see_it(cast: Cast, sign_in) -> None:
    lan, lans = sign_in("lan"), new_id()
    content = b"Cung mot noi dung, tung byte mot."
    lan.post(
        "/dong-gop",
        data={**FIELDS, "title": "Bài đã có", "draft": lans, "file": (io.BytesIO(content), "a.txt")},
    )
    for person, told in (("lan", True), ("quang", False)):
        browser = sign_in(person)
        reference = upload(browser, "b.txt", content)
        browser.post(f"/api/uploads/{reference['upload']}/complete", json={"parts": reference["parts"]})
        page = browser.post(
            "/dong-gop/doan", data={"draft": new_id(), "uploads": reference["upload"]}
        ).get_data(as_text=True)
        assert ("Bài đã có" in page) is told, person


def test_a_form_from_elsewhere_is_refused(app, cast: Cast, client) -> None:
    assert app.config["WTF_CSRF_ENABLED"] is True
    assert client.post("/dong-gop", data={**FIELDS, "draft": new_id()}).status_code == 400
