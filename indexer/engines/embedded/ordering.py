"""The order of hits: key of the sort, then newest, then id; and cursors that keep it while writes go on."""

from typing import Any, NamedTuple

import tantivy
from tantivy import Occur

from indexer.engines.embedded.clauses import ClauseBuilder, all_of
from indexer.paging import Place, offset_of, place_after, read_cursor, write_cursor
from indexer.query import SearchRequest, Sort

_TIES = 64  # hits read beyond the page to see where its last group of equals ends
_MAX_TIES = 4096
_FIELDS = {Sort.NEWEST: "recency", Sort.TITLE: "title_sort"}


class Ranked(NamedTuple):
    """A hit with its place in the order."""

    key: Any
    recency: int
    address: tantivy.DocAddress


class Page(NamedTuple):
    """Hits of one page, the exact total and the cursor of the next page."""

    hits: list[Ranked]
    total: int
    cursor: str | None


def read_page(
    searcher: tantivy.Searcher, clauses: ClauseBuilder, query: tantivy.Query, request: SearchRequest
) -> Page:
    """The asked page of `query` in the asked order."""
    offset = offset_of(request)
    if request.cursor:
        last = read_cursor(request.cursor, request.sort)
        if request.sort is Sort.NEWEST:
            return _older_page(searcher, query, clauses.older(last.recency), request, last.seen)
        return _page_after(searcher, query, request, last)
    ranked, total = top_hits(searcher, query, request.sort, offset + request.size)
    hits = ranked[offset : offset + request.size]
    return Page(hits, total, _cursor(request.sort, hits, offset + len(hits), total))


def _older_page(
    searcher: tantivy.Searcher, query: tantivy.Query, older: tantivy.Query, request: SearchRequest, seen: int
) -> Page:
    """A page of any depth at the price of the first one."""
    left_over = all_of([(Occur.Must, query), (Occur.Must, older)])
    ranked, left = top_hits(searcher, left_over, request.sort, request.size)
    hits = ranked[: request.size]
    total = int(searcher.search(query, 1).count or 0)  # type: ignore[attr-defined]
    return Page(hits, total, _cursor(request.sort, hits, seen + len(hits), seen + left))


def _page_after(
    searcher: tantivy.Searcher, query: tantivy.Query, request: SearchRequest, last: Place
) -> Page:
    wanted = last.seen + request.size
    while True:
        ranked, total = top_hits(searcher, query, request.sort, wanted)
        keys = [(hit.key, hit.recency) for hit in ranked]
        start = place_after(keys, last, request.sort, last.seen if wanted >= total else len(ranked))
        if len(ranked) - start >= request.size or len(ranked) >= total or wanted >= total:
            hits = ranked[start : start + request.size]
            return Page(hits, total, _cursor(request.sort, hits, start + len(hits), total))
        wanted *= 2  # many newcomers stand before the last seen hit


def top_hits(
    searcher: tantivy.Searcher, query: tantivy.Query, sort: Sort, end: int
) -> tuple[list[Ranked], int]:
    """The first hits to `end`, every group of equals in its final order, and the total."""
    most = max(searcher.num_docs, 1)  # the library makes room for as many hits as it is asked for
    limit = min(max(end + _TIES, 1), most)
    while True:
        field = _FIELDS.get(sort)
        order = tantivy.Order.Asc if sort is Sort.TITLE else tantivy.Order.Desc
        found = searcher.search(query, limit, order_by_field=field, order=order)
        hits, total = found.hits, int(found.count or 0)  # type: ignore[attr-defined]
        closed = len(hits) < limit or end < 1 or hits[-1][0] != hits[min(end, len(hits)) - 1][0]
        if closed or limit >= min(end + _MAX_TIES, most):
            return _ordered(searcher, hits), total
        limit = min(end + _MAX_TIES, most)


def _ordered(searcher: tantivy.Searcher, hits: list[tuple[Any, tantivy.DocAddress]]) -> list[Ranked]:
    newest = searcher.fast_field_values("recency", [address for _, address in hits]) if hits else []
    ranked = [Ranked(key, int(new or 0), address) for (key, address), new in zip(hits, newest, strict=True)]
    ordered: list[Ranked] = []
    place = 0
    while place < len(ranked):
        last = place + 1
        while last < len(ranked) and ranked[last].key == ranked[place].key:
            last += 1
        ordered += sorted(ranked[place:last], key=lambda hit: -hit.recency)
        place = last
    return ordered


def _cursor(sort: Sort, hits: list[Ranked], seen: int, total: int) -> str | None:
    if not hits or seen >= total:
        return None
    return write_cursor(sort, Place(hits[-1].key, hits[-1].recency, seen))
