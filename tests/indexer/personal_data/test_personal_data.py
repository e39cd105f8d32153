"""Private facts in school texts are pointed at, and the numbers, dates and people of lessons are left alone."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest

from indexer.personal_data import Finding, Kind, find_personal_data

ROWS = """DANH SÁCH HỌC SINH LỚP 6A
STT Họ và tên Ngày sinh Điểm
1 Nguyễn Minh Khuê 12/03/2014 8,5
2 Trần Gia Phúc 01/04/2014 9
3 Lò Thị Pánh 5/6/2014 7"""
CELLS = "Bảng điểm\nSTT\nHọ và tên\nToán\n1\nNguyễn Minh Khuê\n8\n2\nTrần Gia Phúc\n9\n3\nGiàng A Páo\n7,5\n"
CSV = (
    'ma;ten;ngay_sinh;lop\n1;"Chu Hải Yến";2014-02-11;5C\n'
    '2;"Cấn Văn Mạnh";2014-05-29;5C\n3;"H\'Lim Niê";2014-01-02;5C'
)
UNMARKED = (
    "Danh sach hoc sinh\n1. nguyen minh khue - 6A1 - 0976110482\n"
    "2. tran gia phuc - 6A1 - 0354987016\n3. le ha my - 6A2 - 0912640158"
)
SENTENCE = "Kiểm tra miệng lớp 9B: Hoàng Kim Liên 8đ, Nguyễn Văn Thông 3đ, Lò Văn Pành 5đ."

SIDEWAYS = "Theo dõi 9A\nBài\tLê Diễm Khuê\tGiàng A Páo\tH'Lim Niê\nBài 1\t7\t8,5\t4\nBài 2\t9\t6\t10"
TORN = "LỚP 9A\nHọ tên\nLê Diễm Khuê\nGiàng A Páo\nTrần Hải Yến\nĐiểm\n7\n8,5\n10"
REMARKS = """Sau ba tuần, cô ghi lại:
- em Lê Diễm Khuê muốn học nghề sửa xe
- em Giàng A Páo theo bố đi biển
- em Trần Hải Yến thi chuyên Anh"""
PAIRS = """Gạo quý I, học sinh nội trú
Họ tên
Người nhận
Số kg
Lê Diễm Khuê
Lê Văn Tài
15
Giàng A Páo
Giàng A Sếnh
15
Trần Hải Yến
Trần Thị Lụa
15"""


def kinds(text: str) -> list[tuple[Kind, str]]:
    return [(found.kind, text[found.start : found.end]) for found in find_personal_data(text)]


@pytest.mark.parametrize("text", [ROWS, CELLS, CSV, UNMARKED, SENTENCE, SIDEWAYS, TORN, REMARKS, PAIRS])
def test_a_list_of_pupils_is_one_finding_in_whatever_layout(text: str) -> None:
    found = find_personal_data(text)
    assert [each.kind for each in found] == [Kind.ROSTER]
    for name in ("Khuê", "Pánh", "Páo", "Yến", "Niê", "khue", "Liên", "Pành"):
        if name in text:
            assert name in text[found[0].start : found[0].end]


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("Phụ huynh liên hệ 0912.640.158 trước thứ Sáu.", Kind.PHONE, "0912.640.158"),
        ("Gọi (+84) 912 640 158 nhé", Kind.PHONE, "(+84) 912 640 158"),
        ("Số CCCD: 001 214 006 318", Kind.CITIZEN_ID, "001 214 006 318"),
        ("Mã học sinh: 2501873301", Kind.PUPIL_ID, "2501873301"),
        ("Thẻ BHYT HS4012409117385", Kind.HEALTH_CARD, "HS4012409117385"),
        ("Chuyển vào Agribank 3204205198770", Kind.BANK_ACCOUNT, "3204205198770"),
        ("thư về ngoclan.vu@gmail.com", Kind.EMAIL, "ngoclan.vu@gmail.com"),
        ("Em Vũ Ngọc Lan sinh ngày 3 tháng 4 năm 2013.", Kind.BIRTH_DATE, "3 tháng 4 năm 2013"),
        ("Nơi thường trú: thôn Đoài, xã Yên Hoà", Kind.ADDRESS, "thôn Đoài, xã Yên Hoà"),
        ("Em Vũ Ngọc Lan, lớp 6A2, đạt 9,5 điểm.", Kind.PUPIL, "Vũ Ngọc Lan"),
        ("Gia đình em Vũ Ngọc Lan thuộc hộ nghèo.", Kind.HARDSHIP, "hộ nghèo"),
        ("Cháu Srây Mau lớp 4B bị gãy tay.", Kind.HARDSHIP, "Cháu Srây Mau lớp 4B bị gãy tay"),
        ("Riêng em Vũ Ngọc Lan chuyển sang nhóm 2.", Kind.PUPIL, "em Vũ Ngọc Lan"),
        ("Mẹ của Tú: 0 9 1 2 6 4 0 1 5 8", Kind.PHONE, "0 9 1 2 6 4 0 1 5 8"),
        ("Quà gửi về bản Pánh, xã Hồi Xuân.", Kind.ADDRESS, "bản Pánh, xã Hồi Xuân"),
    ],
)
def test_a_single_mention_is_found_by_its_context(text: str, kind: Kind, place: str) -> None:
    found = [words for each, words in kinds(text) if each is kind]
    assert len(found) == 1 and place in found[0]


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Du (sinh ngày 3/1/1766 tại Thăng Long) là tác giả Truyện Kiều.",
        "Nhà thơ Xuân Quỳnh sinh ngày 6/10/1942, mồ côi mẹ từ nhỏ.",
        "Tính nhanh: 0987654321 + 123456789012 = ?",
        "Bạn Nguyễn Văn A, lớp 6A, được 8 điểm; bạn Trần Thị B được 9 điểm; bạn Lê Văn C được 7 điểm.",
        "Căn cứ công văn 5512/BGDĐT-GDTrH ngày 18/12/2020, Thông tư 22/2021/TT-BGDĐT",
        "ISBN 9786042214056, trang 12, hình 3.4",
        "Trường THCS Đoàn Kết. Điện thoại: 024 3825 0000. Thư: c2doanket@hanoiedu.vn",
        "Nhóm biên soạn: 1. Cù Thị Lan - THCS A; 2. Nông Đức Hiển - THCS B; 3. Vương Thị Bích - THCS C",
        "Nội dung giáo dục hoà nhập cho học sinh khuyết tật, hộ nghèo, cận nghèo.",
        "Giáo viên chủ nhiệm khối 7\nĐoàn Thị Nguyệt 7A1\nLê Quý Dậu 7A2\nNguyễn Hà Bắc 7A3",
        "Phân công\nTT\tHọ tên\tDạy\n1\tVũ Thị Lài\tToán 7A1\n2\tLò Văn Bảo\tVăn 8A2\n3\tHà Thu\tAnh 6A1",
        "phan cong giang day\nbui gia dieu\ttoan\t6a\nle gia dat\tlich su\t7b2\nho gia hoa\ttin hoc\t9/4",
        "Hướng dẫn điền phiếu: mục 3 ghi số định danh 12 số, ví dụ 051212000123.",
        "Năm đội viên đầu tiên: Nông Văn Dền (Kim Đồng), Lý Văn Tịnh (Thanh Minh), Lý Thị Nì (Thuỷ Tiên).",
        "5. Bạn Vũ Ngọc Lan được 8 điểm Toán, 9 điểm Văn. Hỏi trung bình là bao nhiêu?",
        "Tiểu phẩm. Mẹ Lan: Nhà mình nghèo.\nCô Hạnh: Em Lan bị đánh phải không?",
        "Receptionist: please call me on 0912 333 456",
        "Ma trận đề\n1 Phương trình 2 (0,5) 1 (0,25)\n2 Bất phương trình 2 (0,5) 1 (0,25)\n3 Hàm số 2 (0,5) 1 (0,25)",
    ],
)
def test_what_lessons_are_made_of_raises_no_alarm(text: str) -> None:
    assert kinds(text) == []


def test_who_was_named_in_full_is_known_by_the_given_name_further_on() -> None:
    text = "Em Vũ Ngọc Lan, lớp 6A2, vào lớp muộn.\nTrả bài. Lan từ 3 lên 6,5 điểm."
    assert [words for _, words in kinds(text)] == [
        "Em Vũ Ngọc Lan, lớp 6A2, vào lớp muộn",
        "Lan từ 3 lên 6,5 điểm",
    ]


def test_a_sentence_about_a_pupil_ends_where_another_fact_is_told_by_its_own_name() -> None:
    found = kinds("Phê bình em Vũ Ngọc Lan lớp 6A2, sinh ngày 3/4/2013, điện thoại 0912640158.")
    assert [kind for kind, _ in found] == [Kind.PUPIL, Kind.BIRTH_DATE, Kind.PHONE]


def test_a_list_cell_by_cell_ends_with_its_last_row_and_not_with_the_note_below() -> None:
    text = f"{CELLS}Ghi chú: em Giàng A Páo nhà bị lũ cuốn. Mẹ em: 0912640158"
    found = find_personal_data(text)
    assert [each.kind for each in found] == [Kind.ROSTER, Kind.HARDSHIP, Kind.PHONE]
    assert text[: found[0].end].endswith("Giàng A Páo\n7,5")


def test_places_are_told_in_the_characters_of_the_text_as_it_came() -> None:
    apart = unicodedata.normalize("NFD", ROWS)
    (found,) = find_personal_data(apart)
    (composed,) = find_personal_data(ROWS)
    assert unicodedata.normalize("NFC", apart[found.start : found.end]) == ROWS[composed.start : composed.end]


@pytest.mark.parametrize(
    "piece",
    [
        "1" + " " * 4000,
        "Nguyễn ",
        "em An ung thư ",
        "sinh 1/1/2010 ",
        "a@",
        "0 ",
        "địa chỉ nhà ",
        "1 A\n",
        "0912 ",
    ],
)
def test_hostile_texts_are_read_to_their_end(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    assert all(0 <= found.start < found.end <= len(text) for found in find_personal_data(text))


@pytest.mark.parametrize(
    "piece",
    ["Lê An\n", "Lê An\tLý Bo\tHà Vi\n", "em Lê An lớp 6A, ", "nguyễn an; ", "Su (", "thôn A, xã B, "],
)
def test_hostile_lists_are_read_to_their_end(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert all(0 <= found.start < found.end <= len(text) for found in find_personal_data(text))


def test_findings_do_not_overlap_and_stand_in_order() -> None:
    found = find_personal_data(f"{ROWS}\n\nLiên hệ 0912640158\n\n\n{CELLS}")
    assert found == sorted(found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(isinstance(each, Finding) for each in found)
