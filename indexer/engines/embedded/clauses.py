"""Builds tantivy queries from a request; user text arrives as finished tokens, never as engine syntax."""

from collections.abc import Iterable, Sequence

import tantivy
from tantivy import FieldType, Occur, Query

from indexer.document import HIDDEN_STATES
from indexer.explaining import Part
from indexer.query import Mode, QueryText, SearchRequest, Syllable
from indexer.ranking import (
    BONUS_BITS,
    BONUS_STEP,
    PREFIX_LENGTHS,
    WEIGHTS,
    WHOLE_TITLE_BONUS,
    Term,
    lifting_terms,
)

Clause = tuple[Occur, Query]
_MERGED_TERMS = 32  # a set query reads all its postings before the first hit: 0.2 ms even in a small index


class ClauseBuilder:
    """Clauses over one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def term(self, field: str, word: str, weight: float = 1.0) -> Query:
        """One finished token in one field."""
        query = Query.term_query(self._schema, field, word)
        return query if weight == 1.0 else Query.boost_query(query, weight)

    def term_number(self, field: str, value: int) -> Query:
        """One number in a numeric field."""
        return Query.term_query(self._schema, field, value)

    def phrase(self, field: str, words: Sequence[str], weight: float = 1.0) -> Query:
        """Tokens side by side; one token is a term, because a one-word phrase makes the library panic."""
        if len(words) == 1:
            return self.term(field, words[0], weight)
        query = Query.phrase_query(self._schema, field, list(words))
        return query if weight == 1.0 else Query.boost_query(query, weight)

    def filters(self, request: SearchRequest, without: str = "") -> list[Clause]:
        """Access, state, the user's choices but those of facet `without`, ranges: never scored."""
        clauses = self.visible(request.access)
        if "state" not in request.filters and without != "state":
            clauses.append((Occur.MustNot, self.any_of("state", HIDDEN_STATES)))
        for field, values in request.filters.items():
            if values and field != without:
                clauses.append((Occur.Must, unscored(self.any_of(field, values))))
        for field, (low, high) in request.ranges.items():
            clauses.append((Occur.Must, self._range(field, low, high)))
        return clauses

    def visible(self, access: Sequence[str]) -> list[Clause]:
        """What the viewer may see; tombstones hold no token, so they are never found."""
        return [(Occur.Must, unscored(self.any_of("access", access)))]

    def any_of(self, field: str, values: Iterable[str]) -> Query:
        """Records with at least one of the values: a few terms are merged as they are read, many looked up once."""
        distinct = list(dict.fromkeys(values))
        if len(distinct) == 1:
            return self.term(field, distinct[0])
        if not 1 < len(distinct) <= _MERGED_TERMS:
            return Query.term_set_query(self._schema, field, distinct)
        return Query.boolean_query([(Occur.Should, self.term(field, value)) for value in distinct])

    def part(self, part: Part) -> Query:
        """One clause of an explanation."""
        field = part.field if part.kind not in ("pair", "exact") else f"{part.field}_{part.kind}"
        if part.kind == "near":
            return self._fuzzy(field, part.words[0], part.weight)
        if not part.fixed:
            return self.phrase(field, part.words, part.weight)
        whole = self.term_number(field, int(part.words[0])) if field == "bonus" else self.phrase(field, part.words)
        return Query.const_score_query(whole, part.weight)

    def matches(self, text: QueryText, mode: Mode, required: int) -> list[Clause]:
        """What a hit must hold: every phrase, and `required` of the distinct syllables."""
        clauses = [(Occur.Must, self._in_any_field(words)) for words in text.phrases]
        last = text.folded[-1] if mode is Mode.PREFIX and text.folded and not text.phrases else None
        syllables = [self._syllable(syllable, prefix=syllable.folded == last) for syllable in text.syllables]
        if required >= len(syllables):
            clauses += [(Occur.Must, query) for query in syllables]
        elif syllables:
            shoulds = [(Occur.Should, query) for query in syllables]
            clauses.append((Occur.Must, Query.boolean_query(shoulds, minimum_number_should_match=required)))
        return clauses

    def ranking(self, text: QueryText, boosts: Iterable[tuple[str, str, float]]) -> list[Clause]:
        """What lifts a hit without being required: pairs, typed marks, the whole title, quality, boosts."""
        queries = [self.term(*term) for term in lifting_terms(text)]
        if len(text.folded) > 1:
            queries.append(Query.const_score_query(self.phrase("title", text.folded), WHOLE_TITLE_BONUS))
        for bit in BONUS_BITS:
            bonus = Query.term_query(self._schema, "bonus", bit)
            queries.append(Query.const_score_query(bonus, bit * BONUS_STEP))
        for field, value, weight in boosts:
            queries.append(Query.const_score_query(self.term(field, value), max(weight, 0.0)))
        return [(Occur.Should, query) for query in queries]

    def optional(self, terms: Iterable[Term]) -> list[Clause]:
        """Terms that rank and are not required."""
        return [(Occur.Should, self.term(*term)) for term in terms]

    def prefix(self, word: str) -> Query:
        """Titles with a syllable that begins so."""
        return unscored(self.term("title_prefix", word[: PREFIX_LENGTHS[-1]]))

    def _syllable(self, syllable: Syllable, *, prefix: bool) -> Query:
        queries = [self.term(field, syllable.folded, weight) for field, weight in WEIGHTS]
        if syllable.fuzzy:
            queries += [self._fuzzy(field, syllable.folded, weight) for field, weight in WEIGHTS]
        for reading in syllable.readings:
            queries += [
                self.phrase(field, reading.words, weight * reading.weight) for field, weight in WEIGHTS
            ]
        if prefix:
            queries.append(self.prefix(syllable.folded))
        return Query.boolean_query([(Occur.Should, query) for query in queries])

    def _fuzzy(self, field: str, word: str, weight: float) -> Query:
        return Query.boost_query(Query.fuzzy_term_query(self._schema, field, word, distance=1), weight)

    def _in_any_field(self, words: Sequence[str]) -> Query:
        return Query.boolean_query(
            [(Occur.Should, self.phrase(field, words, weight)) for field, weight in WEIGHTS]
        )

    def older(self, recency: int) -> Query:
        """What stands behind a hit in the order by date."""
        return self._range("recency", None, recency - 1) if recency else Query.empty_query()

    def _range(self, field: str, low: int | None, high: int | None) -> Query:
        if low is None and high is None:
            return unscored(Query.all_query())
        lower, upper = (None if bound is None else min(max(bound, 0), 2**63) for bound in (low, high))
        return unscored(Query.range_query(self._schema, field, FieldType.Unsigned, lower, upper))


def unscored(query: Query) -> Query:
    """The query as a filter."""
    return Query.const_score_query(query, 0.0)


def all_of(clauses: Sequence[Clause]) -> Query:
    """One query of all clauses."""
    return Query.boolean_query(list(clauses))
