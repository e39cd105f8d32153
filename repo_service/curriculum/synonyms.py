"""The abbreviations and aliases of the lists, as groups of phrases that mean the same (B11)."""

from __future__ import annotations

from repo_service.curriculum.queries import vocabularies
from repo_service.curriculum.setup import ABBREVIATIONS


def search_synonyms() -> tuple[tuple[str, ...], ...]:
    """One group per reading of an abbreviation; an ambiguous key stands in several groups."""
    groups = []
    for term in vocabularies().terms(ABBREVIATIONS).values():
        keys = term.values.get("keys") or [term.label]
        groups += [(*keys, reading) for reading in term.aliases]
    return tuple(groups)
