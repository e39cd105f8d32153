"""Which words of a line are put out: what was found in the text of the file, however blanks and runs divide it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

MASK = "▇▇▇"
_FEWEST = 4
"""Letters and digits from which a piece is looked for inside longer lines; a lone "8" only where it is the line."""


@dataclass(frozen=True)
class Needles:
    """The lines that were found, each in one spelling of blanks."""

    lines: frozenset[str]

    @classmethod
    def of(cls, said: Iterable[str]) -> Needles:
        """From the found pieces of a text; a piece may go over several lines, and over the cells of a row."""
        pieces = [part for text in said for line in text.splitlines() for part in (line, *line.split("\t"))]
        return cls(frozenset(" ".join(piece.split()) for piece in pieces if piece.strip()))

    @cached_property
    def _inside(self) -> re.Pattern[str] | None:
        long = [line for line in self.lines if sum(map(str.isalnum, line)) >= _FEWEST]
        longest_first = sorted(long, key=len, reverse=True)
        spelled = (r"\s+".join(map(re.escape, line.split())) for line in longest_first)
        return re.compile("|".join(f"(?<!\\w){each}(?!\\w)" for each in spelled)) if long else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """(start, end) of what is put out in one paragraph or cell."""
        if " ".join(text.split()) in self.lines:
            start = len(text) - len(text.lstrip())
            return [(start, len(text.rstrip()))]
        return [match.span() for match in self._inside.finditer(text)] if self._inside else []

    def masked(self, text: str) -> str:
        """The paragraph with its found words put out."""
        for start, end in reversed(self.spans(text)):
            text = text[:start] + MASK + text[end:]
        return text

    def name_row(self, cell: str) -> bool:
        """Whether a cell is one of the found lines and says enough to be what its row is about."""
        said = " ".join(cell.split())
        return said in self.lines and sum(map(str.isalpha, said)) >= _FEWEST

    def hold_row(self, cells: Sequence[str]) -> bool:
        """Whether the words of a row of cells stand together in one found line: then the whole row is private."""
        words = [cell for cell in (" ".join(cell.split()) for cell in cells) if any(map(str.isalpha, cell))]
        telling = any(sum(map(str.isalnum, cell)) >= _FEWEST for cell in words)
        return telling and any(all(cell in line for cell in words) for line in self.lines)
