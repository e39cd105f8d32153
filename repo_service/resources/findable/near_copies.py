"""Published works whose text nearly equals that of files at hand: "gần giống một bài đã có" (R33)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from indexer import SearchError, SearchRequest
from indexer.sketch import bands, likeness
from repo_service.core.backends import search_engine
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.derivatives.models import FileText
from repo_service.organizations.access import access_tokens
from repo_service.resources.findable.what_differs import Difference, what_differs
from repo_service.resources.models import Resource, VersionFile
from repo_service.resources.queries import Card, cards, find_resource

NEAR = 0.7
"""Share of common runs of words from which a work is pointed out."""
MOST, LOOKED_AT = 3, 10
Sketch = Sequence[int]


@dataclass(frozen=True)
class Nearest:
    """How alike the nearest two files of two works are, 0 to 1, and which files these are."""

    share: float = 0.0
    mine: str = ""
    theirs: str = ""


@dataclass(frozen=True)
class NearCopy:
    """A work, the file of it that nearly equals one at hand, and what differs between the two."""

    resource: Resource
    card: Card
    file_id: str
    difference: Difference


def near_copies(viewer: Viewer, file_ids: Sequence[str], without: Collection[str]) -> list[NearCopy]:
    """The nearest works that the viewer may read, `without` left out; one call of the engine, none without a sketch."""
    own = _sketches(file_ids) if file_ids else {}
    if not own:
        return []
    ask = SearchRequest(
        access=sorted(access_tokens(viewer)),
        filters={"sketch": sorted({key for sketch in own.values() for key in bands(sketch)})},
        size=LOOKED_AT,
    )
    try:
        hits = search_engine().search(ask).hits
    except SearchError:
        return []
    found = cards([hit.id for hit in hits if hit.id not in without], viewer) if hits else []
    nearest = _nearest(own, found)
    near = sorted(found, key=lambda card: -nearest[card.version.id].share)[:MOST]
    return [
        _near_copy(viewer, card, nearest[card.version.id])
        for card in near
        if nearest[card.version.id].share >= NEAR
    ]


def _near_copy(viewer: Viewer, card: Card, nearest: Nearest) -> NearCopy:
    resource = find_resource(viewer, card.resource.id)
    return NearCopy(resource, card, nearest.theirs, what_differs(nearest.theirs, nearest.mine))


def _nearest(own: Mapping[str, Sketch], found: Sequence[Card]) -> Mapping[str, Nearest]:
    """Version -> its file that is most like one of `own`."""
    best = {card.version.id: Nearest() for card in found}
    statement = (
        select(VersionFile.version_id, FileText.file_id, FileText.sketch)
        .join(FileText, FileText.file_id == VersionFile.file_id)
        .where(VersionFile.version_id.in_(best), FileText.sketch.is_not(None))
    )
    for version_id, file_id, sketch in current_session().execute(statement) if best else ():
        for mine, numbers in own.items():
            share = likeness(numbers, sketch) if sketch else 0.0
            if share > best[version_id].share:
                best[version_id] = Nearest(share, mine, file_id)
    return best


def _sketches(file_ids: Sequence[str]) -> dict[str, Sketch]:
    statement = select(FileText.file_id, FileText.sketch).where(FileText.file_id.in_(file_ids))
    return {file_id: sketch for file_id, sketch in current_session().execute(statement) if sketch}
