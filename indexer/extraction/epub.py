"""EPUB books: title and author, then the chapters in the order of reading."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered, Rank
from indexer.extraction.inner_files import InnerFiles
from indexer.extraction.packages import parse_xml

_CONTAINER, _RIGHTS = "META-INF/container.xml", "META-INF/rights.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add metadata and chapters; Refused('encrypted') for a protected book, 'damaged' for what is no book."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: info for info in archive.infolist()}
        if len(members) > limits.members:
            raise Refused("too_big")
        if _RIGHTS in members:
            raise Refused("encrypted")
        inside = InnerFiles(archive, gathered, limits)
        try:
            container = parse_xml(inside.data(members[_CONTAINER], limits.raw_text))
            place = next(root.get("full-path", "") for root in container.iterfind(".//{*}rootfile"))
            book = parse_xml(inside.data(members[place], limits.raw_text))
        except (KeyError, StopIteration) as error:
            raise Refused("damaged") from error
        for name, rank in (("title", Rank.TITLE), ("creator", Rank.PLAIN), ("description", Rank.PLAIN)):
            for element in book.iter(_DC + name):
                gathered.add(element.text or "", rank)
        for chapter in _chapters(book, posixpath.dirname(place)):
            if chapter in members:
                inside.read(members[chapter])


def _chapters(book: etree._Element, folder: str) -> list[str]:
    hrefs = {item.get("id"): item.get("href", "") for item in book.iterfind(".//{*}manifest/{*}item")}
    wanted = [hrefs.get(each.get("idref"), "") for each in book.iterfind(".//{*}spine/{*}itemref")]
    return [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in wanted if href]
