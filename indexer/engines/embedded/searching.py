"""Answers one search on one searcher: strict first, then one edit, then wider; facets, snippets."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import tantivy
from tantivy import Occur

from indexer.abbreviations import Abbreviations
from indexer.document import FILTER_FIELDS
from indexer.engines.embedded.clauses import STRICT_FIRST, Clause, ClauseBuilder, all_of
from indexer.engines.embedded.ordering import Page, Ranked, read_page
from indexer.errors import BadRequest
from indexer.highlighting import highlight, snippet
from indexer.query import QueryText, SearchRequest, Sort, read_query
from indexer.results import FacetValue, Hit, SearchResult

Marks = tuple[frozenset[str], tuple[tuple[str, ...], ...]]
_FACET_VALUES = 2000
_FUZZY_LENGTH = 4


class Search:
    """One request on one snapshot of the index."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        clauses: ClauseBuilder,
        request: SearchRequest,
        abbreviations: Abbreviations,
    ) -> None:
        self._searcher = searcher
        self._clauses = clauses
        self._request = request
        self._text = read_query(request.text, abbreviations)
        self._required = self._text.required
        self._filters = clauses.filters(request)

    def run(self) -> SearchResult:
        """The page with everything that was asked for."""
        started = time.perf_counter()
        page = self._page()
        relaxed = fuzzy = False
        if page.total < self._request.relax_below and self._text.syllables and self._strict_is_poor():
            fuzzy_page = self._one_edit() if page.total == 0 else None
            wider = None if fuzzy_page else self._wider()
            fuzzy = fuzzy_page is not None
            relaxed = wider is not None and wider.total > page.total
            page = fuzzy_page or (wider if wider and relaxed else page)
        marks = marked_words(self._text)
        return SearchResult(
            hits=[self._hit(ranked, marks) for ranked in page.hits],
            total=page.total,
            facets={name: self._facet(name, counts) for name, counts in self._facet_counts().items()},
            relaxed=relaxed,
            fuzzy=fuzzy,
            cursor=page.cursor,
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def _matches(self, required: int) -> list[Clause]:
        return self._clauses.matches(self._text, self._request.mode, required) or [
            (Occur.Must, tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0))
        ]

    def _page(self, strict: int | None = None) -> Page:
        """A page of the present form; hits that hold `strict` syllables stand before all others."""
        request = self._request
        query = [*self._matches(self._required), *self._filters]
        if self._text.empty and request.sort is Sort.RELEVANCE and not request.boosts:
            request = replace(request, sort=Sort.NEWEST)
        if request.sort is Sort.RELEVANCE:
            query += self._clauses.ranking(self._text, request.boosts)
            if strict is not None:
                form = all_of(self._matches(strict))
                query.append((Occur.Should, tantivy.Query.const_score_query(form, STRICT_FIRST)))
        return read_page(self._searcher, all_of(query), request)

    def _count(self, clauses: list[Clause]) -> int:
        found = self._searcher.search(all_of(clauses), 1)
        return int(found.count or 0)  # type: ignore[attr-defined]

    def _strict_is_poor(self) -> bool:
        """A search that only the user's own choices made small is not widened: he sees the choices."""
        if not any(self._request.filters.values()) and not self._request.ranges:
            return True
        bare = replace(self._request, filters={}, ranges={})
        count = self._count([*self._matches(self._required), *self._clauses.filters(bare)])
        return count < self._request.relax_below

    def _wider(self) -> Page | None:
        strict = self._required
        if strict <= 1 or len(self._text.syllables) < 2:
            return None
        self._required = 1
        return self._page(strict)

    def _one_edit(self) -> Page | None:
        """The page with one edit allowed on the rarest syllable, None when that finds nothing either."""
        long = [syllable for syllable in self._text.syllables if len(syllable.folded) >= _FUZZY_LENGTH]
        if not long:
            return None
        rarest = min(long, key=lambda syllable: self._frequency(syllable.folded))
        before = self._text
        syllables = tuple(replace(each, fuzzy=each is rarest) for each in before.syllables)
        self._text = replace(before, syllables=syllables)
        page = self._page()
        if page.total == 0:
            self._text = before
        return page if page.total else None

    def _frequency(self, word: str) -> int:
        return sum(self._searcher.doc_freq(field, word) for field in ("title", "descr", "body"))

    def _facet_counts(self) -> dict[str, dict[str, int]]:
        """Counts of every wanted facet under all other choices: one pass, and one more per chosen facet."""
        wanted = list(dict.fromkeys(self._request.facets))
        for name in wanted:
            if name not in FILTER_FIELDS:
                raise BadRequest(f"unknown facet: {name}")
        chosen = [name for name in wanted if self._request.filters.get(name) or name == "state"]
        counts = self._aggregate([name for name in wanted if name not in chosen], self._filters)
        for name in chosen:
            counts |= self._aggregate([name], self._clauses.filters(self._request, without=name))
        return {name: counts[name] for name in wanted}

    def _aggregate(self, names: Sequence[str], filters: list[Clause]) -> dict[str, dict[str, int]]:
        if not names:
            return {}
        ask = {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in names}
        found = self._searcher.aggregate(all_of([*self._matches(self._required), *filters]), ask)
        return {name: _bucket_counts(found[name]) for name in names}

    def _facet(self, name: str, counts: dict[str, int]) -> list[FacetValue]:
        chosen = set(self._request.filters.get(name, ()))
        counts = dict.fromkeys(chosen, 0) | counts
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return [FacetValue(value, count, value in chosen) for value, count in ordered]

    def _hit(self, ranked: Ranked, marks: Marks) -> Hit:
        stored = self._searcher.doc(ranked.address)
        words, phrases = marks
        texts = {name: stored.get_first(f"{name}_text") or "" for name in ("title", "descr", "body")}
        part = snippet(texts["descr"], words, phrases)
        if "<mark>" not in part and texts["body"]:
            from_body = snippet(texts["body"], words, phrases)
            part = from_body if "<mark>" in from_body or not part else part
        score = float(ranked.key) if isinstance(ranked.key, float) else 0.0
        title = highlight(texts["title"], words, phrases)
        return Hit(str(stored.get_first("id")), score, title, part, str(stored.get_first("kind")))


def _bucket_counts(terms: dict[str, Any]) -> dict[str, int]:
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in terms["buckets"]}


def marked_words(text: QueryText) -> Marks:
    """Syllables and phrases that a snippet marks."""
    words = {syllable.folded for syllable in text.syllables}
    phrases = list(text.phrases)
    for syllable in text.syllables:
        phrases += [reading.words for reading in syllable.readings]
    words |= {phrase[0] for phrase in phrases if len(phrase) == 1}
    return frozenset(words), tuple(dict.fromkeys(phrase for phrase in phrases if len(phrase) > 1))
