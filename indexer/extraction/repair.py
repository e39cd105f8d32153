"""Recognises old encodings by what a document says, where no font tells: clearly better Vietnamese, or nothing.

Text that is already Unicode, in whatever language, is never touched (C1.7): a line changes only when it then
holds more Vietnamese syllables with marks than before, and no more words that are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from indexer.extraction.legacy_encodings import (
    DOUBLE_UTF8,
    Decoder,
    from_double_utf8,
    from_tcvn3,
    from_viqr,
    from_vni,
)
from indexer.syllables import is_syllable

_WORD = re.compile(r"[^\W\d_]{2,}")
_MADE_OF_SIGNS = re.compile(r"[aeo]\^|[ou]\+|a\(|dd")
_SURE_WORDS, _SURE_SHARE, _SHARE = 3, 0.35, 0.25
"""A line is sure by itself when so many words gain, and this share of all its words; others need the second."""
_KNOWN_WORDS = 12
"""From here on the encoding of a document is known, and its short lines follow."""
_VIQR_SIGNS = 10
_ENDS = re.compile(r"['`?~.]+(?=\W|$)")
# The pieces of a letter are no words of the line as it stands. "XÃ" before a hard blank may be meant: it stays.
_SPLIT_LETTER = re.compile(rf"(?!(?<=[A-ZĐ])Ã\u00a0(?![^\W\d_])){DOUBLE_UTF8.pattern}")


class _Reading(NamedTuple):
    """How Vietnamese a line is: syllables with marks, other words beyond ASCII, all words."""

    marked: int
    foreign: int
    words: int


def repaired(lines: Sequence[str]) -> list[str]:
    """The lines in Unicode, one for one."""
    result = [without_double_utf8(line) for line in lines]
    doubtful = {number: line for number, line in enumerate(result) if _is_doubtful(line)}
    for decoder in (from_tcvn3, from_vni):
        _repair(doubtful, result, decoder)
    is_mail = sum(len(_MADE_OF_SIGNS.findall(line)) for line in lines) >= _VIQR_SIGNS
    viqr = {n: line for n, line in enumerate(lines) if line.isascii() and (is_mail or _is_sure_viqr(line))}
    _repair(viqr, result, from_viqr, alone=True)
    return result


def _repair(doubtful: dict[int, str], result: list[str], decoder: Decoder, alone: bool = False) -> None:
    """Repair what one decoder makes better, and take it off the list; `alone` asks each line to be sure itself."""
    better: dict[int, tuple[str, int, bool]] = {}
    for number, line in doubtful.items():
        read = decoder(line)
        if read == line:
            continue
        before, after = _read(line), _read(read)
        gain = after.marked - before.marked
        reads_well = after.foreign <= min(before.foreign, after.marked // 2)
        if reads_well and gain >= max(1, _SHARE * after.words):
            better[number] = read, gain, gain >= max(_SURE_WORDS, _SURE_SHARE * after.words)
    known = sum(gain for _, gain, sure in better.values() if sure) >= _KNOWN_WORDS and not alone
    for number, (read, _, sure) in better.items():
        if sure or known:
            result[number] = read
            del doubtful[number]


def without_double_utf8(text: str) -> str:
    """Text as a file holds it, control characters and all, its lines of UTF-8 read as Latin-1 or cp1252 set right."""
    if not DOUBLE_UTF8.search(text):
        return text
    return "\n".join(map(_single_utf8, text.split("\n")))


def _single_utf8(line: str) -> str:
    """Bytes that happen to be UTF-8 and Vietnamese are no accident: one word is enough."""
    read = from_double_utf8(line)
    if read == line:
        return line
    whole, before, after = _read(line), _read(_SPLIT_LETTER.sub(" ", line)), _read(read)
    gain = after.marked - before.marked
    # Names such as Đăk are no syllables, but they come among others that are.
    reads_well = after.foreign <= max(whole.foreign, before.foreign + gain // 4)
    return read if reads_well and gain >= max(1, _SHARE * after.words) else line


def _is_sure_viqr(line: str) -> bool:
    """Known by itself: signs inside words or that shape a letter, for "be." and "it?" end sentences everywhere."""
    if not _MADE_OF_SIGNS.search(line):
        return False
    read = _read(from_viqr(_ENDS.sub(" ", line)))
    return read.marked >= max(_SURE_WORDS, _SURE_SHARE * read.words)


def _is_doubtful(line: str) -> bool:
    return not line.isascii() and (_read(line).foreign > 0 or any("\x80" <= sign <= "¿" for sign in line)
                                   or "ø" in line or "÷" in line)  # fmt: skip


def _read(line: str) -> _Reading:
    words = _WORD.findall(line.lower())
    beyond = [word for word in words if not word.isascii()]
    marked = sum(map(is_syllable, beyond))
    return _Reading(marked, len(beyond) - marked, len(words))


def looks_legacy(text: str, other: str) -> bool:
    """Whether bytes read as Latin-1 hold an old encoding rather than what `other`, a second reading, says."""
    return max(_read(from_tcvn3(text)).marked, _read(from_vni(text)).marked) > _read(other).marked
