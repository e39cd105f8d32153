"""PowerPoint before 2007 (.ppt): every text of slides and notes in the file's order ([MS-PPT] 2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from struct import unpack_from

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered, Rank
from indexer.extraction.ole import open_ole

_HEADER = 8
_CONTAINER = 0xF
_SLIDE, _MASTER, _TITLE_KIND, _TEXT_KIND = 0x03EE, 0x03F8, (0, 6), 0x0F9F
_UNICODE_TEXT, _BYTE_TEXT = 0x0FA0, 0x0FA8
_ENCRYPTED_USER = 0xF3D1C4DF
_DEEPEST = 60


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add each text once: a file that was saved fast keeps older copies of its slides."""
    with open_ole(path, limits) as streams:
        user = streams.read("Current User")
        if len(user) >= 16 and unpack_from("<I", user, 12)[0] == _ENCRYPTED_USER:
            raise Refused("encrypted")
        document = streams.read("PowerPoint Document")
    seen: set[str] = set()
    slides, rank = 0, Rank.PLAIN
    for kind, content in _records(document):
        if kind == _SLIDE:
            slides += 1
        elif kind == _TEXT_KIND and len(content) >= 4:
            rank = Rank.HEADING if unpack_from("<I", content)[0] in _TITLE_KIND else Rank.PLAIN
        elif kind in (_UNICODE_TEXT, _BYTE_TEXT):
            text = content.decode("utf-16-le" if kind == _UNICODE_TEXT else "latin-1", "replace")
            if text not in seen:
                seen.add(text)
                gathered.add(text, rank)
            rank = Rank.PLAIN
    gathered.pages = slides


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(type, content) of every record in order, containers before what they hold; masters are left out."""
    waiting = [(0, len(data))]
    while waiting:
        place, end = waiting.pop()
        if end - place < _HEADER:
            continue
        version, kind, size = unpack_from("<HHI", data, place)
        after = min(place + _HEADER + size, end)
        waiting.append((after, end))
        if kind == _MASTER:
            continue
        if version & 0xF == _CONTAINER:
            yield kind, b""
            if len(waiting) > _DEEPEST:
                raise Refused("damaged")
            waiting.append((place + _HEADER, after))
        else:
            yield kind, data[place + _HEADER : after]
