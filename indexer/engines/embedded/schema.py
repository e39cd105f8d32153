"""Fields of the tantivy index, and a document as the engine takes it."""

import hashlib
from collections.abc import Mapping
from typing import Any

import tantivy

from indexer.document import FILTER_FIELDS, SCHEMA_VERSION
from indexer.fields import VIEWS
from indexer.ranking import PREFIX_LENGTHS

SHOWN = ("title_text", "descr_text", "body_text")
"""Kept to be shown, not to be searched."""
ENGINE_VERSION = str(getattr(tantivy, "__version__", "unknown"))


def build_schema() -> tantivy.Schema:
    """The schema; any change here needs a rebuild, which `schema_hash` announces."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", stored=True, tokenizer_name="raw", index_option="basic")
    for name in SHOWN:
        builder.add_bytes_field(name, stored=True)  # a text field would also index the whole text as one term
    for name in ("title", "descr", "body"):
        for view, option in VIEWS.items():
            builder.add_text_field(name + view, tokenizer_name="tokens", index_option=option)
    builder.add_text_field("title_prefix", tokenizer_name="tokens", index_option="basic")
    builder.add_text_field("title_sort", fast=True, tokenizer_name="raw", index_option="basic")
    for name in FILTER_FIELDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("access", tokenizer_name="raw", index_option="basic")
    for name in ("revision", "updated_at", "school_start", "recency", "deleted"):
        builder.add_unsigned_field(name, fast=True, indexed=True, stored=name == "revision")
    builder.add_unsigned_field("bonus", indexed=True)
    return builder.build()


def schema_hash() -> str:
    """Changes with the fields, their version and the engine's own format."""
    text = f"{SCHEMA_VERSION}|{FILTER_FIELDS}|{VIEWS}|{PREFIX_LENGTHS}|{ENGINE_VERSION}|stored-2"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def register_tokenizer(index: tantivy.Index) -> None:
    """Text fields hold finished tokens: cut at blanks only."""
    index.register_tokenizer("tokens", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def to_tantivy(fields: Mapping[str, Any], revision: int, schema: tantivy.Schema) -> tantivy.Document:
    """The engine's form of a document's fields."""
    shown = {name: fields[name].encode() for name in SHOWN}
    return tantivy.Document.from_dict({**fields, **shown, "revision": revision}, schema)


def shown_text(stored: tantivy.Document, name: str) -> str:
    """One of the SHOWN texts of a found record."""
    return bytes(stored.get_first(name) or b"").decode()


def tombstone(document_id: str, revision: int, schema: tantivy.Schema) -> tantivy.Document:
    """What stays of a deleted record, so that a late upsert stays out; nobody may see it."""
    return tantivy.Document.from_dict({"id": document_id, "revision": revision, "deleted": 1}, schema)
