"""Fills a new index while the old one answers, checks it, and swaps; changes of all processes go into both."""

import random
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import quote

from indexer.document import Change, Delete, Document, Upsert
from indexer.engines.elasticsearch.client import WRITE_SECONDS, Server
from indexer.engines.elasticsearch.indexes import Indexes
from indexer.engines.elasticsearch.mapping import HIDDEN, source_of
from indexer.engines.elasticsearch.searching import checked
from indexer.engines.elasticsearch.writing import Line, line, parcels, send
from indexer.errors import BadRequest, EngineUnavailable
from indexer.marks import Learner
from indexer.results import Outcome

_WORKERS = 2  # bulk requests on their way
_SAMPLE = 50


@dataclass
class _Filled:
    """How many documents were sent, and a fair sample of them."""

    count: int = 0
    sample: list[Document] = field(default_factory=list)
    learner: Learner = field(default_factory=Learner)
    _chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 a sample, no secret

    def note(self, document: Document) -> None:
        self.count += 1
        if len(self.sample) < _SAMPLE:
            self.sample.append(document)
        elif (place := self._chance.randrange(self.count)) < _SAMPLE:
            self.sample[place] = document


def rebuild(server: Server, indexes: Indexes, documents: Iterable[Document]) -> int:
    """The count of documents; any error, also of the iterator, deletes the half-made index. Under the lock.

    The first document is asked for when all processes write into the new index too: what they wrote before, it reads.
    """
    indexes.discard_unused()
    name = indexes.create(indexes.next, filling=True)
    try:
        filled = _Filled()
        _send_all(server, _upserts(documents, filled), indexes.next, filled.learner)
        if indexes.aliases()[indexes.read]:
            indexes.refresh(indexes.read)
            _send_all(server, _tombstones(server, indexes.read), indexes.next)
        indexes.serve(name)
        _compare(server, name, filled)
        indexes.keep(name, filled.learner.marks)
        indexes.put_in_use(name)
    except BaseException:
        indexes.discard(name)
        raise
    return filled.count


def _upserts(documents: Iterable[Document], filled: _Filled) -> Iterator[Change]:
    for document in documents:
        filled.note(document)
        yield Upsert(document)


def _lines(changes: Iterable[Change], index: str, learner: Learner | None) -> Iterator[Line]:
    for change in changes:
        try:
            yield line(0, index, change, yielding=True, learner=learner)
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise BadRequest(f"document {change.id}: {error}") from error


def _send_all(server: Server, changes: Iterable[Change], index: str, learner: Learner | None = None) -> None:
    """Texts are made ready here while earlier parcels are on their way."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        sent: deque[Future[None]] = deque()
        for part in parcels(_lines(changes, index, learner)):
            sent.append(pool.submit(_insist, server, part))
            if len(sent) > _WORKERS:
                sent.popleft().result()
        for each in sent:
            each.result()


def _insist(server: Server, part: list[Line]) -> None:
    """Every item is taken, or a newer one is there already."""
    for outcome, reason in send(server, part):
        if outcome is Outcome.FAILED:
            raise EngineUnavailable(f"the new index refuses a document: {reason}")


def _tombstones(server: Server, index: str) -> Iterator[Delete]:
    """Deleted records that the old index remembers."""
    body = {"query": {"term": {"deleted": "yes"}}, "size": 1000, "_source": False,
            "version": True, "sort": [{"id": {"order": "asc", "unmapped_type": "keyword"}}]}  # fmt: skip
    while True:
        answer = server.call("POST", f"/{index}/_search", body, seconds=WRITE_SECONDS)
        hits = checked(answer.body)["hits"]["hits"]
        if not hits:
            return
        yield from (Delete(hit["_id"], int(hit["_version"])) for hit in hits)
        body["search_after"] = hits[-1]["sort"]


def _compare(server: Server, name: str, filled: _Filled) -> None:
    """Every document is there (or what came after it), and a sample says what was sent."""
    found = int(server.call("GET", f"/{name}/_count", seconds=WRITE_SECONDS).body["count"])
    if found < filled.count:
        raise EngineUnavailable(f"the new index holds {found} of {filled.count} documents")
    for document in filled.sample:
        stored = server.call("GET", f"/{name}/_doc/{quote(document.id, safe='')}", expect=(404,)).body
        source = stored.get("_source", {})
        renewed = "written_at" in source  # by others, meanwhile
        sent = source_of(document)
        if not renewed and any(source.get(key) != value for key, value in sent.items() if key not in HIDDEN):
            raise EngineUnavailable(f"the new index does not hold document {document.id} as it was sent")
