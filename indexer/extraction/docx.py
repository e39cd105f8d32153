"""Word documents: body with tables, boxes and content controls in their order, then notes and headers."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from indexer.extraction.docx_styles import Styles, W
from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered
from indexer.extraction.legacy_encodings import read_runs
from indexer.extraction.markup_walk import walk
from indexer.extraction.office_maths import MATHS, linear_text
from indexer.extraction.packages import Package, open_package

_BODY = "word/document.xml"
_PARAGRAPH, _RUN, _TEXT_BOX = f"{W}p", f"{W}r", f"{W}txbxContent"
# Word writes a text box twice, the second time for old readers.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_ELSEWHERE = frozenset({_FALLBACK, f"{W}moveFrom", f"{W}del"})
_OUTSIDE_PARAGRAPH = _ELSEWHERE | {_TEXT_BOX, f"{W}pPr", f"{W}rPr"}
_SOFT_HYPHEN = "\u00ad"  # ư of a TCVN3 font
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": _SOFT_HYPHEN}
_SIGN_OF = {f"{W}{name}": sign for name, sign in _SIGNS.items()}


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add every paragraph of the document, wherever it stands."""
    with open_package(path, limits) as package:
        if _BODY not in package.names:
            raise Refused("damaged")
        styles = Styles(package)
        _add_part(package.read_xml(_BODY), gathered, styles)
        for name in ("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"):
            if name in package.names:
                _add_part(package.read_xml(name), gathered, styles)
        _add_headers(package, gathered, styles)


def _add_part(root: etree._Element, gathered: Gathered, styles: Styles) -> None:
    for element in walk(root, _ELSEWHERE):
        if element.tag == _PARAGRAPH:
            gathered.add(_paragraph_text(element, styles), styles.rank(element))


def _add_headers(package: Package, gathered: Gathered, styles: Styles) -> None:
    """First-page, even and odd headers mostly say the same: each text once."""
    seen: set[str] = set()
    for name in package.sorted_names("word/header") + package.sorted_names("word/footer"):
        for element in walk(package.read_xml(name), _ELSEWHERE):
            text = _paragraph_text(element, styles) if element.tag == _PARAGRAPH else ""
            if text not in seen:
                seen.add(text)
                gathered.add(text)


def _paragraph_text(paragraph: etree._Element, styles: Styles) -> str:
    """Text of one paragraph; a text box inside it is a paragraph of its own and comes later in the walk."""
    runs: list[tuple[str, str | None]] = []
    font = inherited = styles.paragraph_font(paragraph)
    for element in walk(paragraph, _OUTSIDE_PARAGRAPH):
        if element.tag == _RUN:
            font = styles.run_font(element, inherited)
        elif element.tag == f"{W}t":
            runs.append((element.text or "", font))
        elif element.tag == MATHS:
            runs.append((f" {linear_text(element)} ", None))
        else:
            sign = _SIGN_OF.get(str(element.tag), "")
            runs.append((sign, font if sign == _SOFT_HYPHEN else None))
    return read_runs(runs)
