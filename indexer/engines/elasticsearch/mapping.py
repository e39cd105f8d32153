"""Fields of a server's index and its settings; the schema stands in the mapping's `_meta`."""

import hashlib
import json
from typing import Any

from indexer.document import FILTER_FIELDS, SCHEMA_VERSION, TEXT_FIELDS, Document
from indexer.fields import VIEWS, fields_of

TOKENS = {f"{name}{view}": option for name in TEXT_FIELDS for view, option in VIEWS.items()}
HIDDEN = (*TOKENS, "title_prefix")  # searched, never given back
_OPTIONS = {"position": "positions", "freq": "freqs"}
_STORED: dict[str, Any] = {"type": "text", "index": False}
_KEYWORD = {"type": "keyword"}
_FILTERED = {"type": "keyword", "doc_values": False}
_NUMBER = {"type": "long"}


def properties() -> dict[str, Any]:
    """The embedded engine's fields, in a server's words: text is finished tokens, cut at blanks only."""
    fields: dict[str, Any] = {
        name: {"type": "text", "analyzer": "whitespace", "index_options": _OPTIONS[option]}
        for name, option in TOKENS.items()
    }
    fields["title_prefix"] = {
        "type": "text",
        "analyzer": "whitespace",
        "index_options": "docs",
        "norms": False,
    }
    fields |= {f"{name}_text": _STORED for name in TEXT_FIELDS} | {"kind": _STORED}
    fields |= dict.fromkeys((*FILTER_FIELDS, "title_sort", "id"), _KEYWORD)
    fields |= dict.fromkeys(("access", "bonus", "deleted"), _FILTERED)
    fields |= dict.fromkeys(("updated_at", "school_start", "recency", "written_at"), _NUMBER)
    return fields


def schema_hash() -> str:
    """Changes with the fields and their version."""
    text = json.dumps([SCHEMA_VERSION, properties(), HIDDEN], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def scoring(product: str, major: str) -> dict[str, Any]:
    """BM25 with the factor k1 + 1, in which our bonuses are weighed: OpenSearch 3 dropped it from its default."""
    if product != "opensearch" or major in ("", "2"):
        return {}
    return {"similarity": {"default": {"type": "LegacyBM25", "k1": 1.2, "b": 0.75}}}


def index_body(aliases: list[str], scores: dict[str, Any], *, filling: bool = False) -> dict[str, Any]:
    """What a new index is made from; one that is being filled has no copies and no refresh yet."""
    return {
        "settings": {"index": {"number_of_shards": 1, **scores, **(FILLING if filling else SERVING)}},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"kho_schema": schema_hash(), "kho_schema_version": SCHEMA_VERSION},
            "_source": {"excludes": list(HIDDEN)},
            "properties": properties(),
        },
        "aliases": {alias: {} for alias in aliases},
    }


FILLING: dict[str, Any] = {"number_of_replicas": 0, "auto_expand_replicas": False, "refresh_interval": "-1"}
SERVING: dict[str, Any] = {"auto_expand_replicas": "0-1", "refresh_interval": "1s"}


def source_of(document: Document) -> dict[str, Any]:
    """A record as the server takes it."""
    fields = fields_of(document)
    return fields | {"deleted": "no", "bonus": [str(bit) for bit in fields["bonus"]]}


def tombstone_of(document_id: str) -> dict[str, Any]:
    """What stays of a deleted record, so that a late upsert stays out; nobody may see it."""
    return {"id": document_id, "deleted": "yes"}
