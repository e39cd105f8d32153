"""Text out of Word, PowerPoint, Excel and OpenDocument files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

from indexer.extraction import Limits, extract_text
from tests.samples.hostile import sparse_sheet
from tests.samples.media_types import DOCX, ODT, PPTX, XLSX
from tests.samples.packages import open_document, paragraph, rich_word_document, word_document, word_part


def test_word_gives_everything_in_document_order_and_once(tmp_path: Path) -> None:
    extracted = extract_text(rich_word_document(tmp_path / "a.docx"), DOCX)
    assert extracted.state == "ready"
    assert extracted.text.split("\n") == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "TRƯỜNG THCS MẪU",
        "KẾ HOẠCH BÀI DẠY",
        "Bài 5: Phân số bằng nhau",
        "Ô ngoài",
        "Ô trong cùng",
        "Ô bên cạnh",
        "Đoạn có khung",
        "Chữ trong khung",
        "Chữ trong ô điền",
        "(1)/(2)",
        "Chú thích cuối trang",
        "Chú thích cuối bài",
        "Nhận xét của tổ",
        "Đầu trang lặp lại",
        "Chân trang",
    ]


def test_the_title_of_a_plan_is_the_line_below_its_kind(tmp_path: Path) -> None:
    assert extract_text(rich_word_document(tmp_path / "a.docx"), DOCX).title == "Bài 5: Phân số bằng nhau"


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("KẾ HOẠCH BÀI DẠY: Phân số bằng nhau", "Phân số bằng nhau"),
        ("Giáo án - Bài 5. Từ trường", "Bài 5. Từ trường"),
        ("Kế hoạch bài dạy: 5", "Kế hoạch bài dạy: 5"),
        ("Kế hoạch dạy học kì hai", "Kế hoạch dạy học kì hai"),
    ],
)
def test_the_kind_in_front_of_a_title_is_left_out(tmp_path: Path, line: str, title: str) -> None:
    body = paragraph(line, run="<w:b/>")
    assert extract_text(word_document(tmp_path / "a.docx", body), DOCX).title == title


def test_a_heading_style_is_known_by_its_name_when_word_translated_the_id(tmp_path: Path) -> None:
    styles = word_part("styles", '<w:style w:styleId="u1"><w:name w:val="heading 1"/></w:style>')
    body = paragraph("Dòng đậm", run="<w:b/>") + paragraph("Từ trường", '<w:pStyle w:val="u1"/>')
    extracted = extract_text(word_document(tmp_path / "a.docx", body, styles=styles), DOCX)
    assert extracted.title == "Từ trường"


@pytest.mark.parametrize(
    "line", ["Sở Giáo dục và Đào tạo", "UBND XÃ MẪU", "Độc lập - Tự do - Hạnh phúc", "Số: 12/KH"]
)
def test_the_head_of_a_paper_is_no_title(tmp_path: Path, line: str) -> None:
    body = paragraph(line, run="<w:b/>") + paragraph("Trường từ vựng", run="<w:b/>")
    assert extract_text(word_document(tmp_path / "a.docx", body), DOCX).title == "Trường từ vựng"


def test_lines_that_stand_out_are_told_by_number(tmp_path: Path) -> None:
    styles = word_part("styles", '<w:style w:styleId="u1"><w:name w:val="heading 1"/></w:style>')
    bold, heading = "<w:b/>", '<w:pStyle w:val="u1"/>'
    body = (
        paragraph("I. Mục tiêu", heading) + paragraph("Đọc đúng phân số.") + paragraph("Chú ý", run=bold)
        + paragraph("") + paragraph("Viết đúng phân số.")
    )  # fmt: skip
    assert extract_text(word_document(tmp_path / "a.docx", body, styles=styles), DOCX).headings == (0, 2)
    all_bold = paragraph("I. Mục tiêu", heading) + "".join(paragraph(f"Dòng {n}", run=bold) for n in range(3))
    assert extract_text(word_document(tmp_path / "b.docx", all_bold, styles=styles), DOCX).headings == (0,)


def test_plain_paragraphs_give_no_title(tmp_path: Path) -> None:
    body = paragraph("một dòng thường", run='<w:b w:val="0"/>')
    assert extract_text(word_document(tmp_path / "a.docx", body), DOCX).title is None


def test_text_is_nfc_and_without_controls_but_keeps_the_soft_hyphen(tmp_path: Path) -> None:
    decomposed = "Toa\u0301n\u200e lo\u031b\u0301p\u202e 6\u00ad"
    extracted = extract_text(word_document(tmp_path / "a.docx", paragraph(decomposed)), DOCX)
    assert extracted.text == "Toán lớp 6\u00ad"


def test_text_is_cut_at_its_limit(tmp_path: Path) -> None:
    path = word_document(tmp_path / "a.docx", paragraph("mười chữ ạ") * 1000)
    extracted = extract_text(path, DOCX, limits=Limits(text_characters=95))
    assert extracted.state == "ready"
    assert len(extracted.text) <= 95
    assert extracted.text.startswith("mười chữ ạ\nmười chữ ạ")


def test_an_empty_document_has_no_text(tmp_path: Path) -> None:
    extracted = extract_text(word_document(tmp_path / "a.docx", "<w:p/>"), DOCX)
    assert (extracted.state, extracted.reason) == ("none", "no_text")


def test_slides_give_titles_groups_tables_and_notes(tmp_path: Path) -> None:
    presentation = Presentation()
    first = presentation.slides.add_slide(presentation.slide_layouts[0])
    first.shapes.title.text = "Định lí Py-ta-go"
    second = presentation.slides.add_slide(presentation.slide_layouts[6])
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "Trong nhóm"
    table = second.shapes.add_table(1, 2, 0, 0, Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Cạnh", "Huyền"
    second.notes_slide.notes_text_frame.text = "Cho học sinh cắt giấy"
    third = presentation.slides.add_slide(presentation.slide_layouts[5])
    third.shapes.title.text = "Luyện tập"
    order = presentation.slides._sldIdLst  # shown order is not the order of file names
    order.insert(1, order[2])
    presentation.save(str(tmp_path / "a.pptx"))

    extracted = extract_text(tmp_path / "a.pptx", PPTX)
    lines = ["Định lí Py-ta-go", "Luyện tập", "Trong nhóm", "Cạnh", "Huyền", "Cho học sinh cắt giấy"]
    assert extracted.text.split("\n") == lines
    assert (extracted.pages, extracted.title) == (3, "Định lí Py-ta-go")


def test_sheets_give_values_with_dates_as_they_are_read_in_vietnam(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ma trận"
    sheet.append(["Nhận biết", 4, 0.25, dt.date(2026, 9, 5)])
    book.save(tmp_path / "a.xlsx")
    assert extract_text(tmp_path / "a.xlsx", XLSX).text == "Ma trận\nNhận biết 4 0.25 05/09/2026"


def test_a_sheet_that_claims_the_whole_grid_is_read_all_the_same(tmp_path: Path) -> None:
    extracted = extract_text(sparse_sheet(tmp_path / "a.xlsx"), XLSX)
    assert extracted.text == "Lớp 6A\nĐầu\nCuối"


def test_open_document_text_leaves_out_deleted_passages(tmp_path: Path) -> None:
    extracted = extract_text(open_document(tmp_path / "a.odt"), ODT)
    assert extracted.text == "Ôn tập học kì I\nTrước giữa và sau"
    assert extracted.title == "Ôn tập học kì I"


def test_roots_and_sums_are_read_as_they_are_written(tmp_path: Path) -> None:
    def run(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    cube = f"<m:rad><m:deg>{run('3')}</m:deg><m:e>{run('8')}</m:e></m:rad>"
    limits = f"<m:sub>{run('k=1')}</m:sub><m:sup>{run('n')}</m:sup><m:e>{run('k')}</m:e>"
    total = f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr>{limits}</m:nary>'
    body = f"<w:p><m:oMath>{cube}</m:oMath></w:p><w:p><m:oMath>{total}</m:oMath></w:p>"
    path = word_document(tmp_path / "a.docx", body)
    assert extract_text(path, DOCX).text.splitlines() == ["∛(8)", "∑_(k=1)^(n)k"]
