"""Private words are put out of Word, PowerPoint, Excel and plain texts; nothing else of the file changes."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook
from pptx import Presentation

from indexer.extraction import extract_text
from indexer.masking import MASK, can_mask, mask_file
from indexer.personal_data import find_personal_data
from tests.samples.media_types import DOCX, PPTX, XLSX

PUPILS = [
    ("1", "Nguyễn Minh Khuê", "12/03/2014", "8,5"), ("2", "Trần Gia Phúc", "01/04/2014", "9"),
    ("3", "Lò Thị Pánh", "05/06/2014", "7"), ("4", "Hồ Văn Sơn", "07/08/2014", "6,5"),
]  # fmt: skip
LESSON = "Quy đồng mẫu số rồi so sánh hai tử số; điểm 8,5 là mốc của bài."


def said_in(path: Path, media_type: str) -> tuple[str, list[str]]:
    """(text, what Kho finds in it)."""
    text = extract_text(path, media_type).text
    return text, [text[found.start : found.end] for found in find_personal_data(text)]


def masked(tmp_path: Path, name: str, media_type: str) -> tuple[str, list[str], Path]:
    """(text of the copy, what Kho still finds, the copy)."""
    _text, said = said_in(tmp_path / name, media_type)
    assert said, "the sample tells nothing"
    target = tmp_path / f"copy-{name}"
    assert mask_file(tmp_path / name, target, media_type, said)
    return *said_in(target, media_type), target


def assert_nobody_is_named(text: str, left: list[str]) -> None:
    assert left == []
    for pupil in PUPILS:
        assert not any(word in text for word in pupil[1:3]), text
    assert MASK in text


def test_a_word_table_and_words_split_over_runs(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("Kế hoạch phụ đạo", 1)
    document.add_paragraph(LESSON)
    table = document.add_table(rows=1, cols=4)
    for cell, word in zip(table.rows[0].cells, ("STT", "Họ và tên", "Ngày sinh", "Điểm"), strict=True):
        cell.text = word
    for pupil in PUPILS:
        for cell, word in zip(table.add_row().cells, pupil, strict=True):
            cell.text = ""
            for letter in (word[:3], word[3:]):
                cell.paragraphs[0].add_run(letter).bold = True
    split = document.add_paragraph("Liên hệ phụ huynh, số điện thoại ")
    for part in ("09", "12 345", " 678", " sau giờ học."):
        split.add_run(part)
    document.save(str(tmp_path / "a.docx"))
    text, left, target = masked(tmp_path, "a.docx", DOCX)
    assert_nobody_is_named(text, left)
    assert LESSON in text and "Họ và tên" in text and "345" not in text and "sau giờ học." in text
    again = Document(str(target))
    assert again.tables[0].cell(1, 1).paragraphs[0].runs[1].bold
    with zipfile.ZipFile(tmp_path / "a.docx") as old, zipfile.ZipFile(target) as new:
        assert old.namelist() == new.namelist()
        for name in old.namelist():
            assert name == "word/document.xml" or old.read(name) == new.read(name)
        assert "Khuê" not in new.read("word/document.xml").decode()


def test_a_workbook_with_numbers_dates_and_shared_texts(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Danh sách lớp 6A"])
    sheet.append(["STT", "Họ và tên", "Ngày sinh", "Điện thoại", "Điểm", "Trung bình"])
    for place, (number, name, _born, mark) in enumerate(PUPILS):
        row = place + 3
        sheet.append([int(number), name, date(2014, 3, 12 + place), 912345670 + place, float(mark.replace(",", "."))])
        sheet[f"F{row}"] = f"=AVERAGE(E{row}:E{row})"
    sheet.append(["Ghi chú", LESSON])
    book.save(tmp_path / "a.xlsx")
    text, left, target = masked(tmp_path, "a.xlsx", XLSX)
    assert left == [] and LESSON in text and "Họ và tên" in text
    with zipfile.ZipFile(target) as package:
        raw = b"".join(package.read(name) for name in package.namelist()).decode(errors="replace")
    for pupil in PUPILS:
        assert pupil[1] not in raw and pupil[1] not in text
    assert "91234567" not in raw
    rows = list(load_workbook(io.BytesIO(target.read_bytes())).active.iter_rows(values_only=True))
    assert rows[2][1:5] == (MASK,) * 4 and rows[2][5] == "=AVERAGE(E3:E3)" and rows[1][1] == "Họ và tên"


def test_slides(tmp_path: Path) -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Danh sách học sinh lớp 6A"
    slide.placeholders[1].text = "\n".join(" ".join(pupil) for pupil in PUPILS)
    show.save(str(tmp_path / "a.pptx"))
    text, left, _target = masked(tmp_path, "a.pptx", PPTX)
    assert_nobody_is_named(text, left)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_plain_text_keeps_its_lines(tmp_path: Path, ending: str) -> None:
    lines = ["Phụ đạo", "DANH SÁCH HỌC SINH LỚP 6A", *(" ".join(pupil) for pupil in PUPILS), "", LESSON, ""]
    (tmp_path / "a.txt").write_bytes(ending.join(lines).encode())
    text, left, target = masked(tmp_path, "a.txt", "text/plain")
    assert_nobody_is_named(text, left)
    assert target.read_bytes().decode().count(ending) == len(lines) - 1 and LESSON in text


def test_what_was_not_found_is_not_touched_and_other_formats_are_left_to_people(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LESSON)
    assert mask_file(tmp_path / "a.txt", tmp_path / "b.txt", "text/plain", ["Nguyễn Minh Khuê", "8"]) == []
    assert not (tmp_path / "b.txt").exists()
    assert not can_mask("application/pdf") and not can_mask("image/png") and can_mask(DOCX)
