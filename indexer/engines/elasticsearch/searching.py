"""Answers one search: page, exact total and every facet in one request; more only where too little was found.

A second request asks for fewer words or one edit, as the embedded engine does; a cursor by relevance needs one
when others wrote meanwhile.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indexer.engines.elasticsearch import clauses
from indexer.engines.elasticsearch.clauses import Query, all_of
from indexer.errors import EngineUnavailable
from indexer.explaining import Explanation, Part, explained
from indexer.paging import MAX_OFFSET, Place, offset_of, place_after, read_cursor, write_cursor
from indexer.presenting import MAX_FACET_VALUES, facet_values, marked_words, shown_hit
from indexer.query import QueryText, SearchRequest, Sort, Syllable
from indexer.ranking import STRICT_FIRST, WEIGHTS
from indexer.results import FacetValue, SearchResult
from indexer.widening import Form, find, is_rare, without_choices

Ask = Callable[[dict[str, Any]], dict[str, Any]]
SHOWN = ["kind", "title_text", "descr_text", "body_text"]
_ORDERS: dict[Sort, list[dict[str, str]]] = {
    Sort.RELEVANCE: [{"_score": "desc"}, {"recency": "desc"}],
    Sort.NEWEST: [{"recency": "desc"}],
    Sort.TITLE: [{"title_sort": "asc"}, {"recency": "desc"}],
}
_NEWCOMERS = 1000  # hits before the last seen one that others may add between two pages by relevance


@dataclass(frozen=True)
class Page:
    """Hits as the server gives them, the exact total, counts by facet, the cursor of the next page."""

    hits: list[dict[str, Any]]
    total: int
    counts: dict[str, dict[str, int]]
    cursor: str | None


class Search:
    """One request; `ask` sends a body to the index and gives back the answer."""

    def __init__(self, ask: Ask, request: SearchRequest, text: QueryText) -> None:
        request.check()
        self._ask = ask
        self._request = request
        self._text = text
        self._sort = request.sort
        if text.empty and request.sort is Sort.RELEVANCE and not request.boosts:
            self._sort = Sort.NEWEST
        self._offset = offset_of(request)
        self._last = read_cursor(request.cursor, self._sort) if request.cursor else None
        choices = clauses.choices(request)
        wanted = dict.fromkeys(request.facets)
        # A facet is counted without its own choice, so that choice may not narrow the query itself.
        self._later = {name: choices.pop(name) for name in wanted if name in choices and self._chosen(name)}
        self._filters = [clauses.any_of("access", request.access), *choices.values()]

    def run(self) -> SearchResult:
        """The page with everything that was asked for."""
        return self._run()[0]

    def explain(self) -> Explanation:
        """The page with its scores taken apart."""
        result, form = self._run()
        among = clauses.any_of("id", [hit.id for hit in result.hits])

        def ask(part: Part) -> dict[str, float]:
            if part.kind == "strict":
                strict = all_of(self._matches(replace(form, required=form.strict or 0)))
                whole = clauses.constant(strict, part.weight)
            else:
                whole = clauses.part_of(part)
            body = {"query": all_of([whole], filters=[among]), "size": len(result.hits), "_source": False}
            return {hit["_id"]: float(hit["_score"]) for hit in self._ask(body)["hits"]["hits"]}

        return explained(result, form, self._request, ask)

    def _run(self) -> tuple[SearchResult, Form]:
        started = time.perf_counter()
        found = find(self._text, self._request.relax_below, self._page, self._is_poor, self._rarest)
        marks = marked_words(found.form.text)
        result = SearchResult(
            hits=[
                shown_hit(hit["_id"], self._score(hit), hit["_source"], marks, hit["_version"])
                for hit in found.page.hits
            ],
            total=found.page.total,
            facets=self._facets(found.page.counts),
            relaxed=found.relaxed,
            fuzzy=found.fuzzy,
            cursor=found.page.cursor,
            took_ms=(time.perf_counter() - started) * 1000,
        )
        return result, found.form

    def _chosen(self, name: str) -> bool:
        return bool(self._request.filters.get(name)) or name == "state"

    def _score(self, hit: dict[str, Any]) -> float:
        return float(hit["sort"][0]) if self._sort is Sort.RELEVANCE else 0.0

    def _page(self, form: Form) -> Page:
        if self._last is None:
            return self._read(form, {"from": self._offset, "size": self._request.size}, self._offset)
        if self._sort is Sort.RELEVANCE and self._last.seen + self._request.size <= MAX_OFFSET:
            return self._after_moving_scores(form, self._last)
        return self._after(form, self._last)

    def _after(self, form: Form, last: Place) -> Page:
        """The hits behind the last seen one in an order that no write changes."""
        key = [last.recency] if self._sort is Sort.NEWEST else [last.key, last.recency]
        return self._read(form, {"search_after": key, "size": self._request.size + 1}, last.seen)

    def _after_moving_scores(self, form: Form, last: Place) -> Page:
        """Every write moves all scores a little, so the last seen hit is looked for where it stood, then around."""
        before = max(last.seen - 1, 0)
        page = self._read(form, {"from": before, "size": self._request.size + 1}, before)
        if page.hits and page.hits[0]["sort"][1] == last.recency:
            return replace(page, hits=page.hits[1:])
        around = {"from": 0, "size": min(last.seen + _NEWCOMERS, MAX_OFFSET), "_source": False}
        hits = self._ask(self._body(form) | around)["hits"]["hits"]
        keys = [(hit["sort"][0], hit["sort"][1]) for hit in hits]
        start = place_after(keys, last, self._sort, otherwise=last.seen)
        size = min(self._request.size, MAX_OFFSET - start)
        return self._read(form, {"from": start, "size": size}, start)

    def _read(self, form: Form, part: dict[str, Any], before: int) -> Page:
        """One request: `part` says which hits; `before` of them stand earlier."""
        found = self._ask(self._body(form) | self._counting() | part)
        hits, total = found["hits"]["hits"], int(found["hits"]["total"]["value"])
        more = before + len(hits) < total
        if "search_after" in part:
            more = len(hits) > self._request.size
            hits = hits[: self._request.size]
        cursor = self._cursor(hits[-1], before + len(hits)) if hits and more else None
        return Page(hits, total, _counts(found.get("aggregations", {})), cursor)

    def _cursor(self, hit: dict[str, Any], seen: int) -> str | None:
        return write_cursor(self._sort, Place(hit["sort"][0], hit["sort"][-1], seen))

    def _body(self, form: Form) -> dict[str, Any]:
        lifts: list[Query] = []
        if self._sort is Sort.RELEVANCE:
            lifts = clauses.ranking(form.text, self._request.boosts)
            if form.strict is not None:
                strict = all_of(self._matches(replace(form, required=form.strict)))
                lifts.append(clauses.constant(strict, STRICT_FIRST))
        body = {
            "query": all_of(self._matches(form), lifts, self._filters),
            "sort": _ORDERS[self._sort],
            "_source": SHOWN,
            "version": True,
            "track_total_hits": True,
            "timeout": "4s",
        }
        if self._later:
            body["post_filter"] = all_of(filters=list(self._later.values()))
        return body

    def _matches(self, form: Form) -> list[Query]:
        return clauses.matches(form.text, self._request.mode, form.required)

    def _counting(self) -> dict[str, Any]:
        """One filter aggregation for all facets without a choice, one more for each chosen facet."""
        wanted = list(dict.fromkeys(self._request.facets))
        free = [name for name in wanted if name not in self._later]
        groups = {"": (free, list(self._later.values()))} if free else {}
        for name in self._later:
            groups[name] = ([name], [query for other, query in self._later.items() if other != name])
        return {"aggs": {f"by_{name}": _group(*group) for name, group in groups.items()}} if groups else {}

    def _is_poor(self, form: Form) -> bool:
        bare = without_choices(self._request)
        if bare is None:
            return True
        filters = [clauses.any_of("access", bare.access), *clauses.choices(bare).values()]
        return _count(self._ask, all_of(self._matches(form), filters=filters)) < self._request.relax_below

    def _rarest(self, syllables: Sequence[Syllable]) -> Syllable | None:
        """By the number of texts that hold it, whoever may see them."""
        places = {f"{number} {field}": {"term": {field: syllable.folded}}
                  for number, syllable in enumerate(syllables) for field, _ in WEIGHTS}  # fmt: skip
        ask = {"size": 0, "track_total_hits": True, "aggs": {"found": {"filters": {"filters": places}}}}
        answer = self._ask(ask)
        buckets = answer["aggregations"]["found"]["buckets"]
        totals = [0] * len(syllables)
        for place, bucket in buckets.items():
            totals[int(place.split()[0])] += int(bucket["doc_count"])
        of = int(answer["hits"]["total"]["value"])
        return syllables[totals.index(min(totals))] if is_rare(min(totals), of) else None

    def _facets(self, counts: dict[str, dict[str, int]]) -> dict[str, list[FacetValue]]:
        chosen = self._request.filters
        wanted = dict.fromkeys(self._request.facets)
        return {name: facet_values(counts[name], set(chosen.get(name, ()))) for name in wanted}


def checked(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer, unless it is only a part of one."""
    if answer.get("timed_out") or answer.get("_shards", {}).get("failed"):
        raise EngineUnavailable("the search server answered only in part")
    return answer


def _count(ask: Ask, query: Query) -> int:
    return int(ask({"query": query, "size": 0, "track_total_hits": True})["hits"]["total"]["value"])


def _group(names: Sequence[str], filters: Sequence[Query]) -> dict[str, Any]:
    values = {name: {"terms": {"field": name, "size": MAX_FACET_VALUES}} for name in names}
    return {"filter": all_of(filters=filters), "aggs": values}


def _counts(groups: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {
        name: {bucket["key"]: int(bucket["doc_count"]) for bucket in values["buckets"]}
        for group in groups.values()
        for name, values in group.items()
        if isinstance(values, dict) and "buckets" in values
    }
