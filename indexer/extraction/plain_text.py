"""Plain text of unknown encoding: a byte order mark, UTF-8, UTF-16 by its zeros, an old font's bytes, cp1258."""

from __future__ import annotations

import codecs
from pathlib import Path

from indexer.extraction.extracted import Limits
from indexer.extraction.gathered import Gathered, clean
from indexer.extraction.repair import looks_legacy

_LOOKED_AT = 20_000  # bytes
# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add the lines of the file's first `limits.raw_text` bytes."""
    with path.open("rb") as stream:
        data = stream.read(limits.raw_text)
    gathered.add(decode(data))


def decode(data: bytes) -> str:
    """Text of bytes that may be cut in the middle of a character at the end."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace").rstrip("\ufffd")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return data.decode(_guess_encoding(data), errors="replace")


def _guess_encoding(data: bytes) -> str:
    """For bytes that are no UTF-8. Many Vietnamese letters leave no zeros, so a tenth is telling."""
    start = data[:4096]
    if start.count(0) * 10 > len(start):
        return "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"
    known, raw = data[:_LOOKED_AT].decode("cp1258", "replace"), data[:_LOOKED_AT].decode("latin-1")
    return "latin-1" if looks_legacy(raw, other=clean(known)) else "cp1258"
