"""Where a page begins: by number near the top, by cursor anywhere; a cursor keeps its place while others write."""

import base64
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from indexer.errors import BadRequest
from indexer.query import SearchRequest, Sort

MAX_OFFSET = 10_000  # hits reached by page number; beyond: cursors
MAX_SIZE = 1000
MAX_RANKED = 100_000
"""Hits that a walk by relevance or title reaches: each page looks at all before it. By date it has no end."""


class Place(NamedTuple):
    """The last hit seen: its sort key, its recency, and how many were seen with it."""

    key: Any
    recency: int
    seen: int


def offset_of(request: SearchRequest) -> int:
    """Hits before the page (0 with a cursor); BadRequest when the page is none or lies too deep."""
    if request.page < 1 or not 0 <= request.size <= MAX_SIZE:
        raise BadRequest(f"page counts from 1, size is 0 to {MAX_SIZE}")
    if request.cursor:
        return 0
    offset = (request.page - 1) * request.size
    if offset + request.size > MAX_OFFSET:
        raise BadRequest(f"page lies beyond {MAX_OFFSET} hits; use the cursor")
    return offset


def write_cursor(sort: Sort, last: Place) -> str | None:
    """The cursor of the page after `last`; None where the walk ends."""
    if sort is not Sort.NEWEST and last.seen >= MAX_RANKED:
        return None
    return base64.urlsafe_b64encode(json.dumps([sort.value, *last]).encode()).decode()


def read_cursor(cursor: str, sort: Sort) -> Place:
    """What `write_cursor` wrote; BadRequest for anything else."""
    try:
        name, key, recency, seen = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadRequest("not a cursor") from error
    right_key = isinstance(key, str) if sort is Sort.TITLE else isinstance(key, int | float) and abs(key) < 2**64
    whole = all(type(each) is int and 0 <= each < 2**63 for each in (recency, seen))
    deepest = 2**63 if sort is Sort.NEWEST else MAX_RANKED
    if name != sort.value or not right_key or not whole or seen >= deepest:
        raise BadRequest("the cursor belongs to another search")
    return Place(key, recency, seen)


def place_after(keys: Sequence[tuple[Any, int]], last: Place, sort: Sort, otherwise: int) -> int:
    """Number of the first of the (key, recency) not yet seen. Scores move with writes: look for the last hit."""
    for number, (key, recency) in enumerate(keys):
        if recency == last.recency:
            return number + 1
        if sort is not Sort.RELEVANCE and _is_after(key, recency, last, sort):
            return number
    return otherwise


def _is_after(key: Any, recency: int, last: Place, sort: Sort) -> bool:
    if key == last.key:
        return recency < last.recency
    return bool(key > last.key) if sort is Sort.TITLE else bool(key < last.key)
