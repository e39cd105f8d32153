"""OpenDocument text, slides and sheets (odt, odp, ods): paragraphs and headings in document order."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered, Rank
from indexer.extraction.markup_walk import walk
from indexer.extraction.packages import open_package

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_HEADING, _PARAGRAPH = f"{_TEXT}h", f"{_TEXT}p"
_MANIFEST = "META-INF/manifest.xml"
_ENCRYPTION = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}encryption-data"
_SPACES = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
# A paragraph inside another (a frame, a note) is met again by the outer walk, so it is left out of the first.
_NESTED = frozenset({_PARAGRAPH, _HEADING, f"{_TEXT}tracked-changes"})


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add the text of content.xml."""
    with open_package(path, limits) as package:
        if _MANIFEST in package.names and list(package.read_xml(_MANIFEST).iter(_ENCRYPTION)):
            raise Refused("encrypted")
        root = package.read_xml("content.xml")
        for element in walk(root, frozenset({f"{_TEXT}tracked-changes"})):
            if element.tag in (_HEADING, _PARAGRAPH):
                rank = Rank.HEADING if element.tag == _HEADING else Rank.PLAIN
                gathered.add(_own_text(element), rank)


def _own_text(element: etree._Element) -> str:
    """Text of a paragraph with its spans; depth is bounded by the XML parser (256 levels)."""
    pieces = [_SPACES.get(str(element.tag), ""), element.text or ""]
    for child in element:
        if child.tag not in _NESTED:
            pieces.append(_own_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
