"""What a file is by its own bytes: one check per family, each answering a reason code or None.

A damaged file is not a suspicious one: a cut-off document passes here, and says "không đọc được nội dung".
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from repo_service.files.inspection import zip_safety

EDGE = 128 * 1024
BLOCK = 1024 * 1024
MISMATCH, POLYGLOT = "type_mismatch", "polyglot"
_ACTIVE = (b"<script", b"<html", b"<?php", b"<svg", b"javascript:")


@dataclass(frozen=True)
class Sample:
    """An opened file with its first and last 128 KiB."""

    file: BinaryIO
    size: int
    head: bytes
    tail: bytes

    @classmethod
    def of(cls, file: BinaryIO) -> Sample:
        """Read the edges of a seekable file."""
        size = file.seek(0, 2)
        file.seek(max(0, size - EDGE))
        tail = file.read(EDGE)
        file.seek(0)
        return cls(file, size, file.read(EDGE), tail)


Check = Callable[[Sample], str | None]


def signature(*starts: bytes, at: int = 0) -> Check:
    """A binary type known by its first bytes, and nothing else hidden at its edges."""

    def check(sample: Sample) -> str | None:
        if not sample.head[at:].startswith(starts):
            return MISMATCH
        return hidden(sample)

    return check


def hidden(sample: Sample) -> str | None:
    """A second type in the same bytes: an archive at the end, a page or a document at the start."""
    start = sample.head[:1024].lower()
    second = holds_archive(sample) or any(mark in start for mark in (*_ACTIVE, b"%pdf-"))
    return POLYGLOT if second else None


def holds_archive(sample: Sample) -> bool:
    """Whether a program that looks for a zip from the end would find one, wherever it begins."""
    return zip_safety.END in sample.tail[-65_557:] and zip_safety.ENTRY in sample.tail


def picture(check: Check) -> Check:
    """A raster image: its own check, and no markup anywhere near its edges."""

    def check_picture(sample: Sample) -> str | None:
        edges = (sample.head + sample.tail).lower()
        return check(sample) or (POLYGLOT if any(mark in edges for mark in _ACTIVE) else None)

    return check_picture


def gif(sample: Sample) -> str | None:
    """A GIF whose first block is one that GIF knows: `GIF89a=alert()` is not."""
    wrong = signature(b"GIF87a", b"GIF89a")(sample)
    if wrong or len(sample.head) < 14:
        return wrong or MISMATCH
    flags = sample.head[10]
    first = 13 + (3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0)
    return None if sample.head[first : first + 1] in (b"\x21", b"\x2c", b"\x3b") else POLYGLOT


def bitmap(sample: Sample) -> str | None:
    """A BMP with one of the headers that exist."""
    wrong = signature(b"BM")(sample)
    known = sample.head[14:18] in {struct.pack("<I", size) for size in (12, 40, 52, 56, 64, 108, 124)}
    return wrong or (None if known else MISMATCH)


def riff(kind: bytes) -> Check:
    """WebP and WAV: RIFF with the kind's name."""

    def check(sample: Sample) -> str | None:
        return signature(b"RIFF")(sample) or (None if sample.head[8:12] == kind else MISMATCH)

    return check


def mpeg_audio(sample: Sample) -> str | None:
    """MP3: an ID3 tag or a frame's sync bits."""
    frame = sample.head[0:1] == b"\xff" and sample.head[1:2] >= b"\xe0"
    return hidden(sample) if sample.head.startswith(b"ID3") or frame else MISMATCH


def movie(sample: Sample) -> str | None:
    """MP4, MOV, M4A: a first box that opens such files."""
    if sample.head[4:8] not in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return MISMATCH
    return hidden(sample)


def pdf(sample: Sample) -> str | None:
    """PDF from the first byte on; markup before its first object or after its end makes it two files."""
    if not sample.head.lstrip(b"\xef\xbb\xbf\r\n\t \0").startswith(b"%PDF-"):
        return MISMATCH
    if holds_archive(sample):
        return POLYGLOT
    edges = (sample.head[:1024] + sample.tail.rpartition(b"%%EOF")[2][-65536:]).lower()
    if b"%%EOF" not in sample.tail:
        edges = sample.head[:1024].lower()
    return POLYGLOT if any(mark in edges for mark in _ACTIVE) else None


