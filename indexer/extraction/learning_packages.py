"""Packages of learning platforms: SCORM and Common Cartridge by their manifest, H5P by what its exercise says."""

from __future__ import annotations

import json
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

from lxml import etree

from indexer.extraction.extracted import Refused
from indexer.extraction.gathered import Rank
from indexer.extraction.html import add_fragment
from indexer.extraction.inner_files import InnerFiles
from indexer.extraction.markup_walk import local_name
from indexer.extraction.packages import parse_xml
from indexer.extraction.xml_texts import add_texts

_MANIFEST, _EXERCISE, _CONTENT = "imsmanifest.xml", "h5p.json", "content/content.json"
_MARKUP = 16 * 1024 * 1024
_SAID_IN_MANIFEST = frozenset({"title", "langstring", "string", "description"})
# Keys of H5P whose words are not the author's: names of libraries, licences, and the labels of buttons.
_KEYS_NOT_SAID = re.compile(
    r"library|subContentId|path|mime|license\w*|licenseExtras|contentType|defaultLanguage|a11y\w*|UI|l10n|"
    r"behaviour|type|id|alignment|\w*(Button|Label|Announcement|Color|Style|Header|Aria|Mode|Id)|currentLabel|"
    r"(check|retry|reset|showSolution|showSolutions|tryAgain|submit|next|previous|close|start|finish)\w*",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]{2}")


def read(inside: InnerFiles, members: Sequence[zipfile.ZipInfo]) -> bool:
    """Add the texts of a package of a known kind; False for any other archive.

    Raises Refused('unsafe') for a manifest with a document type.
    """
    by_name = {info.filename: info for info in members}
    if _MANIFEST in by_name:
        _read_ims(inside, by_name)
    elif _EXERCISE in by_name:
        _read_h5p(inside, by_name)
    else:
        return False
    return True


def _read_ims(inside: InnerFiles, by_name: dict[str, zipfile.ZipInfo]) -> None:
    """Titles of the manifest, its pages in their order, then the other documents and questions."""
    ordered: list[str] = []
    try:
        manifest = parse_xml(inside.data(by_name[_MANIFEST], _MARKUP))
    except (etree.XMLSyntaxError, zipfile.BadZipFile):
        manifest = None  # the pages are there all the same
    if manifest is not None:
        _add_manifest(inside, manifest)
        ordered = [name for name in _pages(manifest) if name in by_name]
    rest = sorted(name for name in by_name if name not in ordered and name != _MANIFEST)
    for name in (*dict.fromkeys(ordered), *rest):
        if name.lower().endswith(".xml"):
            _add_xml(inside, by_name[name])
        else:
            inside.read(by_name[name])


def _add_manifest(inside: InnerFiles, manifest: etree._Element) -> None:
    rank = Rank.TITLE
    for element in manifest.iter():
        if local_name(element).lower() in _SAID_IN_MANIFEST and (element.text or "").strip():
            inside.gathered.add(element.text or "", rank)
            rank = Rank.PLAIN


def _pages(manifest: etree._Element) -> Iterator[str]:
    """Members of the resources: first those that the table of contents names, in its order."""
    resources = {each.get("identifier"): each for each in manifest.iter() if local_name(each) == "resource"}
    named = [each.get("identifierref") for each in manifest.iter() if local_name(each) == "item"]
    for key in (*named, *resources):
        resource = resources.get(key)
        if resource is not None:
            hrefs = [
                resource.get("href"),
                *(each.get("href") for each in resource if local_name(each) == "file"),
            ]
            for href in hrefs:
                yield posixpath.normpath(unquote((href or "").partition("?")[0]))


def _add_xml(inside: InnerFiles, info: zipfile.ZipInfo) -> None:
    """Questions (QTI) and topics of a cartridge; XML that cannot be read, or brings a DTD, says nothing."""
    try:
        root = parse_xml(inside.data(info, _MARKUP))
    except (etree.XMLSyntaxError, zipfile.BadZipFile, Refused):
        return
    add_texts(root, inside.gathered)


def _read_h5p(inside: InnerFiles, by_name: dict[str, zipfile.ZipInfo]) -> None:
    """The title, what the author wrote, then subtitles and documents among its files."""
    about = json.loads(inside.data(by_name[_EXERCISE], _MARKUP))
    if isinstance(about, dict):
        inside.gathered.add(str(about.get("title", "")), Rank.TITLE)
    if _CONTENT in by_name:
        for said in _said(json.loads(inside.data(by_name[_CONTENT], _MARKUP))):
            add_fragment(said, inside.gathered)
    for name, info in by_name.items():
        if name.startswith("content/"):
            inside.read(info)


def _said(content: Any) -> Iterator[str]:
    """The author's words in order, without recursion."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if _WORDS.search(value):
                yield value
        elif isinstance(value, dict):
            waiting.extend(part for key, part in reversed(value.items()) if not _KEYS_NOT_SAID.fullmatch(key))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
