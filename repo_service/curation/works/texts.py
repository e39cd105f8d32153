"""Signs that stand in the text of a work or behind its links; and the whole assessment of items that wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from repo_service.core.db import current_session
from repo_service.curation.models import CurationItem
from repo_service.curation.works.place_names import old_places
from repo_service.curation.works.signals import Risk, facts_of_works, risks_of, urgency_of
from repo_service.derivatives.models import FileText
from repo_service.link_checks.queries import dead_links
from repo_service.resources.models import Resource, ResourceVersion, VersionFile

SHOWN = 6
"""Names that a risk keeps; the count tells of the rest."""


def assessed(items: Sequence[CurationItem]) -> dict[str, tuple[list[Risk], int]]:
    """Item -> (risks, urgency) as the works are now; five statements whatever their number."""
    works = [item.resource_id for item in items]
    rows = current_session().execute(facts_of_works().where(Resource.id.in_(works)))
    risks = {row.resource_id: risks_of(row) for row in rows}
    for resource_id, found in _in_texts(works).items():
        risks.setdefault(resource_id, []).append(found)
    for resource_id, urls in dead_links(works).items():
        values = {"host": urlsplit(urls[0]).hostname or urls[0][:60], "count": len(urls)}
        risks.setdefault(resource_id, []).append(["dead_link", values])
    return {item.id: (own := risks.get(item.resource_id, []), urgency_of(own)) for item in items}


def _in_texts(works: Sequence[str]) -> dict[str, Risk]:
    """Old place names in titles, summaries and texts of the shown versions."""
    shown = select(Resource.id, ResourceVersion.title, ResourceVersion.summary).join(
        ResourceVersion, ResourceVersion.id == Resource.current_version_id
    )
    texts: dict[str, list[str]] = {
        row[0]: [row[1], row[2]] for row in current_session().execute(shown.where(Resource.id.in_(works)))
    }
    files = (
        select(Resource.id, FileText.text)
        .join(VersionFile, VersionFile.version_id == Resource.current_version_id)
        .join(FileText, FileText.file_id == VersionFile.file_id)
        .where(Resource.id.in_(works))
    )
    for resource_id, text in current_session().execute(files):
        texts[resource_id].append(text)
    found = {resource_id: old_places("\n".join(parts)) for resource_id, parts in texts.items()}
    return {resource_id: _risk(counts) for resource_id, counts in found.items() if counts}


def _risk(counts: Any) -> Risk:
    names = [name for name, _count in counts.most_common(SHOWN)]
    return ["old_places", {"names": names, "count": sum(counts.values())}]
