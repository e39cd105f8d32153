"""SearchEngine on Elasticsearch or OpenSearch; safe for many threads, processes and machines."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from indexer.abbreviations import Abbreviations
from indexer.document import SCHEMA_VERSION, Change, Document
from indexer.engines.elasticsearch import clauses
from indexer.engines.elasticsearch.address import Address
from indexer.engines.elasticsearch.client import Server, check_version, error_type
from indexer.engines.elasticsearch.indexes import Indexes
from indexer.engines.elasticsearch.lock import rebuild_lock
from indexer.engines.elasticsearch.rebuilding import rebuild
from indexer.engines.elasticsearch.searching import Search, checked
from indexer.engines.elasticsearch.writing import write_changes
from indexer.errors import SchemaMismatch
from indexer.explaining import Explanation
from indexer.marks import NO_MARKS
from indexer.query import SearchRequest, read_query
from indexer.ranking import SUGGEST_POOL, half_typed, likeness
from indexer.results import IndexStatus, ItemResult, Outcome, SearchResult, Suggestion

_MARKS_KEPT = 600.0  # seconds
_CREATION_WAIT = 10.0  # seconds for another process that creates the index just now


class ServerEngine:
    """See `indexer.interface.SearchEngine`."""

    def __init__(self, server: Server, address: Address, abbreviations: Abbreviations) -> None:
        self._server = server
        self._address = address
        self._abbreviations = abbreviations
        self._indexes = Indexes(server, address.prefix, address.product)
        self._fits = False  # the schema was looked at; again after an answer that tells of no index
        self._marks = NO_MARKS
        self._marks_read = -_MARKS_KEPT

    def ensure_schema(self) -> IndexStatus:
        """Create an empty index when there is none; the status tells of a mismatch."""
        check_version(self._server, self._address.product)
        if not self._indexes.aliases()[self._indexes.read]:
            with rebuild_lock(self._server, self._address.prefix, wait=_CREATION_WAIT):
                if not self._indexes.aliases()[self._indexes.read]:
                    self._indexes.create(self._indexes.read, self._indexes.write)
        return self.status()

    def apply(self, batch: Sequence[Change]) -> list[ItemResult]:
        """Write one batch by revision; while a rebuild runs, into the new index too."""
        if not batch:
            return []
        self._check_schema()
        targets = self._indexes.targets()
        results = write_changes(self._server, targets, batch, refresh=self._address.refresh)
        if any(result.outcome is Outcome.FAILED for result in results):
            self._fits = False
            self._check_schema()  # the index may be another one by now
            if len(targets) > 1:
                # The rebuild may have ended: its alias is gone, and the write alias leads to its index.
                return write_changes(
                    self._server, self._indexes.targets(), batch, refresh=self._address.refresh
                )
        return results

    def search(self, request: SearchRequest) -> SearchResult:
        """One page with exact total, facets and snippets."""
        return self._search(request).run()

    def explain(self, request: SearchRequest) -> Explanation:
        """The page with every score taken apart."""
        return self._search(request).explain()

    def suggest(self, prefix: str, limit: int, access: Sequence[str]) -> list[Suggestion]:
        """Titles that hold the earlier syllables and one that begins as the last."""
        typed = half_typed(prefix)
        if typed is None or limit < 1:
            return []
        order = [{"_score": "desc"}, {"recency": "desc"}]
        body = {"query": clauses.suggestions(typed, access), "sort": order, "size": max(SUGGEST_POOL, limit)}
        found: dict[str, Suggestion] = {}
        for hit in self._ask(body | {"_source": ["title_text", "kind"]})["hits"]["hits"]:
            title = hit["_source"]["title_text"]
            found.setdefault(title.casefold(), Suggestion(title, hit["_source"]["kind"], hit["_id"]))
        return list(found.values())[:limit]

    def similar(self, document_id: str, limit: int, access: Sequence[str]) -> list[str]:
        """Records that share words and pairs of words with the title and description."""
        itself = {"term": {"id": document_id}}
        query = clauses.all_of(filters=[clauses.any_of("access", access), itself])
        found = self._ask({"query": query, "size": 1, "_source": ["title_text", "descr_text"]})["hits"][
            "hits"
        ]
        if not found or limit < 1:
            return []
        terms = likeness(found[0]["_source"]["title_text"], found[0]["_source"]["descr_text"])
        body = {"query": clauses.like(document_id, terms, access), "size": limit, "_source": False}
        return [hit["_id"] for hit in self._ask(body)["hits"]["hits"]]

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Fill a new index while the old one answers and swap; EngineUnavailable while another rebuild runs."""
        check_version(self._server, self._address.product)
        with rebuild_lock(self._server, self._address.prefix):
            count = rebuild(self._server, self._indexes, documents)
        self._fits = True
        self._marks_read = -_MARKS_KEPT
        return count

    def status(self, *, thorough: bool = False) -> IndexStatus:
        """Counts come from the index in use; `needs_rebuild` is the reason why there is none."""
        product = self._address.product
        try:
            self._fits = False
            last = {"aggs": {"last": {"max": {"field": "written_at"}}}}
            living = {"query": {"term": {"deleted": "no"}}, "size": 0, "track_total_hits": True}
            found = self._ask(living | last)
        except SchemaMismatch as error:
            return IndexStatus(0, None, product, SCHEMA_VERSION, str(error))
        written = found["aggregations"]["last"]["value"] or self._indexes.made_at()
        learnt = self._indexes.marks().documents
        return IndexStatus(found["hits"]["total"]["value"], written, product, SCHEMA_VERSION, learnt_from=learnt)

    def close(self) -> None:
        """Give back the connections."""
        self._server.close()

    def _search(self, request: SearchRequest) -> Search:
        self._check_schema()
        if time.monotonic() - self._marks_read > _MARKS_KEPT:  # another process may have learnt anew
            self._marks_read = time.monotonic()
            self._marks = self._indexes.marks()
        return Search(self._ask, request, read_query(request.text, self._abbreviations, self._marks))

    def _check_schema(self) -> None:
        if not self._fits:
            check_version(self._server, self._address.product)
            self._indexes.check()
            self._fits = True
            self._marks_read = -_MARKS_KEPT

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_schema()
        path = f"/{self._indexes.read}/_search?allow_partial_search_results=false"
        answer = self._server.call("POST", path, body, expect=(404,))
        if answer.status == 404:
            self._fits = False
            raise SchemaMismatch(f"there is no index yet ({error_type(answer.body)})")
        return checked(answer.body)
