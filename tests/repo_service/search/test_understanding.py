"""What Kho reads out of a query: semester, week, papers, keys with several readings; they never filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.curriculum.guessing import guess_metadata
from repo_service.curriculum.written_facts import papers_in, times_in
from repo_service.search.understanding import corrected
from tests.cast import Cast
from tests.factories import published


@pytest.mark.parametrize(
    ("text", "terms", "weeks"),
    [
        ("đề cuối kì 1 toán 6", "hk1 cuoi-ki", ""),
        ("HKII", "hk2", ""),
        ("ôn tập học kỳ I", "hk1", ""),
        ("GK2 văn 9", "hk2 giua-ki", ""),
        ("kiem tra giua hoc ki", "giua-ki", ""),
        ("đề cuối năm", "cuoi-nam", ""),
        ("bài tập ôn hè lớp 5", "he", ""),
        ("tuan 12", "", "tuan-12"),
        ("Tuần 12-13, tiết 3", "", "tuan-12 tuan-13"),
        ("thế kỉ I", "", ""),
        ("the ki 2", "", ""),
        ("kĩ năng 1", "", ""),
        ("anh Tuấn 5", "", ""),
        ("hệ phương trình", "", ""),
        ("sgk 1", "", ""),
        ("tuần 40", "", ""),
    ],
)  # fmt: skip
def test_times_of_the_year_are_read(text: str, terms: str, weeks: str) -> None:
    found = times_in(text)
    assert (set(found[0]), found[1]) == (set(terms.split()), weeks.split())


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("5512", "cv-5512"),
        ("KHBD theo cv2345", "cv-2345"),
        ("4069/BGDĐT-GDPT", "cv-4069"),
        ("CV 1001/SGDĐT-GDPT", "cv-1001"),
        ("thong tu 27", "tt-27"),
        ("22/2021/TT-BGDĐT", "tt-22 tt-22-2021"),
        ("QĐ 1234/QĐ-UBND", "qd-1234"),
        ("NĐ 13", "nd-13"),
        ("Nghị định số 13", "nd-13"),
        ("30/2020/NĐ-CP", "nd-30 nd-30-2020"),
        ("toán 5512m, 20.000, 1/2, 20/km", ""),
        ("GDPT 2018", ""),
    ],
)
def test_official_papers_are_read(text: str, papers: str) -> None:
    assert papers_in(text) == papers.split()


@pytest.fixture
def shelf(db: Database, cast: Cast, work: Callable[[], None]) -> dict[str, str]:
    k2 = cast.clusters["K2"]
    with db.transaction():
        made = {
            "week": published(cast.lan, k2, title="Phiếu luyện phân số", week=12, term="hk1"),
            "other week": published(cast.lan, k2, title="Luyện tập phân số tuần 3"),
            "exam": published(cast.lan, k2, title="Đề cuối kì 2 phân số", type="cong-cu-danh-gia"),
            "plan": published(cast.lan, k2, title="Bài dạy phân số", type="khbd", subtype="khbd-5512"),
        }
        ids = {resource.id: name for name, resource in made.items()}
    work()
    return ids


def asked(browser: FlaskClient, **params: Any) -> dict[str, Any]:
    return browser.get("/api/search", query_string=params).get_json()


@pytest.mark.parametrize(
    ("q", "first", "label"),
    [
        ("phân số tuần 12", "week", "Tuần 12"),
        ("phan so tuan 3", "other week", "Tuần 3"),
        ("đề phân số cuối kì", "exam", "Cuối kì"),
        ("phân số HK2", "exam", "Học kì II"),
        ("phân số 5512", "plan", "Công văn 5512"),
    ],
)
def test_what_was_understood_stands_first_and_can_be_dropped(
    shelf: dict[str, str], sign_in: Callable[[str], FlaskClient], q: str, first: str, label: str
) -> None:
    lan = sign_in("lan")
    answer = asked(lan, q=q)
    assert shelf[answer["hits"][0]["id"]] == first
    codes = {part["label"]: part["value"] for part in answer["understood"]}
    assert label in codes
    dropped = asked(lan, q=q, bo=codes[label])
    assert label not in {part["label"] for part in dropped["understood"]}
    assert dropped["total"] == answer["total"]
    page = lan.get("/tim", query_string={"q": q}).get_data(as_text=True)
    assert f"bo={codes[label]}" in page and label in page


def test_a_key_with_several_readings_offers_the_subject_of_the_class(
    shelf: dict[str, str], sign_in: Callable[[str], FlaskClient]
) -> None:
    lan = sign_in("lan")
    for q, subject in [
        ("CN 8", "cong-nghe"),
        ("mt 6", "mi-thuat"),
        ("TH 5", "tin-hoc"),
        ("lớp 6 toán", "toan"),
    ]:
        assert subject in {part["value"] for part in asked(lan, q=q)["understood"]}, q
    for q in ("giao an 6", "học sinh 6", "an toàn 6", "lớp 6 an toàn"):
        assert "subject" not in {part["field"] for part in asked(lan, q=q)["understood"]}, q


@pytest.mark.parametrize(
    ("text", "subject", "grade"),
    [
        ("kế hoạch bài dạy toan 6", "toan", 6),
        ("giáo án toan 7", "toan", 7),
        ("HSG toán 9", "toan", 9),
        ("slide toán 6", "toan", 6),
        ("chân trời sáng tạo toán 6", "toan", 6),
        ("an toan 6", None, None),
    ],
)
def test_a_class_and_its_subject_are_read_with_some_words_marked_and_others_before_them(
    text: str, subject: str | None, grade: int | None
) -> None:
    guess = guess_metadata((), (), (text,))
    assert ([each.value for each in guess.subjects] or [None])[0] == subject
    assert subject is None or [each.value for each in guess.grades] == [grade]


@pytest.mark.parametrize(
    ("typed", "found", "meant"),
    [
        ("khuc sạ ánh sángg", "Khúc xạ ánh sáng", "khuc sạ ánh sáng"),
        ("công văn 5513", "Công văn 5512", None),
        ("HKI toán 6", "hai toàn 6", None),
        ("kỳ hè", "kì hè, kế", None),
    ],
)
def test_only_a_slip_of_a_long_word_is_mended(typed: str, found: str, meant: str | None) -> None:
    assert corrected(typed, [found]) == meant
