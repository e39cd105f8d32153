"""What is looked for before and after a work is sent: private facts read late, national papers, AI's part, scans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.core.identifiers import new_id
from repo_service.files.models import StoredFile
from repo_service.notifications.models import Notification
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_version
from tests.cast import Cast
from tests.repo_service.contributions.test_near_copies import uploaded
from tests.repo_service.contributions.test_personal_data import CLEAN, FIELDS, ROSTER, send

SignIn = Callable[[str], FlaskClient]
PAPER = "BỘ GIÁO DỤC VÀ ĐÀO TẠO\nKỲ THI TỐT NGHIỆP THPT NĂM 2027\nĐỀ THI CHÍNH THỨC\nBài thi: TOÁN\nCâu 1. Tính.\n"
WORK = {"title": "Phụ đạo phân số", "type": "khbd", "subjects": ["toan"], "grades": ["lop-6"]}


def told(db: Database, cast: Cast) -> set[tuple[str, str]]:
    names = {user_id: name for name, user_id in cast.people.items()}
    with db.session(writing=False) as session:
        return {(names[row.user_id], row.kind) for row in session.scalars(select(Notification))}


def state_of(db: Database, resource_id: str) -> tuple[str, str | None]:
    with db.session(writing=False) as session:
        resource = session.get_one(Resource, resource_id)
        version = find_version(resource, resource.working_version_id)
        return version.state, version.personal_data


def deposit(browser: FlaskClient, upload: str, **more: Any) -> Any:
    return browser.post("/api/resources", json={**WORK, "files": [{"upload": upload}], **more})


def test_a_deposit_that_submits_before_its_file_was_read_comes_back_to_its_author(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    lan, late = sign_in("lan"), lambda: None
    sent = deposit(lan, uploaded(lan, ROSTER, late), submit=True).get_json()
    clean = deposit(lan, uploaded(lan, CLEAN, late), submit=True, title="Sạch").get_json()
    answered = deposit(lan, uploaded(lan, ROSTER, late), submit=True, personal_data="khong-that", title="Đã trả lời")
    assert sent["state"] == clean["state"] == answered.get_json()["state"] == "in_review"
    work()
    assert state_of(db, sent["id"]) == ("draft", None)
    assert state_of(db, clean["id"]) == ("in_review", None)
    assert state_of(db, answered.get_json()["id"]) == ("in_review", "khong-that")
    assert ("lan", "work.untold") in told(db, cast)
    refused = lan.post(f"/api/resources/{sent['id']}/submit", json={})
    assert refused.status_code == 422 and "personal_data" in refused.get_json()["errors"]
    work()
    assert state_of(db, sent["id"])[0] == "draft"


def test_a_file_added_after_the_answer_is_not_covered_by_it(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    lan, draft = sign_in("lan"), new_id()
    fields = {**FIELDS, "draft": draft, "personal_data": "khong-that"}
    lan.post("/dong-gop", data={**fields, "uploads": uploaded(lan, CLEAN, work), "viec": "nhap"})
    kept = [file["id"] for file in lan.get(f"/api/resources/{draft}").get_json()["files"]]
    lan.post("/dong-gop", data={**fields, "kept": kept, "uploads": uploaded(lan, CLEAN + "Bài hai.", work)})
    assert state_of(db, draft)[1] == "khong-that"  # nobody is named in the new file
    kept = [file["id"] for file in lan.get(f"/api/resources/{draft}").get_json()["files"]]
    lan.post("/dong-gop", data={**fields, "kept": kept, "uploads": uploaded(lan, ROSTER, work)})
    assert state_of(db, draft)[1] is None
    kept = [file["id"] for file in lan.get(f"/api/resources/{draft}").get_json()["files"]]
    lan.post("/dong-gop", data={**fields, "kept": kept})
    assert state_of(db, draft)[1] == "khong-that"  # answered again, all files seen


def test_a_national_paper_is_held_back_and_the_department_told(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    lan, draft = sign_in("lan"), new_id()
    upload = uploaded(lan, PAPER, work)
    status, page = send(lan, draft, upload)
    assert status == 422 and "Nếu Kho nhầm, Sở cho tệp đi tiếp" in page and "Sở đang xem" in page
    assert {("tuan", "file.secret"), ("lan", "file.secret")} <= told(db, cast)
    file = lan.get(f"/api/resources/{draft}").get_json()["files"][0]
    assert (file["state"], file["reason"]) == ("quarantined", "secret_paper")
    assert lan.get(file["url"]).status_code == 404
    assert "bí mật nhà nước" in lan.get(f"/hoc-lieu/{draft}").get_data(as_text=True)
    with db.session(writing=False) as session:
        assert session.get_one(StoredFile, file["id"]).text_state == "none"


def test_the_department_lets_a_file_go_that_is_no_national_paper_and_it_is_not_held_again(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    lan, tuan, draft = sign_in("lan"), sign_in("tuan"), new_id()
    send(lan, draft, uploaded(lan, PAPER, work))
    file = lan.get(f"/api/resources/{draft}").get_json()["files"][0]
    assert "giống đề thi quốc gia" in tuan.get("/viec-cua-toi").get_data(as_text=True)
    one = f"/so/tep-giu-lai/{file['id']}"
    assert one in tuan.get("/so/tep-giu-lai").get_data(as_text=True)
    assert "KỲ THI TỐT NGHIỆP THPT NĂM 2027" in tuan.get(one).get_data(as_text=True)
    assert tuan.post(one, data={"note": "  "}).status_code == 422
    assert sign_in("minh").post(one, data={"note": "Đề của trường"}).status_code == 404
    assert tuan.post(one, data={"note": "Đề của trường, mượn mẫu tiêu đề"}).status_code == 303
    assert tuan.post(one, data={"note": "Lần nữa"}).status_code == 409
    work()
    read = lan.get(f"/api/resources/{draft}").get_json()["files"][0]
    assert read["state"] == "ready" and lan.get(file["url"]).status_code == 200
    assert "Đề của trường, mượn mẫu tiêu đề" in lan.get("/thong-bao").get_data(as_text=True)
    assert lan.post(f"/api/resources/{draft}/submit", json={}).status_code == 200
    assert one not in tuan.get("/so/tep-giu-lai").get_data(as_text=True)
    assert one in tuan.get("/so/tep-giu-lai?xong").get_data(as_text=True)
    with db.session(writing=False) as session:
        assert session.get_one(StoredFile, file["id"]).text_state == "ready"
        acts = select(AuditEntry.action).where(AuditEntry.object_id == file["id"], AuditEntry.actor_id == cast.tuan)
        assert session.scalars(acts).all() == ["file.released"]


@pytest.mark.parametrize(
    ("title", "refused"),
    [
        ("Đề thi chính thức kì thi tốt nghiệp THPT 2027 môn Toán", True),
        ("Đáp án đề thi học sinh giỏi quốc gia chưa công bố", True),
        ("Ôn tập theo đề thi chính thức tốt nghiệp THPT 2025", False),
        ("Đề thi thử tốt nghiệp THPT 2027", False),
    ],
)
def test_a_title_of_a_national_paper_is_refused_with_a_word_and_a_lesson_about_past_ones_passes(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn, title: str, refused: bool
) -> None:
    lan, draft = sign_in("lan"), new_id()
    status, page = send(lan, draft, uploaded(lan, CLEAN, work), title=title)
    work()
    assert status == (422 if refused else 303)
    assert ("bí mật nhà nước nên Kho không nhận" in page) == refused
    assert (("tuan", "work.secret") in told(db, cast)) == refused


def test_the_upload_page_says_what_is_forbidden(sign_in: SignIn) -> None:
    page = sign_in("lan").get("/dong-gop").get_data(as_text=True)
    assert "Không đưa lên Kho" in page and "bí mật nhà nước" in page


def test_most_by_ai_needs_the_tool_and_who_checked_it_and_both_are_shown(
    db: Database, work: Callable[[], None], sign_in: SignIn
) -> None:
    lan = sign_in("lan")
    made = deposit(lan, uploaded(lan, CLEAN, work), ai_use="phan-lon").get_json()
    refused = lan.post(f"/api/resources/{made['id']}/submit", json={})
    assert refused.status_code == 422 and {"ai_tool", "ai_checked_by"} == set(refused.get_json()["errors"])
    match = {"If-Match": lan.get(f"/api/resources/{made['id']}").headers["ETag"]}
    said = {"ai_tool": "Trợ lí soạn thảo", "ai_checked_by": "Phạm Thị Hoa"}
    lan.patch(f"/api/resources/{made['id']}", json=said, headers=match)
    assert lan.post(f"/api/resources/{made['id']}/submit", json={}).status_code == 200
    page = lan.get(f"/hoc-lieu/{made['id']}").get_data(as_text=True)
    assert "Trợ lí soạn thảo" in page and "Phạm Thị Hoa" in page
    minh = sign_in("minh")
    desk = minh.get("/phan-bien").get_data(as_text=True)
    round_id = desk.split("/phan-bien/")[1][:16]
    assert "đã kiểm chứng bởi Phạm Thị Hoa" in minh.get(f"/phan-bien/{round_id}").get_data(as_text=True)


def test_a_scanned_textbook_is_refused_with_a_kind_word(work: Callable[[], None], sign_in: SignIn) -> None:
    lan = sign_in("lan")
    answer = deposit(lan, uploaded(lan, CLEAN, work), rights="quet-sgk", submit=True)
    assert answer.status_code == 422 and "phần tự làm vẫn gửi được" in answer.get_json()["errors"]["rights"][0]
