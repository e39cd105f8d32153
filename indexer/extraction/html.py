"""Web pages: visible text only; scripts, styles and templates are dropped, nothing is fetched."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from indexer.extraction.extracted import Limits
from indexer.extraction.gathered import Gathered, Rank
from indexer.extraction.plain_text import decode

_HIDDEN = frozenset({"script", "style", "template", "noscript", "head", "svg", "iframe", "object"})
# fmt: off
_INLINE = frozenset((
    "a", "abbr", "b", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s",
    "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var",
))
# fmt: on
_RANKS = {"h1": Rank.TITLE, "h2": Rank.HEADING, "h3": Rank.HEADING}
_BLANKS = re.compile("[ \t\n\f\r]+")  # those of HTML: others may be halves of letters
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add the page's title and its visible lines."""
    with path.open("rb") as stream:
        text = _decode(stream.read(limits.markup))
    root = _parse(text)
    if root is None:
        return
    gathered.add(root.findtext("head/title") or "", Rank.HEADING)
    _add_visible(root, gathered)


def add_fragment(text: str, gathered: Gathered) -> None:
    """The visible lines of a piece of HTML, as forms and exercises keep it; plain text passes as it is."""
    root = _parse(text) if "<" in text or "&" in text else None
    if root is None:
        gathered.add(text)
    else:
        _add_visible(root, gathered)


def _parse(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    return etree.fromstring(text.encode("utf-8", errors="replace"), parser)


def _decode(data: bytes) -> str:
    declared = _DECLARED.search(data[:2048])
    if declared and declared[1].lower() not in (b"utf-8", b"utf8"):
        try:
            return data.decode(declared[1].decode("ascii"), errors="replace")
        except LookupError:
            pass
    return decode(data)


def _add_visible(root: etree._Element, gathered: Gathered) -> None:
    """One line per block: inline elements go on in the line of their block."""
    etree.strip_elements(root, *_HIDDEN, with_tail=False)
    line: list[str] = []
    rank = Rank.PLAIN
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag not in _INLINE:
            gathered.add(_BLANKS.sub(" ", "".join(line)), rank)
            line = []
            rank = _RANKS.get(str(element.tag), Rank.PLAIN) if event == "start" else Rank.PLAIN
        line.append((element.text if event == "start" else element.tail) or "")
    gathered.add(_BLANKS.sub(" ", "".join(line)), rank)
