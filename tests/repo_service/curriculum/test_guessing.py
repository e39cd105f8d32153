"""What is guessed from file names and texts, and above all what is not."""

from __future__ import annotations

import unicodedata

import pytest

from repo_service.curriculum.guessing import Guess, Source, guess_metadata


def _short(guess: Guess) -> tuple[str | None, tuple[int, ...], tuple[str, ...]]:
    kind = guess.type.value if guess.type else None
    return kind, tuple(g.value for g in guess.grades), tuple(s.value for s in guess.subjects)


NAMES = [
    ("KHBD-NV9-Tuan5-KNTT.docx", "khbd", (9,), ("ngu-van",)),
    ("GA Toan 6 phan so.doc", "khbd", (6,), ("toan",)),
    ("de-cuoi-ki-1-tieng-anh-lop-7.docx", "cong-cu-danh-gia", (7,), ("tieng-anh",)),
    ("Bài 5. Ánh sáng KHTN8 CTST.pptx", "bai-giang-so", (8,), ("khoa-hoc-tu-nhien",)),
    ("Giáo án Vật lý 10.docx", "khbd", (10,), ("vat-li",)),
    ("Giáo án Vật lí 10.docx", "khbd", (10,), ("vat-li",)),
    ("giao_an_hoa_hoc_11.docx", "khbd", (11,), ("hoa-hoc",)),
    ("Giáo án Hóa 11.docx", "khbd", (11,), ("hoa-hoc",)),
    ("HDTN 4.docx", None, (4,), ("hoat-dong-trai-nghiem",)),
    ("HĐTN 8.docx", None, (8,), ("hoat-dong-trai-nghiem-huong-nghiep",)),
    ("HĐTN.docx", None, (), ()),
    ("TH 8.docx", None, (), ()),
    ("CD lớp 6.docx", None, (6,), ()),
    ("MT 7.docx", None, (), ()),
    ("An toan giao thong lop 6.docx", None, (6,), ()),
    ("an-toan-lop-6.docx", None, (6,), ()),
    ("hoc-sinh-lop-6.docx", None, (6,), ()),
    ("Danh sách học sinh lớp 6.xlsx", None, (6,), ()),
    ("Quản lí lớp 6.docx", None, (6,), ()),
    ("Toàn cảnh lớp 6.docx", None, (6,), ()),
    ("Vần an lớp 1.docx", None, (1,), ()),
    ("Ma trận đề kiểm tra Toán 7.xlsx", "cong-cu-danh-gia", (7,), ("toan",)),
    ("Mã trận pháp.docx", None, (), ()),
    ("Câu hỏi Lịch sử 12.docx", "ngan-hang-cau-hoi", (12,), ("lich-su",)),
    ("Lịch sử và Địa lí 7.docx", None, (7,), ("lich-su-dia-li",)),
    ("LSĐL 7.docx", None, (7,), ("lich-su-dia-li",)),
    ("TNXH lop 3.docx", None, (3,), ("tu-nhien-xa-hoi",)),
    ("GDCD 7.docx", None, (7,), ("giao-duc-cong-dan",)),
    ("Phiếu học tập Tin 8.docx", "hoc-lieu-so", (8,), ("tin-hoc",)),
    ("video phan so.mp4", "video-bai-hoc", (), ()),
    ("so-do.png", "hoc-lieu-so", (), ()),
    ("SKKN Tiếng Việt lớp 2.docx", "san-pham-khac", (2,), ("tieng-viet",)),
    ("Âm nhạc 4.docx", None, (4,), ("am-nhac",)),
    ("Mỹ thuật khối 5.docx", None, (5,), ("mi-thuat",)),
    ("Toán lớp 4-5.docx", None, (4, 5), ("toan",)),
    ("hoa 8.docx", None, (8,), ()),
    ("Hoạ 8.docx", None, (8,), ("mi-thuat",)),
    ("Sinh 10.docx", None, (10,), ("sinh-hoc",)),
    ("danh sach 6A1.xlsx", None, (6,), ()),
    ("CV 7991.pdf", None, (), ()),
    ("final (2).docx", None, (), ()),
    ("2026-2027.docx", None, (), ()),
    ("GDTC 13.docx", None, (), ("giao-duc-the-chat",)),
]


