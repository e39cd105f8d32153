"""Works that may stand in the place of another: those most like it, or those a person searches for."""

from __future__ import annotations

from indexer import SearchError, SearchRequest
from repo_service.core.backends import search_engine
from repo_service.core.permissions import Viewer
from repo_service.organizations.access import access_tokens
from repo_service.resources.findable.title_search import search_titles
from repo_service.resources.queries import Card, cards

OFFERED = 8


def successors_for(viewer: Viewer, resource_id: str, q: str) -> list[Card]:
    """Works in use that the viewer may read, best first: answers to `q`, without it the works most like this one.

    While the engine is away titles that hold what was typed; one call of the engine, two statements.
    """
    tokens = sorted(access_tokens(viewer))
    try:
        if q:
            ask = SearchRequest(text=q[:300], access=tokens, filters={"state": ["active"]}, size=OFFERED + 1)
            ids = [hit.id for hit in search_engine().search(ask).hits]
        else:
            ids = list(search_engine().similar(resource_id, OFFERED + 1, tokens))
        found = cards(ids, viewer) if ids else []
    except SearchError:
        found = search_titles(viewer, q, {}, OFFERED + 1) if q else []
    usable = [card for card in found if card.resource.id != resource_id and card.resource.state == "active"]
    return usable[:OFFERED]
