"""The abbreviations and aliases of the lists, as groups of phrases that mean the same (B11)."""

from __future__ import annotations

from repo_service.curriculum.queries import vocabularies
from repo_service.curriculum.setup import ABBREVIATIONS


def search_synonyms() -> tuple[tuple[str, ...], ...]:
    """One group per meaning of an abbreviation, its phrases joined by " = "; an ambiguous key stands in several.

    Acronyms of one meaning stand for each other (KHBD, GA); a short name (Hoạ, Văn) only for its full one, because
    it is an everyday word as well.
    """
    acronyms: dict[str, list[str]] = {}
    groups = []
    for term in vocabularies().terms(ABBREVIATIONS).values():
        keys = term.values.get("keys") or [term.label]
        names = [key for key in keys if key != key.upper()]
        for meaning in term.aliases:
            acronyms.setdefault(meaning, []).extend(key for key in keys if key not in names)
            if names:
                groups.append((*names, *meaning.split(" = ")))
    groups += [(*keys, *meaning.split(" = ")) for meaning, keys in acronyms.items() if keys]
    return tuple(groups)
