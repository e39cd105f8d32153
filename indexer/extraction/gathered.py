"""The lines a reader finds, in order, cleaned and counted; the limit on text is kept here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

from indexer.extraction.repair import without_double_utf8

_LINE_ENDS = re.compile("\r\n?|[\v\f\u0085\u2028\u2029]")
# Controls, lone surrogates, byte order marks and noncharacters never reach the index; the marks that turn
# the reading direction could make a snippet lie. The soft hyphen stays: in TCVN3 fonts it is a letter.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
HEADINGS = 500
"""So many are kept of one document."""
_BLANKS = re.compile(r"\s+")


class Rank(IntEnum):
    """How strongly a line looks like the document's title."""

    PLAIN = 0
    STRONG = 1
    HEADING = 2
    TITLE = 3


class Enough(Exception):
    """The text limit is reached: the reader stops, what was gathered is kept."""


@dataclass
class Budget:
    """What is left for the insides of one file, archives in archives included; `until` on the monotonic clock."""

    files: int
    bytes: int
    until: float


class Gathered:
    """Collects lines for one file; `pages`, `scanned` and `is_partly_read` are set by readers that know it.

    `budget` is what reading its insides has left, where it has any.
    """

    def __init__(self, characters: int) -> None:
        self.lines: list[tuple[str, Rank]] = []
        self.pages: int | None = None
        self.is_partly_read = False
        self.scanned: list[int] = []
        self.budget: Budget | None = None
        self._left = characters

    def add(self, text: str, rank: Rank = Rank.PLAIN) -> None:
        """Keep the lines of `text` that are not blank; raises Enough when the limit is full."""
        # first, for what cleaning takes away is half of the letters à, ọ, ờ, Đ in UTF-8 that was read as Latin-1
        whole = without_double_utf8(text[: self._left + 1])
        for line in clean(whole).split("\n"):
            line = _BLANKS.sub(" ", line).strip()[: max(self._left, 0)]
            if line:
                self.lines.append((line, rank))
                self._left -= len(line) + 1
        if self._left <= 0:
            raise Enough

    def text(self) -> str:
        """All lines, one below the other."""
        return "\n".join(line for line, _ in self.lines)

    def headings(self) -> tuple[int, ...]:
        """Numbers of the lines that stand out; bold ones only where bold is the exception."""
        ranks = [rank for _, rank in self.lines]
        least = Rank.STRONG if 2 * sum(rank >= Rank.STRONG for rank in ranks) <= len(ranks) else Rank.HEADING
        return tuple(number for number, rank in enumerate(ranks) if rank >= least)[:HEADINGS]


def clean(text: str) -> str:
    """NFC, line ends as `\\n`, no control characters."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)))
