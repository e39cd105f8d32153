"""Text out of Word, PowerPoint and Excel files of before 2007, and out of subtitles and old PDFs."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.extraction import extract_text
from tests.samples.media_types import PDF
from tests.samples.old_encodings import to_tcvn3, to_vni
from tests.samples.old_office import compound_file, excel_97, powerpoint_97, word_95, word_97
from tests.samples.old_pdf import to_pdf

DOC, PPT, XLS = "application/msword", "application/vnd.ms-powerpoint", "application/vnd.ms-excel"
LINES = ["Kế hoạch bài dạy môn Toán lớp 6", "Thông tư số 22: đánh giá học sinh", "Những nước tương đương"]
OLD = [to_tcvn3(line) for line in LINES]


def test_word_gives_its_pieces_in_order_without_field_codes(tmp_path: Path) -> None:
    made = word_97(
        tmp_path / "a.doc",
        "Kế hoạch\r",
        b"cell a\x07cell b\x07\x07",
        "\x13 HYPERLINK x \x14liên kết\x15\x0b",
        "cuối",
    )
    assert extract_text(made, DOC).text.split("\n") == ["Kế hoạch", "cell a", "cell b", "liên kết", "cuối"]


def test_word_in_an_old_font_is_read(tmp_path: Path) -> None:
    made = word_97(tmp_path / "a.doc", "\r".join(OLD).encode("cp1252"))
    assert extract_text(made, DOC).text.split("\n") == LINES
    hyphens = "\r".join(OLD).encode("cp1252").replace(b"\xad", b"\x1f")
    assert extract_text(word_97(tmp_path / "b.doc", hyphens), DOC).text.split("\n") == LINES
    assert (
        extract_text(word_95(tmp_path / "c.doc", "\r".join(OLD).encode("cp1252")), DOC).text.split("\n")
        == LINES
    )


def test_slides_give_titles_and_boxes_without_the_master(tmp_path: Path) -> None:
    made = powerpoint_97(
        tmp_path / "a.ppt", [("Phân số", b"Box one"), ("Số thập phân", b"Box two"), ("Phân số", b"x")]
    )
    extracted = extract_text(made, PPT)
    assert extracted.text.split("\n") == ["Phân số", "Box one", "Số thập phân", "Box two", "x"]
    assert (extracted.pages, extracted.headings) == (3, (0, 2))


def test_sheets_are_read_by_the_fonts_of_their_cells(tmp_path: Path) -> None:
    cells = [(".VnTimeH", to_tcvn3("tư")), ("VNI-Times", to_vni("Điểm")), ("Arial", "Họ và tên")]
    assert extract_text(excel_97(tmp_path / "a.xls", cells, 9.0), XLS).text.split("\n") == [
        "Diem",
        "TƯ Điểm Họ và tên 9",
    ]


@pytest.mark.parametrize("media_type", [DOC, PPT, XLS])
def test_what_is_broken_or_locked_says_so(tmp_path: Path, media_type: str) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"no compound file" * 300)
    assert extract_text(plain, media_type).reason == "damaged"
    empty = compound_file(tmp_path / "empty", {"Other": b"x"})
    assert extract_text(empty, media_type).reason == "damaged"
    noise = {"Current User": b"x", "PowerPoint Document": b"\xff" * 5000, "Workbook": b"\xff" * 5000}
    noise |= {"WordDocument": b"\xec\xa5\xc1\0" + b"\xff" * 900, "1Table": b"\xff" * 300}
    assert extract_text(compound_file(tmp_path / "noise", noise), media_type).state in ("failed", "none")


def test_a_password_is_asked_for(tmp_path: Path) -> None:
    assert extract_text(word_97(tmp_path / "a.doc", b"x", flags=0x0100), DOC).reason == "encrypted"
    assert (
        extract_text(powerpoint_97(tmp_path / "a.ppt", [("a", b"b")], encrypted=True), PPT).reason
        == "encrypted"
    )


@pytest.mark.parametrize(
    ("font", "encode"), [(".VnTime", to_tcvn3), ("ABCDEF+.VnArial", to_tcvn3), ("VNI-Times", to_vni)]
)
def test_an_old_pdf_is_read_with_its_letter_u(tmp_path: Path, font: str, encode: object) -> None:
    (tmp_path / "a.pdf").write_bytes(to_pdf([encode(line) for line in LINES], font))  # type: ignore[operator]
    assert extract_text(tmp_path / "a.pdf", PDF).text.split("\n") == LINES


def test_hyphens_of_other_pdfs_stay(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(to_pdf(["THCS-THPT, co-op", "t- n-"], "Arial"))
    assert extract_text(tmp_path / "a.pdf", PDF).text.split("\n") == ["THCS-THPT, co-op", "t- n-"]


def test_subtitles_give_what_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text(
        "1\n00:00:01,000 --> 00:00:02,000\n<i>Chào các em</i>\n\n2\n00:00:03,000 --> 00:00:04,000\nBài 5\n"
    )
    assert extract_text(tmp_path / "a.srt", "application/x-subrip").text == "Chào các em\nBài 5"
    (tmp_path / "a.vtt").write_text("WEBVTT\n\nNOTE x\n\n00:01.000 --> 00:02.000\nPhân số\n")
    assert extract_text(tmp_path / "a.vtt", "text/vtt").text == "Phân số"
