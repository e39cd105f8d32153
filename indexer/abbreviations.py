"""Abbreviations of the schools (KHBD = kế hoạch bài dạy = giáo án), expanded when a query is read.

The table is plain data: groups of phrases that mean the same. An ambiguous key stands in several groups.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from indexer.vietnamese import analyse, folded_tokens

Phrase = tuple[str, ...]
Groups = Iterable[Sequence[str]]
_KEY_AND_NUMBER = re.compile(r"([a-z]+)(\d{1,2})")


class Reading(NamedTuple):
    """Another way to say a part of the query: folded syllables in order, and its weight (1 = as typed)."""

    words: Phrase
    weight: float


class Abbreviations:
    """The table, ready for look-up by phrases; equal in both directions."""

    def __init__(self, groups: Groups = ()) -> None:
        self._readings: dict[Phrase, list[Reading]] = {}
        self._longest = 1
        self._marked: dict[Phrase, set[Phrase]] = {}
        members: dict[Phrase, list[list[Phrase]]] = {}
        for group in groups:
            written = [tuple(analyse(text)) for text in group]
            phrases = list(dict.fromkeys(filter(None, (tuple(folded_tokens(each)) for each in written))))
            for exact in filter(None, written):
                self._marked.setdefault(tuple(folded_tokens(exact)), set()).add(exact)
            for phrase in phrases:
                members.setdefault(phrase, []).append(phrases)
        for phrase, found in members.items():
            others = dict.fromkeys(other for group_ in found for other in group_ if other != phrase)
            weight = 1.0 / max(len(others), 1)  # together they are worth what was typed
            self._readings[phrase] = [Reading(other, weight) for other in others]
            self._longest = max(self._longest, len(phrase))

    def split(self, exact: Sequence[str]) -> list[str]:
        """Exact tokens with a known key and its number taken apart: `nv9` -> `nv`, `9`."""
        parts: list[str] = []
        for token, folded in zip(exact, folded_tokens(exact), strict=True):
            match = _KEY_AND_NUMBER.fullmatch(folded)
            if match and (match.group(1),) in self._readings and (folded,) not in self._readings:
                digits = match.group(2)
                parts += [token[: -len(digits)], digits]
            else:
                parts.append(token)
        return parts

    def find(self, exact: Sequence[str], folded: Sequence[str]) -> Iterator[tuple[range, list[Reading]]]:
        """Places of known phrases in the syllables, the longest first from the left, with their readings."""
        place = 0
        while place < len(folded):
            for length in range(min(self._longest, len(folded) - place), 0, -1):
                readings = self._readings.get(tuple(folded[place : place + length]))
                if readings is not None:
                    typed = exact[place] if length == 1 and exact[place] != folded[place] else ""
                    if not typed or (typed,) in self._marked[(folded[place],)]:  # "sự" is no short name of Lịch sử
                        yield range(place, place + length), self._by_marks(typed, readings)
                    break
            else:
                length = 1
            place += length

    def _by_marks(self, typed: str, readings: list[Reading]) -> list[Reading]:
        """Of an ambiguous key typed with marks, the readings with these very marks first: CĐ is no Cánh Diều (B11)."""
        fitting = [self._fits(typed, each) for each in readings] if typed else []
        if not any(fitting) or all(fitting):
            return readings
        return [
            each if fits else Reading(each.words, each.weight / 2)
            for each, fits in zip(readings, fitting, strict=True)
        ]

    def _fits(self, typed: str, reading: Reading) -> bool:
        return any(
            typed in written or typed == "".join(word[0] for word in written)
            for written in self._marked.get(reading.words, ())
        )
