"""Any other XML (question banks of Moodle and QTI, drawings in SVG): the texts of its elements, line by line."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered
from indexer.extraction.html import add_fragment
from indexer.extraction.markup_walk import local_name, walk
from indexer.extraction.packages import parse_xml

# What programs say to each other: schedules, scripts, styles, pictures in letters.
_NOT_SAID = frozenset(
    {"script", "style", "file", "metadata", "schema", "schemaversion", "identifier", "rights"}
)
_BLANKS = re.compile("[ \t\n\r]+")
_LONGEST = 100_000  # characters of one element that are looked at


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add what the elements hold; Refused('unsafe') for a document type."""
    if path.stat().st_size > limits.member:
        raise Refused("too_big")
    add_texts(parse_xml(path.read_bytes()), gathered)


def add_texts(root: etree._Element, gathered: Gathered) -> None:
    """The texts of `root` and below in order; HTML that stands in them as text is read as such."""
    hidden = frozenset(tag for tag in {str(each.tag) for each in root.iter()} if _plain(tag) in _NOT_SAID)
    for element in walk(root, hidden):
        line = _BLANKS.sub(" ", element.text or "").strip(" ")[:_LONGEST]
        if any(letter.isalpha() for letter in line) and local_name(element):
            add_fragment(line, gathered)
        tail = _BLANKS.sub(" ", element.tail or "").strip(" ")[:_LONGEST]
        if any(letter.isalpha() for letter in tail) and element is not root:
            gathered.add(tail)


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2].lower()
