"""Old Vietnamese encodings are read as what they show; Unicode text stays as it is (C1.5-C1.8)."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from pptx import Presentation
from pptx.util import Inches

from indexer.extraction import extract_text
from indexer.extraction.legacy_encodings import (
    from_double_utf8,
    from_tcvn3,
    from_viqr,
    from_vni,
    read_runs,
)
from indexer.extraction.repair import repaired
from indexer.syllables import is_syllable
from tests.samples.media_types import DOCX, PPTX, TEXT, XLSX
from tests.samples.old_encodings import to_rtf, to_tcvn3, to_viqr, to_vni
from tests.samples.packages import paragraph, word_document, word_part

RTF = "application/rtf"
LINES = [
    "Kế hoạch bài dạy môn Toán lớp 6",
    "Thông tư số 22: đánh giá học sinh trung học cơ sở",
    "Ngày soạn: mồng 5",
    "Những chuyện kể về các vị tướng nhà Trần, cưỡi ngựa đuổi giặc ở bến sông",
    "Giải phương trình bậc hai, hệ thức Vi-ét và ứng dụng; quỹ tích, mỹ thuật, kỳ vọng",
    "Thuở ấy, ngỡ ngàng, khuỷu tay, huỳnh quỳ, nguyệt thực, lưỡi liềm, chữ kỵ",
]
LATIN_ONLY = [
    "Élève à l'école, où naïve, façade, Noël, maïs, déjà vu",
    "¿Dónde está el niño? El señor Muñoz comió piñones",
    "The café’s naïve façade, 20 °C ± 2, «quoted», § 5, © 2026, ½ price, 5 µm × 3 µm ÷ 2",
    "a² + b² = c²; x³ − 1; 5 N·m; H₂SO₄ → Fe²⁺; ∠ABC = 90°",
]
UNICODE = [
    *LINES,
    *LATIN_ONLY,
    "Hoá học, môn văn, phòng Giáo dục; mơn mởn, hố sâu",
    "Trường THCS Núi Bút, A·B = 5·m",
]


@pytest.mark.parametrize(
    ("encode", "decode"), [(to_tcvn3, from_tcvn3), (to_vni, from_vni), (to_viqr, from_viqr)]
)
def test_every_letter_comes_back(encode: object, decode: object) -> None:
    tones = ["aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị", "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "uùủũúụ",
             "ưừửữứự", "yỳỷỹýỵ", "đĐĂÂÊÔƠƯ"]  # fmt: skip
    for letters in tones:
        for letter in letters:
            assert decode(encode(f"t{letter}nh")) == f"t{letter}nh"  # type: ignore[operator]


def test_capitals_of_vni_come_back() -> None:
    assert (
        from_vni(to_vni("BÀI TẬP VỀ NHÀ: ĐƯỜNG THẲNG, ĐỊA LÍ, KỸ NĂNG"))
        == "BÀI TẬP VỀ NHÀ: ĐƯỜNG THẲNG, ĐỊA LÍ, KỸ NĂNG"
    )


@pytest.mark.parametrize("encode", [to_tcvn3, to_vni])
def test_a_text_without_fonts_is_known_by_what_it_says(encode: object) -> None:
    assert repaired([encode(line) for line in LINES]) == LINES  # type: ignore[operator]


def test_one_line_alone_is_known_too() -> None:
    assert repaired(["Phßng Gi¸o dôc vµ §µo t¹o"]) == ["Phòng Giáo dục và Đào tạo"]


def test_utf8_that_was_read_as_latin1_is_repaired() -> None:
    for page in ("latin-1", "cp1252"):
        broken = [line.encode().decode(page, "replace") for line in LINES[:1]]
        assert repaired(broken) == LINES[:1]
    assert from_double_utf8("Â°C") == "°C"


@pytest.mark.parametrize("undefined", ["pass", "latin-1"])
def test_letters_whose_utf8_holds_control_characters_are_repaired(tmp_path: Path, undefined: str) -> None:
    right = [
        "Kế hoạch bài dạy",
        "Trường trung học cơ sở Đăk Hà",
        "ĐỀ KIỂM TRA GIỮA KÌ",
        "Nguyễn Văn Cừ là tên trường",
    ]
    for ending, media_type in (("txt", TEXT), ("html", "text/html"), ("docx", DOCX)):
        broken = [_read_as(undefined, line) for line in right]
        path = tmp_path / f"a.{ending}"
        if media_type == DOCX:
            word_document(path, "".join(map(paragraph, broken)))
        else:
            mark = "<p>" if media_type == "text/html" else ""
            path.write_bytes("\n".join(mark + line for line in broken).encode())
        assert extract_text(path, media_type).text.split("\n") == right, ending


def _read_as(page: str, line: str) -> str:
    """UTF-8 read as Latin-1; or as cp1252 with its five undefined bytes passed on, as browsers do."""
    if page == "latin-1":
        return line.encode().decode(page)
    return "".join(
        bytes([byte]).decode("latin-1" if byte in b"\x81\x8d\x8f\x90\x9d" else "cp1252")
        for byte in line.encode()
    )


@pytest.mark.parametrize(
    "line",
    [
        "LÃ\u00a0NÀO, XÃ\u00a0NGỌK BAY",
        "THÔNG BÁO CỦA XÃ\u00a0",
        "XÃ\u00a0 BA TƠ",
        "Â\u00a0",
        "Élève Ã\u00a0 côté",
        "năm\u00a02026",
    ],
)
def test_hard_blanks_after_capitals_are_no_letters(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.txt").write_text(line, "utf-8")
    assert extract_text(tmp_path / "a.txt", TEXT).text == line.replace("\u00a0", " ").strip().replace(
        "  ", " "
    )


def test_mail_vietnamese_is_repaired_in_a_document_full_of_it() -> None:
    assert repaired([to_viqr(line) for line in LINES])[:2] == LINES[:2]
    assert repaired(["To be or not to be. That's it? I'm Li. co^ng"]) == [
        "To be or not to be. That's it? I'm Li. co^ng"
    ]


def test_a_short_line_of_mail_vietnamese_is_known_alone() -> None:
    assert repaired(["Ke^' hoa.ch ba`i da.y"]) == ["Kế hoạch bài dạy"]
    assert repaired(["I. Mu.c tie^u ba`i ho.c", "a. DDo^` du`ng da.y ho.c"]) == [
        "I. Mục tiêu bài học",
        "a. Đồ dùng dạy học",
    ]


@pytest.mark.parametrize(
    "line",
    ["Add a^2 + b^2 to a. Is it so? Be. Do.", "for (o++; a(i); e^x) u.me.do", "It is 9 a.m. to us, add me.",
     "I. Be. To. No? O' a^b", "She added: I'm to do. it? me. be. no^"],
)  # fmt: skip
def test_other_short_lines_with_signs_stay(line: str) -> None:
    assert repaired([line]) == [line]


def test_unicode_in_whatever_language_is_never_touched() -> None:
    assert repaired(UNICODE) == UNICODE
    assert [repaired([line]) for line in UNICODE] == [[line] for line in UNICODE]


def test_foreign_lines_stay_in_a_document_of_old_letters() -> None:
    mixed = [*map(to_tcvn3, LINES), *LATIN_ONLY]
    assert repaired(mixed) == [*LINES, *LATIN_ONLY]


@pytest.mark.parametrize(
    "word", ["nghiêng", "quý", "gì", "khuỷu", "thuở", "oăm".replace("oăm", "ngoằm"), "ướt"]
)
def test_what_can_be_read_aloud_is_a_syllable(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["dôc", "élève", "môdem", "ngđ", "áá", "hoặch", "bíg"])
def test_what_cannot_be_read_aloud_is_none(word: str) -> None:
    assert not is_syllable(word)


def test_word_is_read_by_the_fonts_of_its_runs(tmp_path: Path) -> None:
    def run(font: str, text: str) -> str:
        return f'<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t>{text}</w:t></w:r>'

    vni = to_vni("ẳng thức")
    body = (
        paragraph(to_tcvn3("bài tập về nhà"), run='<w:rFonts w:hAnsi=".VnTimeH"/>')
        + f"<w:p>{run('.VnTime', to_tcvn3('Thông t'))}{run('.VnTime', to_tcvn3('ư'))}"
        + f"{run('Times New Roman', ' và café')}</w:p>"
        + f"<w:p>{run('VNI-Times', 'ñ' + vni[0])}{run('VNI-Helve', vni[1:])}</w:p>"
        + '<w:p><w:r><w:rPr><w:rFonts w:hAnsi=".VnArial"/></w:rPr><w:t>T</w:t><w:softHyphen/></w:r></w:p>'
        + paragraph(to_tcvn3("Nhà trường"), properties='<w:pStyle w:val="Old"/>')
        + paragraph("Giữ nguyên mẫu: môn Hoá", run='<w:rFonts w:hAnsi=".VnTime"/>')
    )
    styles = word_part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="base"/>'
        '<w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Old"><w:name w:val="old"/><w:basedOn w:val="Base"/></w:style>',
    )
    assert extract_text(word_document(tmp_path / "a.docx", body, styles=styles), DOCX).text.split("\n") == [
        "BÀI TẬP VỀ NHÀ", "Thông tư và café", "đẳng thức", "Tư", "Nhà trường", "Giữ nguyên mẫu: môn Hoá",
    ]  # fmt: skip


def test_slides_and_sheets_are_read_by_their_fonts(tmp_path: Path) -> None:
    deck = Presentation()
    box = deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_textbox(0, 0, Inches(3), Inches(1))
    letters = box.text_frame.paragraphs[0].add_run()
    letters.text, letters.font.name = to_vni("Dấu sắc"), "VNI-Times"
    deck.save(str(tmp_path / "a.pptx"))
    assert extract_text(tmp_path / "a.pptx", PPTX).text == "Dấu sắc"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, sheet["A1"] = "Sheet", to_tcvn3("Tư")
    sheet["A1"].font = Font(name=".VnTime")
    book.save(tmp_path / "a.xlsx")
    assert extract_text(tmp_path / "a.xlsx", XLSX).text == "Sheet\nTư"


def test_rich_text_is_read_by_its_fonts(tmp_path: Path) -> None:
    runs = [(".VnTimeH", to_tcvn3("chương một")), (".VnTime", to_tcvn3("Thông tư")), ("VNI-Times", to_vni("Đẳng thức")),
            ("Times New Roman", "Đã là Unicode: café")]  # fmt: skip
    (tmp_path / "a.rtf").write_bytes(to_rtf(runs))
    assert extract_text(tmp_path / "a.rtf", RTF).text.split("\n") == [
        "CHƯƠNG MỘT",
        "Thông tư",
        "Đẳng thức",
        "Đã là Unicode: café",
    ]


def test_rich_text_leaves_out_its_machinery_and_keeps_tables(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(
        rb"{\rtf1\ansi\ansicpg1258\uc1{\fonttbl{\f0\froman\fcharset163 Times;}{\f1\fnil{\*\falt Other} .VnTime;}}"
        rb"{\stylesheet{\s0 Normal;}}{\info{\title Secret}}\f0{\b Ti\'ea\'f2u {\*\bkmkstart x}\'f0\u7873?}\par"
        rb"{\pict\pngblip 89504e47}\trowd a\cell b\cell\row{\field{\*\fldinst HYPERLINK x}{\fldrslt li\u234?n}}"
        rb"\u-10179?\u-8704?\par{\f1 t\-}\par \{x\}\tab y}"
    )
    extracted = extract_text(tmp_path / "a.rtf", RTF)
    assert extracted.text.split("\n") == ["Tiệu đề", "a", "b", "liên😀", "tư", "{x} y"]
    assert extracted.headings == (0,)


@pytest.mark.parametrize(
    "data", [b"{\\rtf1 " + b"{" * 5000, b"{\\rtf1\\u99999999999?\\uc-5 x", b"{\\rtf1}}}}}\\'zz", b"plain"]
)
def test_broken_rich_text_ends_with_a_state(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.rtf").write_bytes(data)
    assert extract_text(tmp_path / "a.rtf", RTF).state in ("ready", "none", "failed")


def test_bytes_of_an_old_font_are_plain_text_too(tmp_path: Path) -> None:
    for encode in (to_tcvn3, to_vni):
        (tmp_path / "a.txt").write_bytes("\n".join(map(encode, LINES)).encode("latin-1"))
        assert extract_text(tmp_path / "a.txt", TEXT).text == "\n".join(LINES)


def test_unicode_in_a_paragraph_of_an_old_font_stays(tmp_path: Path) -> None:
    assert read_runs([("Hoá học và ", ".VnTime"), ("đời sống", ".VnTime")]) == "Hoá học và đời sống"
