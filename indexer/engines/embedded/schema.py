"""Fields of the tantivy index, and a document as the engine takes it."""

import hashlib
import zlib
from typing import Any

import tantivy

from indexer.document import FILTER_FIELDS, SCHEMA_VERSION, Document
from indexer.vietnamese import analyse_normal, folded_tokens, normalise, pairs, sort_key

ENGINE_VERSION = str(getattr(tantivy, "__version__", "unknown"))
PREFIX_LENGTHS = range(1, 9)  # as Elasticsearch's index_prefixes
BONUS_BITS = (1, 2, 4, 8, 16)  # weight of a bit: 0.1; 16 = no bonus, so the usual record costs one posting
NO_BONUS = 16
BONUS_STEP = 0.1
_VIEWS = {"": "position", "_pair": "freq", "_exact": "freq"}


def build_schema() -> tantivy.Schema:
    """The schema; any change here needs a rebuild, which `schema_hash` announces."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("kind", "title_text", "descr_text", "body_text"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "descr", "body"):
        for view, option in _VIEWS.items():
            builder.add_text_field(name + view, tokenizer_name="tokens", index_option=option)
    builder.add_text_field("title_prefix", tokenizer_name="tokens", index_option="basic")
    builder.add_text_field("title_sort", fast=True, tokenizer_name="raw", index_option="basic")
    for name in FILTER_FIELDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("access", tokenizer_name="raw", index_option="basic")
    for name in ("revision", "updated_at", "recency", "deleted"):
        builder.add_unsigned_field(name, fast=True, indexed=True, stored=name == "revision")
    builder.add_unsigned_field("bonus", indexed=True)
    return builder.build()


def schema_hash() -> str:
    """Changes with the fields, their version and the engine's own format."""
    text = f"{SCHEMA_VERSION}|{FILTER_FIELDS}|{_VIEWS}|{PREFIX_LENGTHS}|{ENGINE_VERSION}|stored-1"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def register_tokenizer(index: tantivy.Index) -> None:
    """Text fields hold finished tokens: cut at blanks only."""
    index.register_tokenizer("tokens", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def recency(updated_at: int, document_id: str) -> int:
    """One number that orders by `updated_at` desc, then id asc, when sorted descending."""
    number = int(document_id) if document_id.isdecimal() else zlib.crc32(document_id.encode())
    return (min(max(updated_at, 0), 2**31 - 1) << 32) | (2**32 - 1 - min(number, 2**32 - 1))


def to_tantivy(document: Document, schema: tantivy.Schema) -> tantivy.Document:
    """The engine's form of a document: every text in its three views."""
    fields: dict[str, Any] = {"id": document.id, "kind": document.kind, "deleted": 0}
    fields["revision"] = document.revision
    fields["updated_at"] = max(document.updated_at, 0)
    fields["recency"] = recency(document.updated_at, document.id)
    fields["bonus"] = _bonus_bits(document.bonus)
    names = normalise(document.names)
    for name, unseen in (("title", ""), ("descr", names), ("body", "")):
        text = normalise(getattr(document, name))
        if text or unseen:
            _add_views(fields, name, text, unseen)
    fields["title_prefix"] = _prefixes(fields.get("title", ""))
    fields["title_sort"] = document.title_sort or sort_key(document.title)
    for name, values in document.filters.items():
        if name in FILTER_FIELDS:
            fields[name] = list(dict.fromkeys(value for value in values if value))
    fields.setdefault("state", ["active"])
    fields["access"] = list(dict.fromkeys(document.access))
    return tantivy.Document.from_dict(fields, schema)


def tombstone(document_id: str, revision: int, schema: tantivy.Schema) -> tantivy.Document:
    """What stays of a deleted record, so that a late upsert stays out; nobody may see it."""
    return tantivy.Document.from_dict({"id": document_id, "revision": revision, "deleted": 1}, schema)


def _add_views(fields: dict[str, Any], name: str, text: str, unseen: str) -> None:
    exact = analyse_normal(f"{text} {unseen}" if unseen else text)
    folded = folded_tokens(exact)
    fields[name + "_text"] = text
    fields[name] = " ".join(folded)
    fields[name + "_pair"] = " ".join(pairs(folded))
    fields[name + "_exact"] = " ".join(exact)


def _prefixes(base: str) -> str:
    return " ".join({word[:length] for word in base.split() for length in PREFIX_LENGTHS})


def _bonus_bits(bonus: float) -> list[int]:
    level = NO_BONUS + round(min(max(bonus, -1.0), 1.0) / BONUS_STEP)
    return [bit for bit in BONUS_BITS if level & bit]
