"""The search door: everything a caller may ask of any engine."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from indexer.document import Change, Document
from indexer.explaining import Explanation
from indexer.query import SearchRequest
from indexer.results import IndexStatus, ItemResult, SearchResult, Suggestion


class SearchEngine(Protocol):
    """Raises only EngineUnavailable, SchemaMismatch and BadRequest (indexer.errors)."""

    def ensure_schema(self) -> IndexStatus:
        """Create the index if there is none, else check it; the status says when a rebuild is needed."""

    def apply(self, batch: Sequence[Change]) -> list[ItemResult]:
        """Write one batch in one commit; a change older than what is stored is `stale` and does nothing."""

    def search(self, request: SearchRequest) -> SearchResult:
        """One page of hits with exact total and facets; only records that `request.access` may see."""

    def explain(self, request: SearchRequest) -> Explanation:
        """The same page by relevance with every score taken apart: one question for each clause, for operators."""

    def suggest(self, prefix: str, limit: int, access: Sequence[str]) -> list[Suggestion]:
        """Titles for a half-typed text, the best first, each title once."""

    def similar(self, document_id: str, limit: int, access: Sequence[str]) -> list[str]:
        """Ids of records like this one; empty when it is not visible."""

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Fill a new index and swap it in; changes made meanwhile stay. Returns the count."""

    def status(self, *, thorough: bool = False) -> IndexStatus:
        """What the index holds and whether it needs a rebuild; `thorough` reads every byte of a local one."""

    def close(self) -> None:
        """Give back locks and memory; the engine is not used again."""
