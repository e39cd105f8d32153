"""Words put out in Excel workbooks: single words inside cells, and whole rows of a list of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from indexer.masking.needles import MASK, Needles

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Changes = list[tuple[str, str]]
SHARED = "xl/sharedStrings.xml"
_NUMBER_DIGITS = 8
"""Digits of a number from which it may be a telephone or identity number."""


def is_read(name: str) -> bool:
    """Whether a part of the package is looked at: sheets, the texts they share, notes on cells."""
    return name.startswith(("xl/worksheets/sheet", "xl/comments")) or name == SHARED


def mask_workbook(parts: Mapping[str, etree._Element], needles: Needles) -> Changes:
    """Change the sheets, shared texts and notes; (before, after) of each row or text that changed."""
    shared = list(parts[SHARED].iter(f"{S}si")) if SHARED in parts else []
    texts, emptied, changed = [_text(item) for item in shared], set[int](), list[tuple[str, str]]()
    for name in sorted(parts):
        for row in parts[name].iter(f"{S}row"):
            changed += _mask_row(row, texts, needles, emptied)
        if name.startswith("xl/comments"):
            changed += _mask_texts(list(parts[name].iter(f"{S}text")), needles)
    for place in emptied:
        _say(shared[place], MASK)
    left = [item for place, item in enumerate(shared) if place not in emptied]
    return changed + _mask_texts(left, needles)


def _mask_texts(items: Sequence[etree._Element], needles: Needles) -> Changes:
    changed = []
    for item in items:
        before = _text(item)
        if (after := needles.masked(before)) != before:
            _say(item, after)
            changed.append((before, after))
    return changed


def _mask_row(
    row: etree._Element, texts: list[str], needles: Needles, emptied: set[int]
) -> Iterator[tuple[str, str]]:
    cells = [(cell, _said(cell, texts)) for cell in row.iter(f"{S}c")]
    words = [said for _cell, said in cells if said]
    if needles.hold_row(words):
        for cell, said in cells:
            if said:
                _note_shared(cell, emptied)
                _put(cell, MASK)
        yield " ".join(words), " ".join(MASK for _word in words)
        return
    for cell, said in cells:
        is_number = cell.get("t", "n") == "n" and sum(map(str.isdigit, said)) >= _NUMBER_DIGITS
        if is_number and any(said.lstrip("0") in _digits(line) for line in needles.lines):
            _put(cell, MASK)
            yield said, MASK
        elif cell.get("t") in ("inlineStr", "str") and (after := needles.masked(said)) != said:
            _put(cell, after)
            yield said, after


def _said(cell: etree._Element, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{S}v") or ""
    if kind == "s":
        return texts[int(value)] if value.isdigit() and int(value) < len(texts) else ""
    return value.removesuffix(".0")


def _note_shared(cell: etree._Element, emptied: set[int]) -> None:
    value = cell.findtext(f"{S}v") or ""
    if cell.get("t") == "s" and value.isdigit():
        emptied.add(int(value))


def _put(cell: etree._Element, text: str) -> None:
    """The cell says `text`; its look stays, and its formula, which finds nothing to bring back."""
    formula = cell.find(f"{S}f")
    for child in list(cell):
        if child is not formula:
            cell.remove(child)
    cell.set("t", "inlineStr" if formula is None else "str")
    if formula is None:
        etree.SubElement(etree.SubElement(cell, f"{S}is"), f"{S}t").text = text
    else:
        etree.SubElement(cell, f"{S}v").text = text


def _text(item: etree._Element) -> str:
    return "".join(node.text or "" for node in item.iter(f"{S}t"))


def _say(item: etree._Element, text: str) -> None:
    nodes = list(item.iter(f"{S}t"))
    for node in nodes[1:]:
        node.text = ""
    nodes[0].text = text


def _digits(line: str) -> str:
    return "".join(filter(str.isdigit, line))
