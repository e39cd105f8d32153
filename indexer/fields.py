"""A document as engines take it: plain values by field, every text in its three views of finished tokens."""

from typing import Any

from indexer.document import FILTER_FIELDS, Document
from indexer.ranking import PREFIX_LENGTHS, bonus_bits, recency
from indexer.vietnamese import analyse_normal, folded_tokens, normalise, pairs, sort_key

VIEWS = {"": "position", "_pair": "freq", "_exact": "freq"}
NOTHING = (
    "·"  # in every empty view: no token that can be asked for, but all engines then count all records alike
)
LATEST = 2**63 - 1


def fields_of(document: Document) -> dict[str, Any]:
    """All fields but revision and stored state of a deleted record; what is wrong raises as Python does."""
    fields: dict[str, Any] = {"id": document.id, "kind": document.kind, "deleted": 0}
    fields["updated_at"] = min(max(document.updated_at, 0), LATEST)
    fields["school_start"] = min(max(document.school_start, 0), 9999)
    fields["recency"] = recency(document.updated_at, document.id)
    fields["bonus"] = bonus_bits(document.bonus)
    names = normalise(document.names)
    for name, unseen in (("title", ""), ("descr", names), ("body", "")):
        text = normalise(getattr(document, name))
        fields[f"{name}_text"] = text
        fields |= _views(name, f"{text} {unseen}" if unseen else text)
    fields["title_prefix"] = _prefixes(fields["title"])
    fields["title_sort"] = document.title_sort or sort_key(document.title)
    for name, values in document.filters.items():
        if name in FILTER_FIELDS:
            fields[name] = list(dict.fromkeys(value for value in values if value))
    fields.setdefault("state", ["active"])
    fields["access"] = list(dict.fromkeys(document.access))
    return fields


def _views(name: str, text: str) -> dict[str, str]:
    exact = analyse_normal(text)
    folded = folded_tokens(exact)
    return {
        name: " ".join(folded) or NOTHING,
        name + "_pair": " ".join(pairs(folded)) or NOTHING,
        name + "_exact": " ".join(exact) or NOTHING,
    }


def _prefixes(base: str) -> str:
    return " ".join({word[:length] for word in base.split() for length in PREFIX_LENGTHS})
