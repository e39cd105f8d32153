"""What a person follows is that person's business, and nobody else's whatever the role."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.follows.models import Follow


def _is_own(viewer: Viewer, follow: Follow) -> bool:
    return not viewer.is_guest and follow.user_id == viewer.id


def _is_own_sql(viewer: Viewer) -> ColumnElement[bool]:
    return Follow.user_id == viewer.id if viewer.id else Follow.user_id.is_(None)


OWN = declare(Policy("follows.own", "Xem và bỏ điều mình theo dõi", _is_own, _is_own_sql))
