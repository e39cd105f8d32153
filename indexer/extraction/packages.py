"""Zip packages (docx, pptx, xlsx, odf) opened with limits, their XML parsed without DTD, entities, network.

Nothing is ever unpacked to disk and member names are only looked up in the package, so a name cannot escape.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from indexer.extraction.extracted import Limits, Refused

_PROLOG = 64 * 1024
_ENCRYPTED_FLAG = 0x1
# An encrypted Office file is an OLE container with this signature, not a zip.
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Package:
    """An opened package whose directory passed the limits."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self._archive = archive
        self._limits = limits
        self._left = limits.unpacked
        self.names = frozenset(archive.namelist())

    def sorted_names(self, prefix: str, suffix: str = ".xml") -> list[str]:
        """Members between prefix and suffix in their natural order: slide2 before slide10."""
        found = [name for name in self.names if name.startswith(prefix) and name.endswith(suffix)]
        return sorted(found, key=lambda name: (len(name), name))

    def read_xml(self, name: str) -> etree._Element:
        """The root element of one member. Raises Refused, KeyError (missing), XMLSyntaxError (broken)."""
        info = self._archive.getinfo(name)
        if info.file_size > self._limits.member or info.file_size > self._left:
            raise Refused("too_big")
        self._left -= info.file_size
        return parse_xml(self._archive.read(info))

    def check_prologs(self) -> None:
        """Refuse a DTD in any XML member, for packages whose parts a library will parse."""
        for name in self.names:
            if name.endswith((".xml", ".rels", ".vml")):
                with self._archive.open(name) as member:
                    _refuse_dtd(member.read(_PROLOG))


@contextmanager
def open_package(path: Path, limits: Limits) -> Iterator[Package]:
    """Open a zip after checking its directory: count, declared sizes, ratio, encryption.

    zipfile never gives more bytes than the directory declares: checking that bounds what is read.
    """
    with path.open("rb") as stream:
        if stream.read(len(_OLE_SIGNATURE)) == _OLE_SIGNATURE:
            raise Refused("encrypted")
    with zipfile.ZipFile(path) as archive:
        _check_directory(archive.infolist(), limits)
        yield Package(archive, limits)


def _check_directory(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members or sum(info.file_size for info in members) > limits.unpacked:
        raise Refused("too_big")
    for info in members:
        if info.flag_bits & _ENCRYPTED_FLAG:
            raise Refused("encrypted")
        if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise Refused("too_big")


def parse_xml(data: bytes) -> etree._Element:
    """Parse untrusted XML; Refused('unsafe') when it brings a document type."""
    _refuse_dtd(data[:_PROLOG])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if (
            getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY
        ):  # libxml2 tells it like a mistake in the file
            raise MemoryError from error
        raise
    # In another encoding, or below a long comment, only the parser sees it.
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("unsafe")
    return root


def _refuse_dtd(start: bytes) -> None:
    plain = start.replace(b"\0", b"").upper()  # UTF-16 and UTF-32 read like ASCII without their zeros
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise Refused("unsafe")
