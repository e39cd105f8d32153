"""How often works were downloaded: counts per work, never a ranking of people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from repo_service.core.db import current_session
from repo_service.usage.models import UsageEvent


def download_counts(resource_ids: Sequence[str]) -> dict[str, int]:
    """Downloads of each resource, files and packages together; 0 for one never downloaded."""
    counted = (
        select(UsageEvent.resource_id, func.count())
        .where(UsageEvent.resource_id.in_(resource_ids))
        .group_by(UsageEvent.resource_id)
    )
    found = {row[0]: row[1] for row in current_session().execute(counted)}
    return {resource_id: found.get(resource_id, 0) for resource_id in resource_ids}
