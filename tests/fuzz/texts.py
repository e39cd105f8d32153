"""What every text taken out of a file keeps to, however broken the file is."""

from __future__ import annotations

import tempfile
from pathlib import Path

from indexer.extraction import Extracted, Limits, extract_text

LIMITS = Limits(inner_seconds=2.0)
_REASONS = {
    "ready": {None, "partly"}, "none": {"no_text", "unsupported"},
    "failed": {"encrypted", "damaged", "unsafe", "too_big"},
}  # fmt: skip


def read(data: bytes, media_type: str) -> Extracted:
    """Read the bytes as such a file, in this process; the answer is checked."""
    with tempfile.NamedTemporaryFile(prefix="kho-fuzz-") as file:
        file.write(data)
        file.flush()
        found = extract_text(Path(file.name), media_type, limits=LIMITS)
    assert found.reason in _REASONS[found.state], found
    assert len(found.text) <= LIMITS.text_characters
    assert (found.state == "ready") == bool(found.text)
    for text in (found.text, found.title or ""):
        text.encode()  # no lone surrogate
        assert not {"\0", "\ufeff", "\u202e"} & set(text), "no store, index or reader takes these"
    lines = found.text.count("\n") + 1
    assert all(0 <= number < lines for number in found.headings)
    return found
