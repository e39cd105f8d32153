"""Files as one zip, streamed: written while it is read, never held, of any size."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase

from repo_service.core import clock
from repo_service.core.backends import readable

_COMPRESSIBLE = ("text/", "image/svg", "image/bmp", "application/xml", "application/rtf", "application/msword",
                 "application/vnd.ms-", "application/x-subrip")  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One file to pack: the name it gets (folders before a slash), where its bytes are, how many, and since when."""

    name: str
    key: str
    size: int
    media_type: str
    at: datetime
    text: bytes | None = None
    """A small file that is made for the package and lies in no store."""


def made_member(name: str, text: bytes) -> Member:
    """A small file made for the package."""
    return Member(name, "", len(text), "text/plain", clock.now(), text)


class _Outlet(RawIOBase):
    """What the archive writes, until it is taken; it cannot seek, so sizes follow the data."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._kept.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._kept = b"".join(self._kept), []
        return taken


def package(members: Sequence[Member]) -> Iterator[bytes]:
    """Blocks of a zip of `members`: NFC names in UTF-8, a second "a.docx" becomes "a (2).docx".

    The checksum of each member is its own; types that are packed already are stored as they are.
    """
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for name, member in zip(distinct_names([m.name for m in members]), members, strict=True):
            if member.text is not None:
                archive.writestr(_entry(name, member), member.text)
                continue
            large = member.size >= 2**31 - 1
            with (
                readable(member.key, member.size).open(member.key) as reader,
                archive.open(_entry(name, member), "w", force_zip64=large) as target,
            ):
                for block in reader:
                    target.write(block)
                    yield outlet.take()
    yield outlet.take()


def distinct_names(names: Sequence[str]) -> list[str]:
    """Each name once, judged without regard to case: many file systems do so too."""
    seen: set[str] = set()
    result = []
    for wanted in (unicodedata.normalize("NFC", name) for name in names):
        stem, dot, ending = wanted.rpartition(".") if "." in wanted else (wanted, "", "")
        name, count = wanted, 1
        while name.casefold() in seen:
            count += 1
            name = f"{stem} ({count}){dot}{ending}"
        seen.add(name.casefold())
        result.append(name)
    return result


def _entry(name: str, member: Member) -> zipfile.ZipInfo:
    moment = clock.local(member.at)
    info = zipfile.ZipInfo(name, moment.timetuple()[:6])
    info.compress_type = (
        zipfile.ZIP_DEFLATED if member.media_type.startswith(_COMPRESSIBLE) else zipfile.ZIP_STORED
    )
    info.external_attr = 0o644 << 16
    info.file_size = member.size
    return info
