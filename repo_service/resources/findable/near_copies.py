"""Works that hold the same bytes as a file at hand, and published ones whose text nearly equals its text (R33)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from indexer import SearchError, SearchRequest
from indexer.sketch import bands, likeness
from repo_service.core.backends import search_engine
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer, listed
from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from repo_service.organizations.access import access_tokens
from repo_service.resources.findable.what_differs import Difference, what_differs
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.policy import READ
from repo_service.resources.queries import Card, cards, find_resource

NEAR = 0.7
"""Share of common runs of words from which a work is pointed out."""
MOST, LOOKED_AT, MOST_FILES = 3, 10, 20
BAND_WEIGHT = 4.0
"""So that a band in common lifts a work higher than all its qualities together (1.0)."""
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
    own = sketches_of(file_ids) if file_ids else {}
    if not own:
        return []
    try:
        ids = candidates(own, access_tokens(viewer), LOOKED_AT)
    except SearchError:
        return []
    nearest = nearest_works(own, [each for each in ids if each not in without])
    found = cards(list(nearest), viewer)[:MOST] if nearest else []
    return [_near_copy(viewer, card, nearest[card.resource.id]) for card in found]


def _near_copy(viewer: Viewer, card: Card, nearest: Nearest) -> NearCopy:
    resource = find_resource(viewer, card.resource.id)
    return NearCopy(resource, card, nearest.theirs, what_differs(nearest.theirs, nearest.mine))


def candidates(own: Mapping[str, Sketch], access: Collection[str], most: int) -> list[str]:
    """Ids of the published works that share most bands with one of `own`, by one call of the engine.

    `access` are the index tokens of who asks; the database is not asked for rights here. Raises SearchError.
    """
    keys = sorted({key for sketch in own.values() for key in bands(sketch)})
    ask = SearchRequest(
        access=sorted(access),
        filters={"sketch": keys},
        boosts=[("sketch", key, BAND_WEIGHT) for key in keys],
        size=most,
    )
    return [hit.id for hit in search_engine().search(ask).hits]


def nearest_works(own: Mapping[str, Sketch], resource_ids: Sequence[str]) -> dict[str, Nearest]:
    """Those of the works whose shown version has a file that nearly equals one of `own`, the nearest first."""
    best = {resource_id: Nearest() for resource_id in resource_ids}
    statement = (
        select(Resource.id, FileText.file_id, FileText.sketch)
        .join(VersionFile, VersionFile.version_id == Resource.current_version_id)
        .join(FileText, FileText.file_id == VersionFile.file_id)
        .where(Resource.id.in_(best), FileText.sketch.is_not(None))
    )
    for resource_id, file_id, sketch in current_session().execute(statement) if best else ():
        for mine, numbers in own.items():
            share = likeness(numbers, sketch) if sketch else 0.0
            if share > best[resource_id].share:
                best[resource_id] = Nearest(share, mine, file_id)
    near = {work: nearest for work, nearest in best.items() if nearest.share >= NEAR}
    return dict(sorted(near.items(), key=lambda pair: -pair[1].share))


def sketches_of(file_ids: Sequence[str]) -> dict[str, Sketch]:
    """The sketch of each file that has one; of the first MOST_FILES of them."""
    statement = select(FileText.file_id, FileText.sketch).where(FileText.file_id.in_(file_ids[:MOST_FILES]))
    return {file_id: sketch for file_id, sketch in current_session().execute(statement) if sketch}


def same_bytes(viewer: Viewer, sha256: str) -> Resource | None:
    """A resource the viewer may see that holds a file with these bytes (R33); others stay a secret."""
    statement = (
        select(Resource)
        .options(selectinload(Resource.authors))
        .join(
            ResourceVersion,
            ResourceVersion.id.in_([Resource.current_version_id, Resource.working_version_id]),
        )
        .join(VersionFile, VersionFile.version_id == ResourceVersion.id)
        .join(StoredFile, StoredFile.id == VersionFile.file_id)
        .where(StoredFile.sha256 == sha256, listed(viewer, READ.action), Resource.state != "withdrawn")
        .order_by(Resource.first_published_at)
        .limit(1)
    )
    return current_session().scalar(statement)
