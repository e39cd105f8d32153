"""Word documents: body with tables, boxes and content controls in their order, then notes and headers."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered, Rank
from indexer.extraction.markup_walk import walk
from indexer.extraction.office_maths import MATHS, linear_text
from indexer.extraction.packages import Package, open_package

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY = "word/document.xml"
_PARAGRAPH, _TEXT_BOX, _STYLE = f"{_W}p", f"{_W}txbxContent", f"{_W}style"
# Word writes a text box twice, the second time for old readers.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_ELSEWHERE = frozenset({_FALLBACK, f"{_W}moveFrom", f"{_W}del"})
_OUTSIDE_PARAGRAPH = _ELSEWHERE | {_TEXT_BOX, f"{_W}pPr", f"{_W}rPr"}
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_SIGN_OF = {f"{_W}{name}": sign for name, sign in _SIGNS.items()}


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add every paragraph of the document, wherever it stands."""
    with open_package(path, limits) as package:
        if _BODY not in package.names:
            raise Refused("damaged")
        styles = _style_ranks(package)
        _add_part(package.read_xml(_BODY), gathered, styles)
        for name in ("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"):
            if name in package.names:
                _add_part(package.read_xml(name), gathered, {})
        _add_headers(package, gathered)


def _add_part(root: etree._Element, gathered: Gathered, styles: dict[str, Rank]) -> None:
    for element in walk(root, _ELSEWHERE):
        if element.tag == _PARAGRAPH:
            gathered.add(_paragraph_text(element), _paragraph_rank(element, styles))


def _add_headers(package: Package, gathered: Gathered) -> None:
    """First-page, even and odd headers mostly say the same: each text once."""
    seen: set[str] = set()
    for name in package.sorted_names("word/header") + package.sorted_names("word/footer"):
        for element in walk(package.read_xml(name), _ELSEWHERE):
            text = _paragraph_text(element) if element.tag == _PARAGRAPH else ""
            if text not in seen:
                seen.add(text)
                gathered.add(text)


def _paragraph_text(paragraph: etree._Element) -> str:
    """Text of one paragraph; a text box inside it is a paragraph of its own and comes later in the walk."""
    pieces: list[str] = []
    for element in walk(paragraph, _OUTSIDE_PARAGRAPH):
        if element.tag == f"{_W}t":
            pieces.append(element.text or "")
        elif element.tag == MATHS:
            pieces.append(f" {linear_text(element)} ")
        else:
            pieces.append(_SIGN_OF.get(str(element.tag), ""))
    return "".join(pieces)


def _paragraph_rank(paragraph: etree._Element, styles: dict[str, Rank]) -> Rank:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    rank = styles.get(style.get(f"{_W}val", ""), Rank.PLAIN) if style is not None else Rank.PLAIN
    if rank == Rank.PLAIN and _is_bold(paragraph):
        return Rank.STRONG
    return rank


def _is_bold(paragraph: etree._Element) -> bool:
    runs = [run for run in paragraph.iterfind(f"{_W}r") if (run.findtext(f"{_W}t") or "").strip()]
    return bool(runs) and all(_run_is_bold(run) for run in runs)


def _run_is_bold(run: etree._Element) -> bool:
    bold = run.find(f"{_W}rPr/{_W}b")
    return bold is not None and bold.get(f"{_W}val", "1") not in ("0", "false", "off")


def _style_ranks(package: Package) -> dict[str, Rank]:
    """Style id -> rank. Ids are translated by Word ("Tiu", "u1"), the names inside stay English."""
    if "word/styles.xml" not in package.names:
        return {}
    ranks: dict[str, Rank] = {}
    for style in package.read_xml("word/styles.xml").iterfind(_STYLE):
        named = style.find(f"{_W}name")
        name = named.get(f"{_W}val", "").lower() if named is not None else ""
        if name == "title":
            ranks[style.get(f"{_W}styleId", "")] = Rank.TITLE
        elif name.startswith("heading "):
            ranks[style.get(f"{_W}styleId", "")] = Rank.HEADING
    return ranks
