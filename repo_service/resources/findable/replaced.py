"""Titles of replaced works: they are out of the lists, and who looks for one finds what stands in its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, literal, select
from sqlalchemy.orm import aliased

from repo_service.core.db import current_session
from repo_service.resources.models import Resource


def replaced_titles(successors: Sequence[Any]) -> dict[str, list[str]]:
    """Successor -> titles of what it replaced, directly or one after the other; one statement.

    Only of works that everybody who may find the successor could find: a title never reaches further than its work.
    """
    by_id = {resource.id: resource for resource in successors}
    found: dict[str, list[str]] = {}
    for row in current_session().execute(_statement(list(by_id))):
        if _reached_as_far(row, by_id[row.successor]):
            found.setdefault(row.successor, []).append(row.title)
    return found


def _statement(ids: Sequence[str]) -> Select[*tuple[Any, ...]]:
    columns = (Resource.id, Resource.title, Resource.visibility, Resource.cluster_id, Resource.school_id)
    direct = select(Resource.successor_id.label("successor"), *columns).where(
        Resource.successor_id.in_(ids), Resource.state == "replaced"
    )
    chain = direct.cte("replaced", recursive=True)
    earlier = aliased(Resource)
    before = select(
        chain.c.successor, earlier.id, earlier.title, earlier.visibility, earlier.cluster_id, earlier.school_id
    ).where(earlier.successor_id == chain.c.id, earlier.state == literal("replaced"))
    return select(chain.union(before))


def _reached_as_far(replaced: Row[*tuple[Any, ...]], successor: Any) -> bool:
    if replaced.visibility == "cong-khai" or (replaced.visibility == "tinh" and successor.visibility != "cong-khai"):
        return True
    same_owner = (replaced.cluster_id, replaced.school_id) == (successor.cluster_id, successor.school_id)
    return same_owner and replaced.visibility == successor.visibility == "cum"
