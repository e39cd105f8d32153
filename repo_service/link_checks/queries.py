"""Reading link checks: which links are dead, which works are due for a look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, exists, or_, select

from repo_service.core.db import current_session
from repo_service.link_checks.models import LinkCheck
from repo_service.resources.models import Resource, ResourceVersion


def dead_links(resource_ids: Sequence[str]) -> dict[str, list[str]]:
    """The dead links of the shown version of each work; works without one are left out."""
    statement = (
        select(LinkCheck.resource_id, LinkCheck.url)
        .join(Resource, Resource.id == LinkCheck.resource_id)
        .where(
            LinkCheck.resource_id.in_(resource_ids), LinkCheck.state == "dead",
            LinkCheck.version_id == Resource.current_version_id,
        )
        .order_by(LinkCheck.resource_id, LinkCheck.url)
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for resource_id, url in current_session().execute(statement):
        found.setdefault(resource_id, []).append(url)
    return found


def works_to_look_at(
    alive_before: datetime, failing_before: datetime, limit: int
) -> list[tuple[str, str, list[Any]]]:
    """(work, shown version, links) of works in use whose links were not looked at, or not lately."""
    mine = LinkCheck.resource_id == Resource.id, LinkCheck.version_id == Resource.current_version_id
    due = or_(
        LinkCheck.checked_at < alive_before,
        (LinkCheck.state == "failing") & (LinkCheck.checked_at < failing_before),
    )
    statement = (
        select(Resource.id, ResourceVersion.id, ResourceVersion.links)
        .join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)
        .where(
            Resource.state == "active",
            Resource.visibility != "rieng",
            cast(ResourceVersion.links, Text) != "[]",
        )
        .where(or_(~exists().where(*mine), exists().where(*mine, due)))
        .order_by(Resource.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in current_session().execute(statement)]
