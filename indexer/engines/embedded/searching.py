"""Answers one search on one searcher: the form that finds enough, facets, snippets."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import tantivy
from tantivy import Occur, Query

from indexer.engines.embedded.clauses import Clause, ClauseBuilder, all_of, unscored
from indexer.engines.embedded.ordering import Page, Ranked, read_page
from indexer.engines.embedded.schema import SHOWN, shown_text
from indexer.explaining import Explanation, Part, explained
from indexer.presenting import MAX_FACET_VALUES, Marks, facet_values, marked_words, shown_hit
from indexer.query import QueryText, SearchRequest, Sort, Syllable
from indexer.ranking import STRICT_FIRST, WEIGHTS
from indexer.results import FacetValue, Hit, SearchResult
from indexer.widening import Form, find, is_rare, without_choices

Counts = dict[str, dict[str, int]]
_LARGE = 20_000
"""Records from which passes run beside each other; below, handing them over costs more than it saves."""


@cache
def _helpers(_process: int) -> ThreadPoolExecutor:
    """Threads of this process, which a fork does not take along."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="facets")


class Search:
    """One request on one snapshot of the index."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        clauses: ClauseBuilder,
        request: SearchRequest,
        text: QueryText,
    ) -> None:
        request.check()
        self._searcher = searcher
        self._clauses = clauses
        self._request = request
        self._text = text
        self._filters = clauses.filters(request)

    def run(self) -> SearchResult:
        """The page with everything that was asked for."""
        return self._run()[0]

    def explain(self) -> Explanation:
        """The page with its scores taken apart."""
        result, form = self._run()
        among = unscored(self._clauses.any_of("id", [hit.id for hit in result.hits]))

        def ask(part: Part) -> dict[str, float]:
            clause = all_of(self._matches(replace(form, required=form.strict or 0)))
            whole = (
                self._clauses.part(part)
                if part.kind != "strict"
                else Query.const_score_query(clause, part.weight)
            )
            both = all_of([(Occur.Must, among), (Occur.Must, whole)])
            found = self._searcher.search(both, max(len(result.hits), 1)).hits
            return {
                str(self._searcher.doc(address).get_first("id")): float(score) for score, address in found
            }

        return explained(result, form, self._request, ask)

    def _run(self) -> tuple[SearchResult, Form]:
        started = time.perf_counter()
        strict = Form(self._text, self._text.required)
        counting = self._count_beside(strict) if self._searcher.num_docs >= _LARGE else None
        found = find(self._text, self._request.relax_below, self._page, self._is_poor, self._rarest)
        if counting is not None and found.form == strict:
            counts = [count.result() for count in counting]
        else:
            counts = [self._aggregate(*one) for one in self._passes(found.form)]
        marks = marked_words(found.form.text)
        result = SearchResult(
            hits=[self._hit(ranked, marks) for ranked in found.page.hits],
            total=found.page.total,
            facets=self._facets(counts),
            relaxed=found.relaxed,
            fuzzy=found.fuzzy,
            cursor=found.page.cursor,
            took_ms=(time.perf_counter() - started) * 1000,
        )
        return result, found.form

    def _matches(self, form: Form) -> list[Clause]:
        return self._clauses.matches(form.text, self._request.mode, form.required) or [
            (Occur.Must, unscored(Query.all_query()))
        ]

    def _page(self, form: Form) -> Page:
        request = self._request
        query = [*self._matches(form), *self._filters]
        if form.text.empty and request.sort is Sort.RELEVANCE and not request.boosts:
            request = replace(request, sort=Sort.NEWEST)
        if request.sort is Sort.RELEVANCE:
            query += self._clauses.ranking(form.text, request.boosts)
            if form.strict is not None:
                strict = all_of(self._matches(replace(form, required=form.strict)))
                query.append((Occur.Should, Query.const_score_query(strict, STRICT_FIRST)))
        return read_page(self._searcher, self._clauses, all_of(query), request)

    def _is_poor(self, form: Form) -> bool:
        bare = without_choices(self._request)
        if bare is None:
            return True
        found = self._searcher.search(all_of([*self._matches(form), *self._clauses.filters(bare)]), 1)
        return int(found.count or 0) < self._request.relax_below  # type: ignore[attr-defined]

    def _rarest(self, syllables: Sequence[Syllable]) -> Syllable | None:
        found = [
            sum(self._searcher.doc_freq(field, each.folded) for field, _ in WEIGHTS) for each in syllables
        ]
        return syllables[found.index(min(found))] if is_rare(min(found), self._searcher.num_docs) else None

    def _count_beside(self, form: Form) -> list[Future[Counts]]:
        """All passes at once in threads of their own, while the page is looked for: the library lets go of Python."""
        return [_helpers(os.getpid()).submit(self._aggregate, *one) for one in self._passes(form)]

    def _passes(self, form: Form) -> list[tuple[list[str], list[Clause]]]:
        """What is counted together: every wanted facet under all other choices, one pass for each chosen one."""
        request, matches = self._request, self._matches(form)
        wanted = list(dict.fromkeys(request.facets))
        chosen = [name for name in wanted if request.filters.get(name) or name == "state"]
        passes = [([name for name in wanted if name not in chosen], [*matches, *self._filters])]
        passes += [([name], [*matches, *self._clauses.filters(request, without=name)]) for name in chosen]
        return passes

    def _facets(self, passes: Sequence[Counts]) -> dict[str, list[FacetValue]]:
        counts = {name: found for each in passes for name, found in each.items()}
        filters = self._request.filters
        return {
            name: facet_values(counts[name], set(filters.get(name, ())))
            for name in dict.fromkeys(self._request.facets)
        }

    def _aggregate(self, names: Sequence[str], clauses: list[Clause]) -> Counts:
        if not names:
            return {}
        ask = {name: {"terms": {"field": name, "size": MAX_FACET_VALUES}} for name in names}
        found = self._searcher.aggregate(all_of(clauses), ask)
        return {name: _bucket_counts(found[name]) for name in names}

    def _hit(self, ranked: Ranked, marks: Marks) -> Hit:
        stored = self._searcher.doc(ranked.address)
        score = float(ranked.key) if isinstance(ranked.key, float) else 0.0
        texts = {"kind": stored.get_first("kind"), **{name: shown_text(stored, name) for name in SHOWN}}
        revision = int(stored.get_first("revision") or 0)
        return shown_hit(str(stored.get_first("id")), score, texts, marks, revision)


def _bucket_counts(terms: dict[str, Any]) -> dict[str, int]:
    return {bucket["key"]: int(bucket["doc_count"]) for bucket in terms["buckets"]}
