"""A file that tells private facts is pointed out with its places; its author answers before reviewers read it (R50)."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.core.identifiers import new_id
from repo_service.resources import service as resources
from repo_service.resources.queries import find_version
from tests.cast import Cast
from tests.factories import published, stored_file, viewer_of
from tests.repo_service.contributions.test_near_copies import uploaded

ROSTER = """Kế hoạch phụ đạo
DANH SÁCH HỌC SINH LỚP 6A
1 Nguyễn Minh Khuê 12/03/2014 8,5
2 Trần Gia Phúc 01/04/2014 9
3 Lò Thị Pánh 5/6/2014 7
"""
CLEAN = "Phân số bằng nhau: quy đồng mẫu số rồi so sánh hai tử số.\n" * 20
TOLD = "Tệp có thông tin riêng của người khác"
FIELDS = {"title": "Phụ đạo phân số", "type": "khbd", "subjects": "toan", "grades": "lop-6"}


def send(browser: FlaskClient, draft: str, uploads: str, **more: str) -> tuple[int, str]:
    answer = browser.post(
        "/dong-gop", data={**FIELDS, "draft": draft, "uploads": uploads, "viec": "gui", **more}
    )
    return answer.status_code, answer.text


def test_the_form_says_what_it_found_and_where(
    cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    lan = sign_in("lan")
    for text, told in ((ROSTER, True), (CLEAN, False)):
        page = lan.post("/dong-gop/doan", data={"draft": new_id(), "uploads": uploaded(lan, text, work)}).text
        assert (TOLD in page) is told
        assert ("Dòng 3–5" in page and "Nguyễn Minh Khuê 12/03/2014" in page) is told


def test_it_is_not_sent_before_the_author_answered_and_the_reviewer_reads_the_answer(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    lan, draft = sign_in("lan"), new_id()
    uploads = uploaded(lan, ROSTER, work)
    status, page = send(lan, draft, uploads)
    assert status == 422 and "thầy cô chọn một cách xử lí" in page and TOLD in page
    kept = page.split('name="kept" value="')[1].split('"')[0]
    assert TOLD in lan.get(f"/hoc-lieu/{draft}/sua").text, "the draft stays, and says it again"
    status, page = send(lan, draft, "", kept=kept, personal_data="khong-that")
    assert status == 303, page
    work()
    hoa = sign_in("hoa")
    waiting = hoa.get("/api/reviews").get_json()["items"]
    (round_id,) = [item["id"] for item in waiting if item["resource"] == draft]
    desk = hoa.get(f"/phan-bien/{round_id}").text
    assert TOLD in desk and "Tên và số liệu đặt ra, không phải người thật" in desk


def test_one_button_saves_the_draft_and_leads_to_the_masking_of_that_file(
    cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    lan, draft = sign_in("lan"), new_id()
    uploads = uploaded(lan, ROSTER, work)
    offered = lan.post("/dong-gop/doan", data={"draft": draft, "uploads": uploads}).text
    wanted = offered.split('name="viec" value="')[1].split('"')[0]
    sent = lan.post("/dong-gop", data={**FIELDS, "draft": draft, "uploads": uploads, "viec": wanted})
    assert sent.headers["Location"].endswith(f"/hoc-lieu/{draft}/che/{wanted.removeprefix('che:')}")
    assert lan.get(sent.headers["Location"]).status_code == 200
    other = lan.post("/dong-gop", data={**FIELDS, "draft": draft, "viec": "che:../../admin"})
    assert other.headers["Location"].endswith("/sua")


def test_a_clean_file_is_asked_nothing(
    cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    lan = sign_in("lan")
    assert send(lan, new_id(), uploaded(lan, CLEAN, work))[0] == 303


def test_nobody_reads_the_places_in_another_persons_draft(
    cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    lan, draft = sign_in("lan"), new_id()
    _status, page = send(lan, draft, uploaded(lan, ROSTER, work))
    kept = page.split('name="kept" value="')[1].split('"')[0]
    asked = sign_in("quang").post("/dong-gop/doan", data={"draft": draft, "kept": kept})
    assert TOLD not in asked.text and "Khuê" not in asked.text


def test_the_answer_is_shown_to_who_works_on_it_only(
    cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    lan, draft = sign_in("lan"), new_id()
    assert send(lan, draft, uploaded(lan, ROSTER, work), personal_data="dong-y")[0] == 303
    body = lan.get(f"/api/resources/{draft}").get_json()
    assert body["personal_data"] == "dong-y"


def test_the_answer_about_personal_data_does_not_go_over_to_other_files(db: Database, cast: Cast) -> None:
    with db.transaction():
        lan = viewer_of(cast.lan)
        work = published(cast.lan, cast.clusters["K2"], personal_data="khong-that")
        base = find_version(work, work.current_version_id)
        same = resources.start_version(lan, work, base, "Sửa lời")
        assert same.personal_data == "khong-that"
    with db.transaction():
        other = published(cast.lan, cast.clusters["K2"], personal_data="khong-that")
        base = find_version(other, other.current_version_id)
        changed = resources.start_version(lan, other, base, "Tệp khác", [stored_file(cast.lan)])
        assert changed.personal_data is None