def old_office(own: tuple[str, ...], foreign: tuple[str, ...]) -> Check:
    """OLE2 with the streams of its program; with another program's streams only it is misnamed."""

    def check(sample: Sample) -> str | None:
        if not sample.head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            return MISMATCH
        streams = _ole_directory(sample)
        own_found, foreign_found = (
            any(n.encode("utf-16-le") in streams for n in names) for names in (own, foreign)
        )
        if foreign_found and not own_found:
            return MISMATCH
        # A package set into the document may end anywhere; one that ends the file is a second file.
        return POLYGLOT if isinstance(zip_safety.find_end(sample.tail, sample.size), tuple) else None

    return check


def _ole_directory(sample: Sample) -> bytes:
    if len(sample.head) < 52:
        return b""
    shift, first = struct.unpack("<30xH16xI", sample.head[:52])
    if shift not in (9, 12):
        return b""
    sample.file.seek((first + 1) << shift)
    return sample.file.read(4096)


def package(wanted: Callable[[zip_safety.Contents], bool] | None = None) -> Check:
    """A zip that is only a zip and holds what its ending promises; one without a directory is damaged."""

    def check(sample: Sample) -> str | None:
        if not sample.head.startswith(b"PK\x03\x04"):
            return MISMATCH
        if sample.head[257:262] == b"ustar":
            return POLYGLOT
        try:
            contents = zip_safety.examine(sample.file, sample.size)
        except zip_safety.Suspicious as found:
            return found.reason
        if contents is None or wanted is None:
            return None
        if any(name.lower().endswith("vbaproject.bin") for name in contents.names):
            return "macros"
        return None if wanted(contents) else MISMATCH

    return check


def office_open_xml(folder: str) -> Check:
    """DOCX, XLSX, PPTX; one with a password is an OLE2 file around the document."""
    plain = package(lambda inside: "[Content_Types].xml" in inside.names and _has(inside, folder))

    def check(sample: Sample) -> str | None:
        if sample.head.startswith(b"\xd0\xcf\x11\xe0"):
            locked = "EncryptedPackage".encode("utf-16-le") in _ole_directory(sample)
            return None if locked else MISMATCH
        return plain(sample)

    return check


def _has(inside: zip_safety.Contents, folder: str) -> bool:
    return any(name.startswith(folder) for name in inside.names)


def typed_package(*mimetypes: bytes) -> Check:
    """ODF and EPUB: the member `mimetype` says which."""
    return package(lambda inside: inside.mimetype in mimetypes)


def package_with(*names: str) -> Check:
    """H5P, GeoGebra, Scratch: one of the members that such a file always has."""
    return package(lambda inside: any(name in inside.names for name in names))


def text(*, must_hold: bytes = b"") -> Check:
    """Readable text in UTF-8, UTF-16 with its mark, or an old 8-bit encoding; no NUL, hardly any controls."""

    def check(sample: Sample) -> str | None:
        if holds_archive(sample):
            return POLYGLOT
        if sample.head.startswith((b"#!", b"@echo off", b"<?php")):
            return "executable"
        if sample.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            plain = sample.head.decode("utf-16", "replace").encode()
            return None if must_hold in plain.lower() else MISMATCH
        if must_hold not in sample.head.lower():
            return MISMATCH
        return None if _is_readable(sample) else "text_unreadable"

    return check


def is_program(sample: Sample) -> bool:
    """A program of Windows, Linux or macOS, or a Java class, by its first bytes."""
    if sample.head.startswith(b"MZ"):
        return b"\0" in sample.head[:64]
    return sample.head.startswith(zip_safety.PROGRAMS)


def _is_readable(sample: Sample) -> bool:
    """VISCII and friends keep letters in six control codes, so a few controls are no fault."""
    sample.file.seek(0)
    odd = 0
    while block := sample.file.read(BLOCK):
        if b"\0" in block:
            return False
        odd += len(block) - len(
            block.translate(None, bytes([*range(1, 9), 11, *range(14, 27), *range(28, 32)]))
        )
    return odd * 50 <= sample.size
