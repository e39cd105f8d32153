"""What is written about nearly equal works: pairs that were found, and that a curator told two works apart."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, or_, select, update

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.near_duplicates.models import ComparedWork, NearDuplicate


def tell_apart(viewer: Viewer, pair: NearDuplicate) -> None:
    """These two are no duplicates: remembered, and not shown again. The caller looked the pair up with rights."""
    pair.told_apart_by_id, pair.told_apart_at = viewer.id, clock.now()
    record(viewer.id, "duplicates.told_apart", "resource", pair.first_id, other=pair.second_id)


def record_comparison(resource_id: str, version_id: str, found: Collection[str], *, complete: bool) -> None:
    """Keep which works a version nearly equals; with `complete`, pairs of before that are none any more go away."""
    session = current_session()
    known = set()
    for pair in session.scalars(select(NearDuplicate).where(_touches(resource_id))).all():
        other = pair.second_id if pair.first_id == resource_id else pair.first_id
        known.add(other)
        if complete and other not in found and pair.told_apart_at is None:
            session.delete(pair)
    session.flush()
    for other in sorted(set(found) - known):
        first, second = sorted((resource_id, other))
        session.add(NearDuplicate(first_id=first, second_id=second, group_id=_joined_group(first, second)))
        session.flush()
    session.execute(delete(ComparedWork).where(ComparedWork.resource_id == resource_id))
    session.add(ComparedWork(resource_id=resource_id, version_id=version_id))
    session.flush()


def _joined_group(first: str, second: str) -> str:
    """The group that both works belong to from now on: their old ones become one."""
    session = current_session()
    touched = or_(_touches(first), _touches(second))
    groups = sorted(set(session.scalars(select(NearDuplicate.group_id).where(touched))))
    if not groups:
        return first
    if len(groups) > 1:
        join = update(NearDuplicate).where(NearDuplicate.group_id.in_(groups[1:]))
        session.execute(join.values(group_id=groups[0]))
    return groups[0]


def _touches(resource_id: str) -> ColumnElement[bool]:
    return or_(NearDuplicate.first_id == resource_id, NearDuplicate.second_id == resource_id)
