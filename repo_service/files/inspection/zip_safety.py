"""Zip archives judged by their directory before anybody unpacks them: bombs, odd names, two readings.

Our own reading of the end record and of each local header must agree with Python's; where the two differ,
other programs differ too, and a file that reads differently in two programs is refused.
"""

from __future__ import annotations

import lzma
import stat
import struct
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

MEMBERS = 10_000
UNPACKED = 8 * 1024**3
RATIO, RATIO_FROM = 200, 16 * 1024**2
DIRECTORY_BYTES = 16 * 1024**2
DEEPEST = 2
NESTED_BYTES = 256 * 1024**2
LARGEST_GAP = 64 * 1024
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, 9, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
OFFICE = {"docx", "xlsx", "pptx", "ppsx", "odt", "ods", "odp", "epub", "h5p", "ggb", "sb3"}
EXECUTABLE = {
    "exe", "dll", "com", "scr", "msi", "bat", "cmd", "ps1", "vbs", "vbe", "wsf", "wsh", "hta",
    "lnk", "jar", "apk", "app", "cpl", "reg", "pif", "sys", "iso", "dmg", "deb", "rpm",
}  # fmt: skip

PROGRAMS = (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"MZ\x90\x00")
END, ENTRY, MEMBER = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"

_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, struct.error, zlib.error, lzma.LZMAError,
)  # fmt: skip

End = tuple[int, int, int]
"""Number of members, size of the directory, where it begins."""


class Suspicious(Exception):
    """An archive that is refused; the argument is the reason's code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Contents:
    """What is inside: names, and the `mimetype` member that ODF and EPUB begin with."""

    names: set[str] = field(default_factory=set)
    mimetype: bytes = b""


@dataclass
class _Budget:
    nested: int = NESTED_BYTES


def find_end(tail: bytes, size: int) -> End | Literal["confusing"] | None:
    """The end record in the file's last bytes: None when there is none, "confusing" when it does not close it.

    Confusing as well where the mark stands inside the last 22 bytes: others find the whole record around it.
    """
    place = tail.rfind(END)
    if place < 0:
        return None
    if len(tail) - place < 22:
        return "confusing"
    count, length, offset, comment = struct.unpack("<10xHIIH", tail[place : place + 22])
    at = size - len(tail) + place
    if at + 22 + comment != size:
        return "confusing"
    locator = tail[place - 20 : place]
    if locator.startswith(b"PK\x06\x07") and 0xFFFFFFFF in (offset, length, count | 0xFFFF0000):
        wide = tail[place - 76 : place - 20]
        if not wide.startswith(b"PK\x06\x06"):
            return "confusing"
        count, length, offset = struct.unpack("<32xQQQ", wide)
        at -= 76
    return (count, length, offset) if offset + length == at else "confusing"


def examine(file: BinaryIO, size: int) -> Contents | None:
    """Contents of a sound archive, None for one too damaged to hold a directory; raises Suspicious."""
    return _examine(file, size, 1, _Budget())


def _examine(file: BinaryIO, size: int, depth: int, budget: _Budget) -> Contents | None:
    file.seek(max(0, size - 65_536 - 98))
    end = find_end(file.read(), size)
    if end is None:
        return None
    if end == "confusing":
        raise Suspicious("zip_confusing")
    if end[0] > MEMBERS or end[1] > DIRECTORY_BYTES:
        raise Suspicious("zip_too_many")
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) != end[0]:
                raise Suspicious("zip_confusing")
            _check_sizes(members, size)
            for member in members:
                _check_member(member)
            _check_layout(file, members, end[2])
            return _look_inside(archive, members, depth, budget)
    except _BROKEN as error:  # a directory that we cannot follow: what others find by it, nobody has judged
        raise Suspicious("zip_confusing") from error


def _check_sizes(members: list[zipfile.ZipInfo], size: int) -> None:
    total = sum(member.file_size for member in members)
    if total > UNPACKED:
        raise Suspicious("zip_too_large")
    worst = max(
        (m.file_size / max(1, m.compress_size) for m in members if m.file_size > RATIO_FROM), default=0
    )
    if worst > RATIO or (total > RATIO_FROM and total / size > RATIO):
        raise Suspicious("zip_ratio")


def _check_member(member: zipfile.ZipInfo) -> None:
    raw = member.orig_filename
    parts = raw.replace("\\", "/").split("/")
    if raw.startswith(("/", "\\")) or ".." in parts or "\0" in raw or parts[0][1:2] == ":":
        raise Suspicious("zip_names")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Suspicious("zip_symlink")
    if member.flag_bits & 0x2041:
        raise Suspicious("zip_encrypted")
    if member.compress_type not in METHODS:
        raise Suspicious("zip_confusing")
    if _ending(raw) in EXECUTABLE:
        raise Suspicious("zip_executable")


def _check_layout(file: BinaryIO, members: list[zipfile.ZipInfo], directory: int) -> None:
    """Members lie one after the other from byte 0 to the directory, under the names it gives, each once."""
    if len({member.orig_filename for member in members}) != len(members):
        raise Suspicious("zip_confusing")
    reached = 0
    for member in sorted(members, key=lambda each: each.header_offset):
        gap = member.header_offset - reached
        if gap < 0:
            raise Suspicious("zip_overlap")
        if gap > (LARGEST_GAP if reached else 0):
            raise Suspicious("zip_confusing")
        reached = _end_of(file, member)
    if reached > directory:
        raise Suspicious("zip_overlap")
    if directory - reached > LARGEST_GAP:
        raise Suspicious("zip_confusing")


def _end_of(file: BinaryIO, member: zipfile.ZipInfo) -> int:
    file.seek(member.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(MEMBER):
        raise zipfile.BadZipFile("no local header")
    name_length, extra_length = (int(length) for length in struct.unpack("<26xHH", header))
    name = file.read(name_length)
    said = member.orig_filename.encode("utf-8" if member.flag_bits & 0x800 else "cp437", "replace")
    if name != said:
        raise Suspicious("zip_confusing")
    return member.header_offset + 30 + name_length + extra_length + member.compress_size


def _look_inside(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], depth: int, budget: _Budget
) -> Contents:
    contents = Contents()
    for member in members:
        contents.names.add(member.filename)
        if member.is_dir() or member.compress_type == 9:  # Python does not unpack deflate64
            continue
        with archive.open(member) as opened:
            head = opened.read(100)
        if head.startswith(PROGRAMS):
            raise Suspicious("zip_executable")
        if member.filename == "mimetype":
            contents.mimetype = head.strip()
        if head.startswith(MEMBER) and _ending(member.filename) not in OFFICE:
            _examine_nested(archive, member, depth, budget)
    return contents


def _examine_nested(archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int, budget: _Budget) -> None:
    budget.nested -= member.file_size
    if depth >= DEEPEST or budget.nested < 0:
        raise Suspicious("zip_nested")
    with tempfile.TemporaryFile() as inner, archive.open(member) as opened:
        left = member.file_size
        while left > 0 and (block := opened.read(min(left, 1024 * 1024))):
            inner.write(block)
            left -= len(block)
        _examine(inner, inner.tell(), depth + 1, budget)


def _ending(name: str) -> str:
    return name.rstrip(". ").rpartition(".")[2].lower()
