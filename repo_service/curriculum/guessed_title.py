"""Finds or composes a readable title for a contribution; used by `guessing`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import PurePosixPath

from repo_service.curriculum import seed_data

MAX_TITLE = 200
_HEAD = 1500
_NAMED = re.compile(
    r"^[ \t]*(?:tên (?:bài(?: dạy| học)?|chuyên đề|chủ đề|sáng kiến))[ \t]*:[ \t]*(\S[^\n]{2,180})$",
    re.I | re.M,
)
_LESSON = re.compile(r"^[ \t]*((?:bài|chủ đề|unit)[ \t]+\d+[ \t]*[.:\-–][ \t]*\S[^\n]{2,180})$", re.I | re.M)
_JUNK_TITLE = re.compile(
    r"^(?:microsoft word\b.*|untitled.*|document ?\d*|presentation ?\d*|powerpoint.*|slide ?\d*|tài liệu ?\d*"
    r"|.*\.(?:docx?|pptx?|pdf|tmp))$",
    re.I,
)
_JUNK_ENDS = re.compile(
    r"(?:[\s_\-.]*(?:\(\d+\)|(?<![^\W_])(?:copy|bản sao|ban sao|final|bản cuối|v\d+(?:\.\d+)?|new|ok)))+\s*$",
    re.I,
)
_KNOWN_PIECES = re.compile(
    r"(?<![a-z])(?:khbd|ga|giao an|ke hoach bai day|tuan *\d+|kntt|ctst"
    r"|lop *\d+|khoi *\d+|[a-z]{2,6} ?\d{1,2}|\d+)(?![a-z])"
)


def title_of(
    file_names: Sequence[str], texts: Sequence[str], titles: Sequence[str | None]
) -> tuple[str, str, str] | None:
    """(title, place, piece as written): the document's own title line first, then its title field, then
    a file name.
    """
    for text in texts:
        head = unicodedata.normalize("NFC", text[:_HEAD])
        match = _NAMED.search(head) or _LESSON.search(head)
        if match:
            return _readable(match[1]), "text", match[1].strip()
    for title in titles:
        cleaned = unicodedata.normalize("NFC", title or "").strip()
        if len(cleaned) > 3 and not _JUNK_TITLE.match(cleaned):
            return _readable(cleaned), "title", cleaned
    for name in file_names:
        stem = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).stem
        cleaned = _readable(_JUNK_ENDS.sub("", stem))
        if cleaned:
            return cleaned, "file_name", stem
    return None


def compose_title(
    name: str, type_code: str | None, subjects: Sequence[str], grades: Sequence[int], week: int | None
) -> str | None:
    """A title in words when the file name holds nothing but codes ("KHBD-NV9-Tuan5-KNTT"); None otherwise."""
    rest = _KNOWN_PIECES.sub(" ", name.lower()) if name.isascii() else name
    if re.search(r"[^\W\d_]", rest) or type_code is None or len(subjects) != 1 or not grades:
        return None
    subject = seed_data.subjects()[subjects[0]].label
    numbers = ", ".join(str(grade) for grade in grades)
    title = f"{seed_data.terms('resource_types')[type_code].label} {subject} {numbers}"
    return f"{title}, tuần {week}" if week else title


def _readable(text: str) -> str:
    """One line, separators as blanks, first letter a capital; lines in capitals become a sentence."""
    spaced = (
        re.sub(r"[_\s]+|(?<=\w)-(?=\w)", " ", text)
        if " " not in text.strip()
        else re.sub(r"[_\s]+", " ", text)
    )
    line = spaced.strip(" .-–:;“”\"'")[:MAX_TITLE].strip()
    if line.isupper() and len(line) > 12:
        line = line.lower()
    return line[:1].upper() + line[1:]
