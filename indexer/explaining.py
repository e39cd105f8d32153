"""An answer taken apart, equal on every engine: the clauses of the query, and what each adds to the score of a hit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.query import SearchRequest
from indexer.ranking import (
    BONUS_BITS,
    BONUS_STEP,
    STRICT_FIRST,
    WEIGHTS,
    WHOLE_TITLE_BONUS,
    lifting_terms,
)
from indexer.results import SearchResult
from indexer.widening import Form


class Part(NamedTuple):
    """One clause: `words` side by side in `field`, BM25 times `weight`; a `fixed` one adds just `weight`.

    `kind` is word, near (one edit), reading, phrase, pair, exact, title, quality, understood or strict.
    """

    kind: str
    field: str
    words: tuple[str, ...]
    weight: float
    fixed: bool = False


@dataclass(frozen=True)
class Explanation:
    """The answer, the form of the query that gave it, and by hit what each clause added; nothing else is in a score."""

    result: SearchResult
    form: Form
    scores: Mapping[str, Sequence[tuple[Part, float]]]


def explained(
    result: SearchResult, form: Form, request: SearchRequest, ask: Callable[[Part], Mapping[str, float]]
) -> Explanation:
    """The explanation of a page by relevance; `ask` gives the scores of the hits that meet one clause."""
    scores: dict[str, list[tuple[Part, float]]] = {hit.id: [] for hit in result.hits}
    for part in parts(form, request):
        for found, score in ask(part).items():
            scores[found].append((part, score))
    return Explanation(result, form, scores)


def parts(form: Form, request: SearchRequest) -> Iterator[Part]:
    """Every clause that scores, as the engines put them together."""
    text = form.text
    for words in text.phrases:
        yield from (Part("phrase", field, words, weight) for field, weight in WEIGHTS)
    for syllable in text.syllables:
        for kind in ("word", "near") if syllable.fuzzy else ("word",):
            yield from (Part(kind, field, (syllable.folded,), weight) for field, weight in WEIGHTS)
        for reading in syllable.readings:
            yield from (
                Part("reading", field, reading.words, weight * reading.weight) for field, weight in WEIGHTS
            )
    for term in lifting_terms(text):
        field, _, kind = term.field.rpartition("_")
        yield Part(kind, field, (term.word,), term.weight)
    if len(text.folded) > 1:
        yield Part("title", "title", text.folded, WHOLE_TITLE_BONUS, fixed=True)
    for bit in BONUS_BITS:
        yield Part("quality", "bonus", (str(bit),), bit * BONUS_STEP, fixed=True)
    for field, value, weight in request.boosts:
        yield Part("understood", field, (value,), max(weight, 0.0), fixed=True)
    if form.strict is not None:
        yield Part("strict", "", (), STRICT_FIRST, fixed=True)
