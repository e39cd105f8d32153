"""Text out of PDF, web pages, plain text and the names inside archives."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import pytest

from indexer.extraction import can_extract, extract_text
from tests.samples.media_types import HTML, PDF, TEXT, ZIP
from tests.samples.pictures import encrypted_pdf, photograph, scanned_pdf

LINE = "Đề kiểm tra giữa kì I, môn Ngữ văn"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_is_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(f"{LINE}\r\n\r\nCâu 1".encode(encoding))
    assert extract_text(tmp_path / "a.txt", f"{TEXT}; charset=unknown").text == f"{LINE}\nCâu 1"


def test_cp1258_text_comes_out_composed(tmp_path: Path) -> None:
    # cp1258 holds â and ê ready-made and the tones as combining marks.
    typed = "Toa\u0301n, Ngữ văn".replace("ữ", "ư\u0303")
    (tmp_path / "a.txt").write_bytes(typed.encode("cp1258"))
    assert extract_text(tmp_path / "a.txt", TEXT).text == "Toán, Ngữ văn"


def test_text_that_is_broken_beyond_repair_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("K? ho?ch b?i d?y \u00b9\u00b5", encoding="utf-8")
    assert extract_text(tmp_path / "a.txt", TEXT).text == "K? ho?ch b?i d?y \u00b9\u00b5"


def test_an_upper_case_line_is_the_title_of_plain_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Họ và tên: ....\nÔN TẬP CHƯƠNG I\nCâu 1", encoding="utf-8")
    assert extract_text(tmp_path / "a.txt", TEXT).title == "ÔN TẬP CHƯƠNG I"


def test_a_long_text_cut_inside_a_letter_is_still_read_as_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" + "ệ" * 2_000_000, encoding="utf-8")
    extracted = extract_text(tmp_path / "a.txt", TEXT)
    assert len(extracted.text) == 500_000
    assert set(extracted.text[1:]) == {"ệ"}


def test_web_pages_give_visible_text_only(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        "<html><head><title>Trò chơi</title><style>p{color:red}</style></head><body><h1>Phân <b>số</b></h1>"
        "<script>bi_mat()</script>Mở"
        "<p>Một <i>hai</i> ba<template>ẩn</template> bốn</p><!-- chú thích --></body>",
        encoding="utf-8",
    )
    extracted = extract_text(tmp_path / "a.html", HTML)
    assert extracted.text == "Trò chơi\nPhân số\nMở\nMột hai ba bốn"
    assert extracted.title == "Phân số"


def test_a_declared_encoding_of_a_web_page_counts(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes('<meta charset="iso-8859-1"><p>Café</p>'.encode("latin-1"))
    assert extract_text(tmp_path / "a.html", HTML).text == "Café"


def test_a_scan_has_no_text_but_pages(tmp_path: Path) -> None:
    photo = photograph(tmp_path / "p.jpg")
    extracted = extract_text(scanned_pdf(tmp_path / "a.pdf", photo, pages=2), PDF)
    assert (extracted.state, extracted.reason, extracted.pages) == ("none", "no_text", 2)


def test_an_encrypted_pdf_is_told_as_such(tmp_path: Path) -> None:
    extracted = extract_text(encrypted_pdf(tmp_path / "a.pdf"), PDF)
    assert (extracted.state, extracted.reason) == ("failed", "encrypted")


def test_names_in_an_archive_are_repaired_and_composed(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("Bài 1/Phiếu học tập.docx", b"x")
        archive.writestr(unicodedata.normalize("NFD", "Bài 2.pptx"), b"x")
        archive.writestr("__MACOSX/._rac", b"x")
    without_flag = bytearray((tmp_path / "a.zip").read_bytes())
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):  # the flag says: this name is UTF-8
        start = without_flag.find(signature)
        without_flag[start + offset] &= ~0x08
    (tmp_path / "a.zip").write_bytes(without_flag)
    assert extract_text(tmp_path / "a.zip", ZIP).text == "Bài 1/Phiếu học tập.docx\nBài 2.pptx"


def test_a_media_type_nobody_reads_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    extracted = extract_text(tmp_path / "a.mp4", "video/mp4")
    assert (extracted.state, extracted.reason) == ("none", "unsupported")
    assert not can_extract("video/mp4")
    assert can_extract("TEXT/HTML; charset=utf-8")
