"""Search door of Kho: text out of files, records into a search engine, answers back."""

from indexer.abbreviations import Groups
from indexer.document import Change, Delete, Document, Upsert
from indexer.errors import BadRequest, EngineUnavailable, SchemaMismatch, SearchError
from indexer.explaining import Explanation, Part
from indexer.interface import SearchEngine
from indexer.query import Mode, SearchRequest, Sort
from indexer.results import FacetValue, Hit, IndexStatus, ItemResult, Outcome, SearchResult, Suggestion

__all__ = [
    "BadRequest", "Change", "Delete", "Document", "EngineUnavailable", "Explanation", "FacetValue", "Hit",
    "IndexStatus", "ItemResult", "Mode", "Outcome", "Part", "SchemaMismatch", "SearchEngine", "SearchError",
    "SearchRequest", "SearchResult", "Sort", "Suggestion", "Upsert", "open_engine",
]  # fmt: skip


def open_engine(url: str, *, synonyms: Groups = ()) -> SearchEngine:
    """The engine that `url` names; BadRequest for anything else.

    `tantivy:FOLDER`, `memory:` (tests), or `elasticsearch://` and `opensearch://` with
    `user:password@host:port,host:port/PREFIX?tls=0|1&ca=FILE&api_key_file=FILE`.
    `synonyms` are groups of phrases with one meaning, e.g. ("KHBD", "kế hoạch bài dạy", "giáo án").
    """
    scheme, _, rest = url.partition(":")
    if scheme in ("tantivy", "memory") and bool(rest) == (scheme == "tantivy"):
        from indexer.engines.embedded import open_folder, open_memory

        return open_folder(rest, synonyms) if rest else open_memory(synonyms)
    if scheme in ("elasticsearch", "opensearch"):
        from indexer.engines.elasticsearch import open_server

        return open_server(url, synonyms)
    raise BadRequest(f"unknown search engine: {scheme}")
