"""PDF files with Vietnamese letters, written by fpdf2 with an embedded TTF font."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repo_service.office.paper import (
    Alignment,
    BulletList,
    Heading,
    Paper,
    Paragraph,
    Table,
    Target,
    printable,
)

_FAMILY = "Kho"
_SIZE_PT = 12
_HEADING_SIZES_PT = {1: 14, 2: 13, 3: 12}
_TITLE_SIZE_PT = 17
_MARGINS_MM = (30, 20, 15)  # left, top, right, as in docx.py
_SPACING = 1.35
_ALIGN = {"left": "L", "center": "C", "right": "R", "justify": "J"}
# Regular and bold of our own font as the front-end build makes it, then fonts found on Linux and macOS.
_OWN = ("be-vietnam-pro-400.ttf", "be-vietnam-pro-600.ttf")
_SYSTEM = (
    ("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"),
    ("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf"),
    ("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    ("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    ("/System/Library/Fonts/Supplemental/Times New Roman.ttf", "Times New Roman Bold.ttf"),
)


class FontNotFoundError(RuntimeError):
    """No font for the letters of Vietnamese; said to operators."""


@dataclass(frozen=True)
class _Font:
    regular: Path
    bold: Path


def write_pdf(target: Target, paper: Paper, *, fonts: Path | None = None) -> None:
    """Write `paper` as PDF to a path or a binary stream.

    `fonts` is the folder of the built fonts (`repo_service/ui/static/dist/fonts`); without them a system font
    serves. Raises FontNotFoundError when there is none.
    """
    font = _find_font(fonts)
    from fpdf import FPDF  # 60 MB with fontTools: only where a PDF is really written

    page = FPDF(format="A4")
    page.set_creation_date(paper.made_on)
    page.set_title(printable(paper.title))
    page.set_lang("vi-VN")
    page.set_margins(*_MARGINS_MM)
    page.set_auto_page_break(True, margin=20)
    for style, file in (("", font.regular), ("B", font.bold), ("I", font.regular), ("BI", font.bold)):
        page.add_font(_FAMILY, style, file)
    page.add_page()
    _write_text(page, paper.title, _TITLE_SIZE_PT, "B", "center")
    for block in paper.blocks:
        _write_block(page, block)
    page.output(target)


def _find_font(folder: Path | None) -> _Font:
    own = [(folder / _OWN[0], folder / _OWN[1])] if folder else []
    system = [(Path(regular), Path(regular).with_name(bold)) for regular, bold in _SYSTEM]
    for regular, bold in own + system:
        if regular.is_file():
            return _Font(regular, bold if bold.is_file() else regular)
    raise FontNotFoundError("No TTF font with Vietnamese letters: build the front end or install DejaVu.")


def _write_block(page: Any, block: Heading | Paragraph | BulletList | Table) -> None:
    if isinstance(block, Heading):
        page.ln(2)
        _write_text(page, block.text, _HEADING_SIZES_PT.get(block.level, _SIZE_PT), "B")
    elif isinstance(block, Paragraph):
        style = ("B" if block.bold else "") + ("I" if block.italic else "")
        _write_text(page, block.text, _SIZE_PT, style, block.align)
    elif isinstance(block, BulletList):
        for item in block.items:
            _write_text(page, f"• {item}", _SIZE_PT)
    elif block.rows:
        _write_table(page, block)


def _write_text(page: Any, text: str, size: int, style: str = "", align: Alignment = "left") -> None:
    page.set_font(_FAMILY, style, size)
    height = size * 25.4 / 72 * _SPACING  # points to millimetres
    page.multi_cell(0, height, printable(text), align=_ALIGN[align], new_x="LMARGIN", new_y="NEXT")
    page.ln(1.5)


def _write_table(page: Any, block: Table) -> None:
    page.set_font(_FAMILY, "", _SIZE_PT - 1)
    columns = max(len(row) for row in block.rows)
    with page.table(
        first_row_as_headings=block.has_head, num_heading_rows=1, line_height=6, padding=1
    ) as table:
        for texts in block.rows:
            row = table.row()
            for text in [*texts, *[""] * (columns - len(texts))]:
                row.cell(printable(text))
    page.ln(3)
