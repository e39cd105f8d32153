"""Word documents dressed as official papers: A4, Times New Roman 13, margins of Nghị định 30/2020."""

from __future__ import annotations

from typing import Any

from repo_service.office.paper import BulletList, Heading, Paper, Paragraph, Table, Target, printable
from repo_service.office.steady_zip import save_steady

FONT = "Times New Roman"
FONT_SIZE_PT = 13
PAGE_MM = (210, 297)
MARGINS_MM = {"top": 20, "bottom": 20, "left": 30, "right": 15}
_HEADING_SIZES_PT = {"Title": 16, "Heading 1": 14, "Heading 2": 13, "Heading 3": 13}


def write_docx(target: Target, paper: Paper) -> None:
    """Write `paper` as .docx to a path or a binary stream."""
    import docx  # loads lxml: only where a document is really written

    document = docx.Document()
    _set_page(document.sections[0])
    _set_styles(document.styles)
    _set_properties(document.core_properties, paper)
    title = document.add_paragraph(printable(paper.title), style="Title")
    title.alignment = _alignments()["center"]
    for block in paper.blocks:
        _add_block(document, block)
    save_steady(document.save, target)


def _set_page(section: Any) -> None:
    from docx.shared import Mm

    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    for side, millimetres in MARGINS_MM.items():
        setattr(section, f"{side}_margin", Mm(millimetres))


def _set_styles(styles: Any) -> None:
    from docx.shared import Pt

    _set_font(styles["Normal"], FONT_SIZE_PT)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, size in _HEADING_SIZES_PT.items():
        _set_font(styles[name], size)
        styles[name].font.bold = True
    border = styles["Title"].element.pPr.find("{*}pBdr")
    if border is not None:  # python-docx's template draws a blue line below titles
        border.getparent().remove(border)


def _set_font(style: Any, size: int) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme font would win over the name
    for script in ("w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)


def _set_properties(properties: Any, paper: Paper) -> None:
    properties.title, properties.author, properties.comments = printable(paper.title)[:255], "", ""
    properties.created = properties.modified = paper.made_on.replace(tzinfo=None)
    properties.language = "vi-VN"


def _add_block(document: Any, block: Heading | Paragraph | BulletList | Table) -> None:
    if isinstance(block, Heading):
        document.add_heading(printable(block.text), level=block.level)
    elif isinstance(block, Paragraph):
        paragraph = document.add_paragraph()
        run = paragraph.add_run(printable(block.text))
        run.bold, run.italic = block.bold, block.italic
        paragraph.alignment = _alignments()[block.align]
    elif isinstance(block, BulletList):
        for item in block.items:
            document.add_paragraph(printable(item), style="List Bullet")
    else:
        _add_table(document, block)


def _add_table(document: Any, block: Table) -> None:
    columns = max((len(row) for row in block.rows), default=0)
    table = document.add_table(rows=0, cols=columns, style="Table Grid")
    for number, row in enumerate(block.rows):
        for cell, text in zip(table.add_row().cells, row, strict=False):
            run = cell.paragraphs[0].add_run(printable(text))
            run.bold = block.has_head and number == 0
    document.add_paragraph()


def _alignments() -> dict[str, Any]:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as WORD

    return {"left": WORD.LEFT, "center": WORD.CENTER, "right": WORD.RIGHT, "justify": WORD.JUSTIFY}
