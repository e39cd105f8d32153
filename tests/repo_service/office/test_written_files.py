"""Files written by the service are read back by the indexer's own readers, marks and all."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from docx import Document
from docx.shared import Mm, Pt

from indexer.extraction import extract_text
from repo_service.office import (
    BulletList,
    Deck,
    FontNotFoundError,
    Heading,
    Paper,
    Paragraph,
    Sheet,
    Slide,
    Table,
    pdf,
    write_csv,
    write_docx,
    write_pdf,
    write_pptx,
    write_xlsx,
)
from tests.samples.media_types import DOCX, PDF, PPTX, TEXT, XLSX

LETTERS = "ắằẳẵặ ấầẩẫậ ếềểễệ ốồổỗộ ớờởỡợ ứừửữự ỳỷỹỵý Đđ ĂÂÊÔƠƯ"
PAPER = Paper(
    "Kế hoạch bài dạy: Phân số bằng nhau",
    [
        Heading("I. Yêu cầu cần đạt"),
        Paragraph(LETTERS, bold=True, align="center"),
        BulletList(["Nhận biết được hai phân số bằng nhau", "Rút gọn được phân số"]),
        Heading("II. Tiến trình", level=2),
        Table([["Hoạt động", "Thời gian"], ["Mở đầu", "5 phút"], ["Luyện tập"]]),
    ],
)
DECK = Deck(
    "Phân số bằng nhau",
    [Slide("Mở đầu", ["Chia bánh", LETTERS], Table([["Phần", "Cái"], ["1", "2"]]), "Cho học sinh cắt giấy")],
    subtitle="Toán 6",
)


def sheet() -> Sheet:
    return Sheet("Điểm", ["Họ tên", "Ghi chú"], [[LETTERS, 7.5], ["Đạt", None]])


WRITERS: dict[str, tuple[Callable[..., None], Callable[[], Any], str]] = {
    "docx": (write_docx, lambda: PAPER, DOCX),
    "pptx": (write_pptx, lambda: DECK, PPTX),
    "xlsx": (write_xlsx, lambda: [sheet()], XLSX),
    "csv": (write_csv, sheet, TEXT),
    "pdf": (write_pdf, lambda: PAPER, PDF),
}


def written(kind: str, target: Path | BinaryIO) -> None:
    write, value, _ = WRITERS[kind]
    write(target, value())


@pytest.mark.parametrize("kind", WRITERS)
def test_vietnamese_letters_survive_the_way_there_and_back(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{kind}"
    written(kind, path)
    extracted = extract_text(path, WRITERS[kind][2])
    assert extracted.state == "ready"
    assert LETTERS in extracted.text


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_values_give_the_same_bytes_at_any_hour(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    written(kind, first)
    later, local = time.time() + 86_400 * 400, time.localtime
    monkeypatch.setattr(time, "time", lambda: later)  # zipfile dates its members by it
    monkeypatch.setattr(time, "localtime", lambda seconds=later: local(seconds))
    written(kind, second)
    assert first.getvalue() == second.getvalue()
    assert not second.closed


def test_a_paper_keeps_its_order_and_its_title(tmp_path: Path) -> None:
    for kind in ("docx", "pdf"):
        written(kind, tmp_path / kind)
        extracted = extract_text(tmp_path / kind, WRITERS[kind][2])
        assert extracted.title == "Phân số bằng nhau"  # the kind in front is left out of a guess
        assert extracted.text.startswith(PAPER.title)
        expected = [
            "I. Yêu cầu",
            LETTERS,
            "hai phân số",
            "II. Tiến trình",
            "Hoạt động",
            "5 phút",
            "Luyện tập",
        ]
        places = [extracted.text.index(text) for text in expected]
        assert places == sorted(places)


def test_a_paper_has_the_layout_of_official_papers(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.docx", PAPER)
    document = Document(str(tmp_path / "a.docx"))
    section = document.sections[0]
    normal = document.styles["Normal"].font
    assert (normal.name, normal.size) == ("Times New Roman", Pt(13))
    assert abs(section.page_width - Mm(210)) < Mm(1)
    assert Mm(30) - section.left_margin < Mm(1)
    assert Mm(15) - section.right_margin < Mm(1)
    assert document.core_properties.author == ""


def test_slides_carry_table_and_notes(tmp_path: Path) -> None:
    write_pptx(tmp_path / "a.pptx", DECK)
    extracted = extract_text(tmp_path / "a.pptx", PPTX)
    assert (extracted.pages, extracted.title) == (2, "Phân số bằng nhau")
    assert {"Toán 6", "Chia bánh", "Cái", "Cho học sinh cắt giấy"} <= set(extracted.text.split("\n"))


@pytest.mark.parametrize("kind", ["docx", "pptx", "pdf"])
def test_characters_no_document_may_hold_are_left_out(kind: str, tmp_path: Path) -> None:
    hostile = "Bài\x00 mộ\x0bt\ud800 <b>&\ufffe"
    value = (
        Deck(hostile, [Slide(hostile, [hostile])]) if kind == "pptx" else Paper(hostile, [Paragraph(hostile)])
    )
    WRITERS[kind][0](tmp_path / "a", value)
    assert "Bài một <b>&" in extract_text(tmp_path / "a", WRITERS[kind][2]).text


def test_an_empty_paper_can_be_written(tmp_path: Path) -> None:
    empty = Paper("Trống", [Table([]), BulletList([]), Paragraph("")])
    for kind in ("docx", "pdf"):
        WRITERS[kind][0](tmp_path / kind, empty)
        assert extract_text(tmp_path / kind, WRITERS[kind][2]).text == "Trống"


def test_the_built_font_is_preferred(tmp_path: Path) -> None:
    system = pdf._find_font(None).regular
    own = tmp_path / "be-vietnam-pro-400.ttf"
    own.write_bytes(system.read_bytes())
    write_pdf(tmp_path / "a.pdf", PAPER, fonts=tmp_path)
    assert pdf._find_font(tmp_path).regular == own
    assert LETTERS in extract_text(tmp_path / "a.pdf", PDF).text


def test_without_any_font_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_SYSTEM", ())
    with pytest.raises(FontNotFoundError, match="front end"):
        write_pdf(tmp_path / "a.pdf", PAPER, fonts=tmp_path)
    assert not (tmp_path / "a.pdf").exists()


def test_word_packages_are_whole(tmp_path: Path) -> None:
    for kind in ("docx", "pptx", "xlsx"):
        written(kind, tmp_path / kind)
        with zipfile.ZipFile(tmp_path / kind) as archive:
            assert archive.testzip() is None
            assert archive.namelist()[0] == "[Content_Types].xml" or kind == "xlsx"
