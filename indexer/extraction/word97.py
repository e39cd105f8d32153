"""Word before 2007 (.doc): the pieces of text in their order ([MS-DOC] 2.4.1), and Word 6 and 95.

Fonts are not followed: letters of old fonts are known by what they say (`repair.py`).
"""

from __future__ import annotations

import re
from pathlib import Path
from struct import error as TooShort  # noqa: N812 - what it means here
from struct import unpack_from

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered
from indexer.extraction.ole import Streams, open_ole

_WORD_97, _WORD_6 = 0xA5EC, 0xA5DC
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_LAST_WORD_95 = 0x0069
_MIN_TEXT, _CLX = 0x18, 0x01A2
_PIECES, _COMPRESSED = 2, 0x40000000
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]*\x14?|\x15")
_SIGNS = {0x1E: "-", 0x1F: "\u00ad", 0x0B: "\n", 0x0C: "\n", 0x07: "\n", 0x0D: "\n"}
_DEEPEST_FIELD = 20


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add the paragraphs of the body, then notes, headers and boxes, as the file keeps them."""
    with open_ole(path, limits) as streams:
        document = streams.read("WordDocument")
        try:
            text = _text(document, streams)
        except TooShort as error:
            raise Refused("damaged") from error
    for _ in range(_DEEPEST_FIELD):  # a field may stand inside another
        without = _FIELD_CODE.sub("", text)
        if without == text:
            break
        text = without
    gathered.add(text.translate(_SIGNS))


def _text(document: bytes, streams: Streams) -> str:
    mark, version = unpack_from("<HH", document)
    flags = unpack_from("<H", document, 0x0A)[0]
    if mark not in (_WORD_97, _WORD_6):
        raise Refused("damaged")
    if flags & _ENCRYPTED:
        raise Refused("encrypted")
    if version <= _LAST_WORD_95:
        first, after = unpack_from("<II", document, _MIN_TEXT)
        return document[first:after].decode("cp1252", "replace")
    table = streams.read("1Table" if flags & _TABLE_1 else "0Table")
    start, size = unpack_from("<II", document, _CLX)
    return "".join(_pieces(document, table[start : start + size]))


def _pieces(document: bytes, clx: bytes) -> list[str]:
    """Text of every piece: two bytes a letter, or one of code page 1252."""
    place = 0
    while clx[place] != _PIECES:  # properties of pieces stand before
        place += 3 + unpack_from("<H", clx, place + 1)[0]
    size = unpack_from("<I", clx, place + 1)[0]
    plc = clx[place + 5 : place + 5 + size]
    count = (len(plc) - 4) // 12
    ends = unpack_from(f"<{count + 1}I", plc)
    found = []
    for number in range(count):
        start = unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        letters = max(ends[number + 1] - ends[number], 0)
        if start & _COMPRESSED:
            first = (start & ~_COMPRESSED) // 2
            found.append(document[first : first + letters].decode("cp1252", "replace"))
        else:
            found.append(document[start : start + 2 * letters].decode("utf-16-le", "replace"))
    return found
