"""The order of hits: key of the sort, then newest, then id; and cursors that keep it while writes go on."""

import base64
import json
from typing import Any, NamedTuple

import tantivy

from indexer.errors import BadRequest
from indexer.query import SearchRequest, Sort

MAX_OFFSET = 10_000  # beyond it: cursors
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


def read_page(searcher: tantivy.Searcher, query: tantivy.Query, request: SearchRequest) -> Page:
    """The asked page of `query` in the asked order."""
    if request.page < 1 or not 0 <= request.size <= 1000:
        raise BadRequest("page counts from 1, size is 0 to 1000")
    if request.cursor:
        key, recency, seen = _read_cursor(request.cursor, request.sort)
        return _page_after(searcher, query, request, (key, recency), seen)
    offset = (request.page - 1) * request.size
    if offset > MAX_OFFSET:
        raise BadRequest(f"page lies beyond {MAX_OFFSET} hits; use the cursor")
    ranked, total = _top(searcher, query, request.sort, offset + request.size)
    hits = ranked[offset : offset + request.size]
    return Page(hits, total, _cursor(request.sort, hits, offset + len(hits), total))


def _page_after(
    searcher: tantivy.Searcher, query: tantivy.Query, request: SearchRequest, last: tuple[Any, int], seen: int
) -> Page:
    wanted = seen + request.size
    while True:
        ranked, total = _top(searcher, query, request.sort, wanted)
        start = _resume(ranked, last, request.sort, seen if wanted >= total else len(ranked))
        if len(ranked) - start >= request.size or len(ranked) >= total or wanted >= total:
            hits = ranked[start : start + request.size]
            return Page(hits, total, _cursor(request.sort, hits, start + len(hits), total))
        wanted *= 2  # many newcomers stand before the last seen hit


def _resume(ranked: list[Ranked], last: tuple[Any, int], sort: Sort, otherwise: int) -> int:
    """Place of the first hit not yet seen. Scores move with writes: look for the last hit."""
    for place, hit in enumerate(ranked):
        if hit.recency == last[1]:
            return place + 1
        if sort is not Sort.RELEVANCE and _is_after(hit, last, sort):
            return place
    return otherwise


def _is_after(hit: Ranked, last: tuple[Any, int], sort: Sort) -> bool:
    key, recency = last
    if hit.key == key:
        return hit.recency < recency
    return bool(hit.key > key) if sort is Sort.TITLE else bool(hit.key < key)


def _top(searcher: tantivy.Searcher, query: tantivy.Query, sort: Sort, end: int) -> tuple[list[Ranked], int]:
    """The first hits to `end`, every group of equals in its final order, and the total."""
    limit = max(end + _TIES, 1)
    while True:
        field = _FIELDS.get(sort)
        order = tantivy.Order.Asc if sort is Sort.TITLE else tantivy.Order.Desc
        found = searcher.search(query, limit, order_by_field=field, order=order)
        hits, total = found.hits, int(found.count or 0)  # type: ignore[attr-defined]
        closed = len(hits) < limit or end < 1 or hits[-1][0] != hits[min(end, len(hits)) - 1][0]
        if closed or limit >= end + _MAX_TIES:
            return _ordered(searcher, hits), total
        limit = min(limit * 4, end + _MAX_TIES)


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
    text = json.dumps([sort.value, hits[-1].key, hits[-1].recency, seen])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_cursor(cursor: str, sort: Sort) -> tuple[Any, int, int]:
    try:
        name, key, recency, seen = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError) as error:
        raise BadRequest("not a cursor") from error
    right_key = isinstance(key, str) if sort is Sort.TITLE else isinstance(key, int | float)
    whole = isinstance(recency, int) and isinstance(seen, int) and 0 <= seen <= 10**7
    if name != sort.value or not right_key or not whole:
        raise BadRequest("the cursor belongs to another search")
    return key, recency, seen
