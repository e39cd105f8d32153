"""Published works whose text nearly equals that of files at hand: "gần giống một bài đã có" (R33)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from indexer import SearchError, SearchRequest
from indexer.sketch import bands, likeness
from repo_service.core.backends import search_engine
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.derivatives.models import FileText
from repo_service.organizations.access import access_tokens
from repo_service.resources.models import Resource, VersionFile
from repo_service.resources.queries import Card, cards, find_resource

NEAR = 0.7
"""Share of common runs of words from which a work is pointed out."""
MOST, LOOKED_AT = 3, 10
Sketch = Sequence[int]


@dataclass(frozen=True)
class NearCopy:
    """A work, and how much of its text is the same, 0 to 1."""

    resource: Resource
    title: str
    share: float


def near_copies(viewer: Viewer, file_ids: Sequence[str], without: str) -> list[NearCopy]:
    """The nearest works that the viewer may read, `without` left out; one call of the engine, none without a sketch."""
    own = _sketches(file_ids) if file_ids else []
    if not own:
        return []
    ask = SearchRequest(
        access=sorted(access_tokens(viewer)),
        filters={"sketch": sorted({key for sketch in own for key in bands(sketch)})},
        size=LOOKED_AT,
    )
    try:
        hits = search_engine().search(ask).hits
    except SearchError:
        return []
    found = cards([hit.id for hit in hits if hit.id != without], viewer) if hits else []
    shares = _shares(own, found)
    near = sorted(found, key=lambda card: -shares[card.version.id])[:MOST]
    return [
        NearCopy(find_resource(viewer, card.resource.id), card.version.title, shares[card.version.id])
        for card in near
        if shares[card.version.id] >= NEAR
    ]


def _shares(own: Sequence[Sketch], found: Sequence[Card]) -> Mapping[str, float]:
    """Version -> the likeness of its nearest file."""
    best = dict.fromkeys((card.version.id for card in found), 0.0)
    statement = (
        select(VersionFile.version_id, FileText.sketch)
        .join(FileText, FileText.file_id == VersionFile.file_id)
        .where(VersionFile.version_id.in_(best), FileText.sketch.is_not(None))
    )
    for version_id, sketch in current_session().execute(statement) if best else ():
        if sketch:
            best[version_id] = max(best[version_id], *(likeness(mine, sketch) for mine in own))
    return best


def _sketches(file_ids: Sequence[str]) -> list[Sketch]:
    statement = select(FileText.sketch).where(FileText.file_id.in_(file_ids))
    return [sketch for sketch in current_session().scalars(statement) if sketch]
