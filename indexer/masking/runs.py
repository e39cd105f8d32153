"""Words put out in Word and PowerPoint parts: found over the runs of a paragraph, taken out of each run they cross."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from indexer.masking.needles import MASK, Needles

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LONGEST_CELL = 80
"""Characters of a cell in a list of people; a row with more is a lesson laid out as a table."""
Piece = tuple[etree._Element | None, str]
"""A text element, or None for a sign between them, with what it says."""


def mask_paragraphs(root: etree._Element, namespace: str, needles: Needles) -> list[tuple[str, str]]:
    """Change the paragraphs of one part; (before, after) of each that changed."""
    changed = []
    whole = _paragraphs_of_private_rows(root, namespace, needles)
    for paragraph in root.iter(f"{{{namespace}}}p"):
        pieces = _pieces(paragraph, namespace)
        text = "".join(said for _element, said in pieces)
        spans = [(0, len(text))] if paragraph in whole and text.strip() else needles.spans(text)
        if spans:
            _put_out(pieces, spans)
            changed.append((text, MASK if paragraph in whole else needles.masked(text)))
    return changed


def _paragraphs_of_private_rows(
    root: etree._Element, namespace: str, needles: Needles
) -> set[etree._Element]:
    """Rows of a list of people: one cell is what was found, and no cell holds more than a list's cells do."""
    found: set[etree._Element] = set()
    for row in root.iter(f"{{{namespace}}}tr"):
        paragraphs = list(row.iter(f"{{{namespace}}}p"))
        texts = ["".join(said for _element, said in _pieces(each, namespace)) for each in paragraphs]
        if all(len(text) <= _LONGEST_CELL for text in texts) and any(map(needles.name_row, texts)):
            found.update(paragraphs)
    return found


def _pieces(paragraph: etree._Element, namespace: str) -> list[Piece]:
    """Texts and signs of a paragraph in their order; a paragraph inside it (a text box) stands for itself."""
    texts = {f"{{{namespace}}}t", f"{{{namespace}}}delText"}
    signs = {f"{{{namespace}}}{name}": sign for name, sign in (("tab", "\t"), ("br", "\n"), ("cr", "\n"))}
    found: list[Piece] = []
    for element in paragraph.iter():
        if element.tag not in texts and element.tag not in signs:
            continue
        nearest = next(each for each in element.iterancestors() if each.tag == paragraph.tag)
        parent = element.getparent()
        is_run = parent is not None and str(parent.tag).endswith(("}r", "}fld"))
        if nearest is paragraph and is_run:
            is_text = element.tag in texts
            found.append((element, element.text or "") if is_text else (None, signs[str(element.tag)]))
    return found


def _put_out(pieces: Sequence[Piece], spans: Sequence[tuple[int, int]]) -> None:
    place = 0
    for element, said in pieces:
        first, place = place, place + len(said)
        if element is None:
            continue
        kept, at = "", 0
        for start, end in spans:
            if end <= first or start >= place:
                continue
            kept += said[at : max(0, start - first)] + (MASK if start >= first else "")
            at = min(len(said), end - first)
        if at or kept:
            element.text = kept + said[at:]
            element.set(_SPACE, "preserve")