@pytest.mark.parametrize(("name", "kind", "grades", "subjects"), NAMES, ids=[row[0] for row in NAMES])
def test_a_file_name_tells_this_and_no_more(
    name: str, kind: str | None, grades: tuple[int, ...], subjects: tuple[str, ...]
) -> None:
    assert _short(guess_metadata([name])) == (kind, grades, subjects)


@pytest.mark.parametrize("name", [row[0] for row in NAMES])
def test_decomposed_names_say_the_same(name: str) -> None:
    assert guess_metadata([unicodedata.normalize("NFD", name)]) == guess_metadata([name])


@pytest.mark.parametrize(
    ("name", "term", "week"),
    [
        ("de cuoi hoc ki 2 Toan 8.docx", "hk2", None),
        ("Đề giữa học kỳ I Toán 8.docx", "hk1", None),
        ("HKII Toán 8.docx", "hk2", None),
        ("CK1 Toán 8.docx", "hk1", None),
        ("Toán 8 tuần 05.docx", None, 5),
        ("Toán 8 tuần 5, tuần 6.docx", None, None),
        ("Toán 8 tuần 60.docx", None, None),
        ("Trẻ 36 tuần tuổi.docx", None, None),
    ],
)
def test_term_and_week(name: str, term: str | None, week: int | None) -> None:
    guess = guess_metadata([name])
    assert (guess.term.value if guess.term else None) == term
    assert (guess.week.value if guess.week else None) == week


@pytest.mark.parametrize(
    ("name", "sets"), [("a KNTT.docx", ["kntt"]), ("Cánh Diều.docx", ["canh-dieu"]), ("a CD.docx", [])]
)
def test_textbook_sets_without_the_ambiguous_one(name: str, sets: list[str]) -> None:
    assert [found.value for found in guess_metadata([name]).textbook_sets] == sets


def test_the_head_of_a_plan_tells_all() -> None:
    text = "KẾ HOẠCH BÀI DẠY\nTÊN BÀI DẠY: PHÂN SỐ BẰNG NHAU\nMôn học: Toán; lớp: 6\nIII. TIẾN TRÌNH DẠY HỌC"
    guess = guess_metadata(["scan001.docx"], [text])
    assert _short(guess) == ("khbd", (6,), ("toan",))
    assert guess.subtype and guess.subtype.value == "khbd-5512"
    assert guess.title and guess.title.value == "Phân số bằng nhau" and guess.title.source.place == "text"


def test_running_text_does_not_tell_grade_or_subject() -> None:
    text = "Ở nhà, học sinh đã học ở lớp 5 về lịch sử và toán học của địa phương, có 12 câu."
    assert _short(guess_metadata(["a.docx"], [text])) == (None, (), ())


def test_the_file_name_is_believed_before_the_text() -> None:
    guess = guess_metadata(["Toán 7.docx"], ["Môn học: Toán; lớp: 6"])
    assert [found.value for found in guess.grades] == [7]
    assert guess.subjects[0].source == Source("file_name", "Toán 7")


def test_a_title_made_of_codes_becomes_words() -> None:
    guess = guess_metadata(["KHBD-NV9-Tuan5-KNTT.docx"])
    assert guess.title and guess.title.value == "Kế hoạch bài dạy Ngữ văn 9, tuần 5"
    assert guess.type and guess.type.source == Source("file_name", "KHBD")


@pytest.mark.parametrize(
    ("name", "title", "expected"),
    [
        ("Ôn tập chương I - final (1).docx", None, "Ôn tập chương I"),
        ("x.docx", "Microsoft Word - bai1.doc", "X"),
        ("x.docx", "Khúc xạ ánh sáng", "Khúc xạ ánh sáng"),
        ("on_tap_hoc_ki.docx", None, "On tap hoc ki"),
    ],
)
def test_titles_are_cleaned_and_keep_their_marks(name: str, title: str | None, expected: str) -> None:
    guess = guess_metadata([name], titles=[title])
    assert guess.title and guess.title.value == expected


def test_files_that_disagree_leave_the_type_open_but_a_plan_leads() -> None:
    assert guess_metadata(["a.mp4", "b.png"]).type is None
    guess = guess_metadata(["slide.pptx", "Giáo án Toán 6.docx"])
    assert guess.type and guess.type.value == "khbd"


def test_nothing_gives_nothing() -> None:
    assert guess_metadata([]) == Guess()
    assert guess_metadata([""], [""], [None]) == Guess()
