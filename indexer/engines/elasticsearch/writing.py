"""Writes changes by bulk requests: revisions decide on the server, a result per item, patience where it is busy."""

import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from indexer.document import Change, Delete, Upsert
from indexer.engines.elasticsearch.client import WRITE_SECONDS, Answer, Server, encoded, error_type
from indexer.engines.elasticsearch.mapping import source_of, tombstone_of
from indexer.errors import EngineUnavailable
from indexer.marks import Learner
from indexer.results import ItemResult, Outcome

MOST_ITEMS = 500
MOST_BYTES = 10_000_000
_BUSY = (429, 503)
_ITS_FAULT = (400, 404)  # a document that is refused, a name that is gone; else the server has trouble
_TRIES = 7  # waits of 0.1 to 3.2 s, 6 s in all
_FIRST_WAIT = 0.1


class Line(NamedTuple):
    """One change as it is sent: where it stood in its batch, and its two lines."""

    place: int
    target: str
    body: bytes


def line(
    place: int, target: str, change: Change, *, yielding: bool = False, learner: Learner | None = None
) -> Line:
    """The change for one index or alias; ValueError and TypeError say what is wrong with it.

    A `yielding` one leaves what is stored under the same revision: a rebuild reads what others may have renewed.
    """
    if change.revision < 0:
        raise ValueError("a revision counts from 0")
    source = tombstone_of(change.id) if isinstance(change, Delete) else source_of(change.document)
    if learner and isinstance(change, Upsert):
        learner.see(source)
    if not yielding:
        source["written_at"] = int(time.time())
    action = {"_index": target, "_id": change.id, "version": change.revision}
    action["version_type"] = "external" if yielding else "external_gte"
    return Line(place, target, encoded({"index": action}) + b"\n" + encoded(source) + b"\n")


def write_changes(
    server: Server, targets: Sequence[str], batch: Sequence[Change], *, refresh: bool
) -> list[ItemResult]:
    """Write every change into every target; the results of the first count, a failure in any is a failure.

    A revision below the stored one is stale, an equal one is not.
    """
    results: dict[int, ItemResult] = {}
    lines: list[Line] = []
    for place, change in enumerate(batch):
        try:
            lines += [line(place, target, change) for target in targets]
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            reason = f"{type(error).__name__}: {error}"
            results[place] = ItemResult(change.id, change.revision, Outcome.FAILED, reason)
    for part in parcels(lines):
        for each, (outcome, reason) in zip(part, send(server, part, refresh=refresh), strict=True):
            if each.target == targets[0] or outcome is Outcome.FAILED:
                change = batch[each.place]
                results[each.place] = ItemResult(change.id, change.revision, outcome, reason)
    return [results[place] for place in range(len(batch))]


def parcels(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Lines in parts that one request takes."""
    part: list[Line] = []
    size = 0
    for each in lines:
        if part and (len(part) >= MOST_ITEMS or size + len(each.body) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(each)
        size += len(each.body)
    if part:
        yield part


def send(server: Server, lines: Sequence[Line], *, refresh: bool = False) -> list[tuple[Outcome, str]]:
    """One parcel; only what the server was too busy for is sent again, later and later."""
    done: dict[int, tuple[Outcome, str]] = {}
    open_lines = list(range(len(lines)))
    for attempt in range(_TRIES):
        answer = _bulk(server, [lines[number] for number in open_lines], refresh=refresh)
        if answer.status < 300:
            items = [next(iter(item.values())) for item in answer.body["items"]]
            done |= {number: _outcome(item) for number, item in zip(open_lines, items, strict=True)}
            open_lines = [number for number, item in zip(open_lines, items, strict=True) if _is_busy(item)]
        if not open_lines:
            break
        if attempt + 1 < _TRIES:
            time.sleep(_FIRST_WAIT * 2**attempt * random.uniform(0.8, 1.2))  # noqa: S311 spreads waits, no secret
    if open_lines:
        raise EngineUnavailable("the search server takes no changes now")
    return [done[number] for number in range(len(lines))]


def _bulk(server: Server, lines: Sequence[Line], *, refresh: bool) -> Answer:
    # require_alias: a name that another process took away must not come back as an index of guessed fields
    path = f"/_bulk?require_alias=true&refresh={json.dumps(refresh)}"
    return server.call(
        "POST", path, b"".join(each.body for each in lines), expect=_BUSY, seconds=WRITE_SECONDS
    )


def _is_busy(item: dict[str, Any]) -> bool:
    return int(item["status"]) > 299 and item["status"] not in (*_ITS_FAULT, 409)


def _outcome(item: dict[str, Any]) -> tuple[Outcome, str]:
    status = int(item["status"])
    if status < 300:
        return Outcome.DONE, ""
    if status == 409:
        return Outcome.STALE, ""
    return Outcome.FAILED, f"{status} {error_type(item)}".strip()
