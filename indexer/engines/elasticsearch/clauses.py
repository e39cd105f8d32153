"""Builds a server's queries from a request: finished tokens in term and phrase clauses, never its query syntax."""

from collections.abc import Iterable, Sequence
from typing import Any

from indexer.document import HIDDEN_STATES
from indexer.explaining import Part
from indexer.query import Mode, QueryText, SearchRequest, Syllable
from indexer.ranking import (
    BONUS_BITS,
    BONUS_STEP,
    PREFIX_LENGTHS,
    WEIGHTS,
    WHOLE_TITLE_BONUS,
    HalfTyped,
    Term,
    lifting_terms,
)

Query = dict[str, Any]


def term(field: str, word: str, weight: float = 1.0) -> Query:
    """One finished token in one field, scored."""
    return {"term": {field: {"value": word, "boost": weight}}}


def phrase(field: str, words: Sequence[str], weight: float = 1.0) -> Query:
    """Tokens side by side."""
    if len(words) == 1:
        return term(field, words[0], weight)
    return {"match_phrase": {field: {"query": " ".join(words), "boost": weight}}}


def constant(query: Query, score: float) -> Query:
    """The query with one score for every hit."""
    return {"constant_score": {"filter": query, "boost": score}}


def any_of(field: str, values: Iterable[str]) -> Query:
    """Records with at least one of the values, as a filter; no values: none."""
    return {"terms": {field: list(dict.fromkeys(values))}}


def all_of(must: Sequence[Query] = (), should: Sequence[Query] = (), filters: Sequence[Query] = ()) -> Query:
    """One query; `should` only ranks."""
    clauses = {"must": list(must), "should": list(should), "filter": list(filters), "minimum_should_match": 0}
    return {"bool": clauses}


def one_of(queries: Sequence[Query], required: int = 1) -> Query:
    """At least `required` of the queries, each hit scored by all it holds."""
    return {"bool": {"should": list(queries), "minimum_should_match": required}}


def shown_states() -> Query:
    """Without what is found only when asked for."""
    return {"bool": {"must_not": [any_of("state", HIDDEN_STATES)]}}


def choices(request: SearchRequest) -> dict[str, Query]:
    """The user's choices and ranges by field, and the rule for states where he chose none: never scored."""
    found = {} if "state" in request.filters else {"state": shown_states()}
    found |= {field: any_of(field, values) for field, values in request.filters.items() if values}
    for field, (low, high) in request.ranges.items():
        bounds = {"gte": low, "lte": high}
        known = {name: min(max(bound, 0), 2**63 - 1) for name, bound in bounds.items() if bound is not None}
        found[f"{field} between"] = {"range": {field: known}} if known else {"match_all": {}}
    return found


def matches(text: QueryText, mode: Mode, required: int) -> list[Query]:
    """What a hit must hold: every phrase, and `required` of the distinct syllables."""
    found = [one_of([phrase(field, words, weight) for field, weight in WEIGHTS]) for words in text.phrases]
    last = text.folded[-1] if mode is Mode.PREFIX and text.folded and not text.phrases else None
    syllables = [_syllable(syllable, prefix=syllable.folded == last) for syllable in text.syllables]
    if required >= len(syllables):
        return found + syllables
    return [*found, one_of(syllables, required)]


def ranking(text: QueryText, boosts: Iterable[tuple[str, str, float]]) -> list[Query]:
    """What lifts a hit without being required: pairs, typed marks, the whole title, quality, boosts."""
    queries = [term(*each) for each in lifting_terms(text)]
    if len(text.folded) > 1:
        queries.append(constant(phrase("title", text.folded), WHOLE_TITLE_BONUS))
    queries += [constant({"term": {"bonus": str(bit)}}, bit * BONUS_STEP) for bit in BONUS_BITS]
    queries += [constant({"term": {field: value}}, max(weight, 0.0)) for field, value, weight in boosts]
    return queries


def part_of(part: Part) -> Query:
    """One clause of an explanation."""
    field = part.field if part.kind not in ("pair", "exact") else f"{part.field}_{part.kind}"
    if part.kind == "near":
        return _one_edit(field, part.words[0], part.weight)
    if part.fixed:
        return constant(phrase(field, part.words), part.weight)
    return phrase(field, part.words, part.weight)


def suggestions(typed: HalfTyped, access: Sequence[str]) -> Query:
    """Titles that hold the whole syllables and one that begins as the last."""
    must = [term("title", word) for word in typed.whole]
    should = [term(*each) for each in typed.ranking]
    return all_of(must, should, [any_of("access", access), shown_states(), _begins(typed.last)])


def like(document_id: str, terms: Sequence[Term], access: Sequence[str]) -> Query:
    """Other records with at least one of the terms."""
    others = {"bool": {"must_not": [{"term": {"id": document_id}}]}}
    must = [one_of([term(*each) for each in terms])] if terms else [{"match_none": {}}]
    return all_of(must, filters=[any_of("access", access), shown_states(), others])


def _begins(word: str) -> Query:
    return {"term": {"title_prefix": word[: PREFIX_LENGTHS[-1]]}}


def _syllable(syllable: Syllable, *, prefix: bool) -> Query:
    word = syllable.folded
    queries = [term(field, word, weight) for field, weight in WEIGHTS]
    if syllable.fuzzy:
        queries += [_one_edit(field, word, weight) for field, weight in WEIGHTS]
    for reading in syllable.readings:
        queries += [phrase(field, reading.words, weight * reading.weight) for field, weight in WEIGHTS]
    if prefix:
        queries.append(constant(_begins(word), 0.0))
    return one_of(queries)


def _one_edit(field: str, word: str, weight: float) -> Query:
    ask = {
        "value": word,
        "fuzziness": 1,
        "transpositions": True,
        "rewrite": "constant_score",
        "boost": weight,
    }
    return {"fuzzy": {field: ask}}
