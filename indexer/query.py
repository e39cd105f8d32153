"""What is asked: the request as a plain value, and the reading of the user's text, which never fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import regex

from indexer.abbreviations import Abbreviations, Reading
from indexer.document import FILTER_FIELDS, RANGE_FIELDS
from indexer.errors import BadRequest
from indexer.marks import NO_MARKS, Marks
from indexer.vietnamese import analyse, canonical, folded_tokens, normalise

MAX_SYLLABLES = 200
MAX_READINGS = 60  # a server takes 1024 clauses in all
MAX_TEXT = 10_000
_QUOTED = regex.compile(r'"([^"]*)"|[“”„]([^“”„]*)[“”„]')
_QUESTION = {tuple(canonical(word) for word in words.split()) for words in (
    "nào", "gì", "ai", "đâu", "mấy", "bao nhiêu", "vì sao", "tại sao", "khi nào", "thế nào")}  # fmt: skip


class Sort(StrEnum):
    """Orders on offer; none by popularity (R26)."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"


class Mode(StrEnum):
    """How text is read; PREFIX takes the last syllable as half-typed."""

    TEXT = "text"
    PREFIX = "prefix"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search. Filter values are OR inside a field and AND across fields; `access` is always applied.

    `boosts` are (field, value, weight): understood parts of the query that rank up and never filter.
    `page` counts from 1; `cursor` (from the last result) wins over it. `ranges` maps a field to (low, high),
    both inclusive, None = open.
    """

    text: str = ""
    access: Sequence[str] = ()
    mode: Mode = Mode.TEXT
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    facets: Sequence[str] = ()
    boosts: Sequence[tuple[str, str, float]] = ()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 20
    cursor: str | None = None
    relax_below: int = 3

    def check(self) -> None:
        """BadRequest when a field is named that no engine has."""
        known = set(FILTER_FIELDS)
        for names, allowed, what in (
            (self.filters, known, "filter"),
            (self.facets, known, "facet"),
            ((name for name, _, _ in self.boosts), known, "boost"),
            (self.ranges, set(RANGE_FIELDS), "range"),
        ):
            for name in names:
                if name not in allowed:
                    raise BadRequest(f"unknown {what}: {name}")


@dataclass(frozen=True, slots=True)
class Syllable:
    """One required syllable, or one of its other readings."""

    folded: str
    readings: tuple[Reading, ...] = ()
    fuzzy: bool = False  # one edit allowed


@dataclass(frozen=True, slots=True)
class QueryText:
    """The user's text understood: distinct syllables, quoted phrases, and all syllables in typed order."""

    syllables: tuple[Syllable, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    folded: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    marked: bool = False
    restored: tuple[str, ...] = ()
    """Syllables as they are likely meant, for ranking only; what was typed is never replaced."""
    required: int = 0

    @property
    def empty(self) -> bool:
        """Nothing to look for: everything is asked."""
        return not self.syllables and not self.phrases


def read_query(text: str, abbreviations: Abbreviations, marks: Marks = NO_MARKS) -> QueryText:
    """Read what a user typed: quotes are phrases, every other sign is text (search.md section 3)."""
    text = normalise(text[:MAX_TEXT])
    quoted = [analyse(first or second) for first, second in _QUOTED.findall(text)]
    typed = analyse(_QUOTED.sub(" ", text))[:MAX_SYLLABLES]
    loose = abbreviations.split(typed)[:MAX_SYLLABLES]
    folded = folded_tokens(loose)
    phrases = _capped([tuple(folded_tokens(words)) for words in quoted if words], MAX_SYLLABLES - len(folded))
    exact = [*loose, *(word for words in quoted for word in words)][:MAX_SYLLABLES]
    all_folded = folded_tokens(exact)
    syllables = _with_readings(loose, folded, abbreviations)
    return QueryText(
        syllables=syllables,
        phrases=phrases,
        folded=tuple(all_folded),
        exact=tuple(exact),
        marked=exact != all_folded,
        restored=tuple(marks.restore(exact, all_folded)),
        required=required_syllables(len(syllables), question=_is_question(text, typed)),
    )


def required_syllables(distinct: int, *, question: bool) -> int:
    """How many of the distinct syllables a hit must hold (table of search.md section 3)."""
    if question or distinct >= 8:
        return min(distinct, max(1, distinct * 40 // 100))
    return distinct if distinct <= 4 else distinct * 75 // 100


def _is_question(text: str, exact: Sequence[str]) -> bool:
    if text.rstrip().endswith("?"):
        return True
    pairs = pairwise(exact)
    return any((word,) in _QUESTION for word in exact if word != "ai" or len(exact) > 2) or any(
        pair in _QUESTION for pair in pairs
    )


def _with_readings(
    exact: Sequence[str], folded: Sequence[str], abbreviations: Abbreviations
) -> tuple[Syllable, ...]:
    readings: dict[str, list[Reading]] = {word: [] for word in folded}
    room = MAX_READINGS
    for places, found in abbreviations.find(exact, folded):
        room -= len(places) * len(found)
        if room < 0:
            break
        for place in places:
            # Each syllable of a known phrase may be replaced by the other readings; together they count once.
            word = folded[place]
            readings[word] += [
                Reading(words, weight / len(places)) for words, weight in found
                if len(places) == 1 or word not in words  # else the syllable itself says it already
            ]
    return tuple(Syllable(word, tuple(dict.fromkeys(found))) for word, found in readings.items())


def _capped(phrases: list[tuple[str, ...]], room: int) -> tuple[tuple[str, ...], ...]:
    kept = []
    for words in phrases:
        if room <= 0:
            break
        kept.append(words[:room])
        room -= len(words)
    return tuple(kept)
