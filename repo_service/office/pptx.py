"""PowerPoint presentations, 16:9, from a deck of plain slides."""

from __future__ import annotations

from typing import Any

from repo_service.office.paper import Deck, Slide, Table, Target, printable
from repo_service.office.steady_zip import save_steady

_WIDTH_IN, _HEIGHT_IN, _MARGIN_IN = 13.333, 7.5, 0.7
_TITLE_IN, _BODY_TOP_IN = 1.2, 1.7
_COVER, _CONTENT = 0, 1  # layouts of python-pptx's own template


def write_pptx(target: Target, deck: Deck) -> None:
    """Write `deck` as .pptx to a path or a binary stream."""
    import pptx  # loads lxml and Pillow: only where slides are really written
    from pptx.util import Inches

    presentation = pptx.Presentation()
    presentation.slide_width, presentation.slide_height = Inches(_WIDTH_IN), Inches(_HEIGHT_IN)
    properties = presentation.core_properties
    properties.title, properties.author = printable(deck.title)[:255], ""
    properties.created = properties.modified = deck.made_on.replace(tzinfo=None)
    properties.last_modified_by = ""
    cover = presentation.slides.add_slide(presentation.slide_layouts[_COVER])
    _put(cover.shapes.title, deck.title, top=2.2, height=1.6)
    _put(cover.placeholders[1], deck.subtitle, top=4.0, height=1.4)
    for slide in deck.slides:
        _add_slide(presentation, slide)
    save_steady(presentation.save, target)


def _put(shape: Any, text: str, top: float, height: float) -> None:
    """The template is 4:3, so each shape is placed anew."""
    from pptx.util import Inches

    shape.left, shape.width = Inches(_MARGIN_IN), Inches(_WIDTH_IN - 2 * _MARGIN_IN)
    shape.top, shape.height = Inches(top), Inches(height)
    shape.text_frame.text = printable(text)


def _add_slide(presentation: Any, slide: Slide) -> None:
    shown = presentation.slides.add_slide(presentation.slide_layouts[_CONTENT])
    _put(shown.shapes.title, slide.title, top=0.4, height=_TITLE_IN)
    room = _HEIGHT_IN - _BODY_TOP_IN - 0.5
    for_bullets = room / 2 if slide.table else room
    _put(shown.placeholders[1], "\n".join(slide.bullets), top=_BODY_TOP_IN, height=for_bullets)
    if slide.table and slide.table.rows:
        _add_table(shown, slide.table, top=_BODY_TOP_IN + for_bullets)
    if slide.notes:
        shown.notes_slide.notes_text_frame.text = printable(slide.notes)


def _add_table(shown: Any, table: Table, top: float) -> None:
    from pptx.util import Inches

    columns = max(len(row) for row in table.rows)
    width, height = Inches(_WIDTH_IN - 2 * _MARGIN_IN), Inches(0.45 * len(table.rows))
    frame = shown.shapes.add_table(len(table.rows), columns, Inches(_MARGIN_IN), Inches(top), width, height)
    frame.table.first_row = table.has_head
    for row, texts in enumerate(table.rows):
        for column, text in enumerate(texts):
            frame.table.cell(row, column).text = printable(text)
