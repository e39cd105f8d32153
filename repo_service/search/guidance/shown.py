"""The ways on as the template of a page without hits takes them: addresses and words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.core.urls import ask_colleagues_path, resource_path, search_path
from repo_service.curriculum.queries import vocabularies
from repo_service.search.facet_labels import VOCABULARIES, facet_titles
from repo_service.search.guidance.nothing_found import Nearby, Without, Words, ways_on
from repo_service.search.parameters import SearchParams
from repo_service.search.service import SearchPage

LONGEST_ASKED = 120
"""Characters of a search that a request to colleagues begins with."""


def shown_ways_on(page: SearchPage, viewer: Viewer, address: Callable[[SearchParams], str]) -> dict[str, Any]:
    """Filters to drop with what that finds, other words, works close by, whom to ask; empty where there are hits."""
    params = page.params
    if page.hits or not (params.q or params.filter_count):
        return {}
    found = ways_on(page, viewer)
    return {
        "without": [
            {"label": _label(way, page), "href": address(way.params), "total": way.total}
            for way in found.without
        ],
        "words": [_words(each) for each in found.words],
        "corrected": _words(found.corrected) if found.corrected else None,
        "nearby": _nearby(found.nearby) if found.nearby and found.nearby.titles else None,
        "ask_href": ask_colleagues_path(q=params.q[:LONGEST_ASKED], subject=found.subject, grade=found.grade),
    }


def _label(way: Without, page: SearchPage) -> str:
    """The values a filter was set to, in words; the filter's own name where there are none for them."""
    if way.name is None:
        return _("hết bộ lọc")
    chosen = [choice.label for choice in page.facets.get(way.name, ()) if choice.selected]
    return ", ".join(chosen[:3]) or str(facet_titles().get(way.name, _("bộ lọc")))


def _words(words: Words) -> dict[str, Any]:
    return {"q": words.q, "href": search_path(q=words.q), "total": words.total}


def _nearby(nearby: Nearby) -> dict[str, Any]:
    label = vocabularies().label
    return {
        "labels": [
            label(VOCABULARIES[name], code) for name, codes in nearby.filters.items() for code in codes
        ],
        "href": search_path(**nearby.filters, sort="newest"),
        "total": nearby.total,
        "works": [{"href": resource_path(id_), "title": title} for id_, title in nearby.titles],
    }
