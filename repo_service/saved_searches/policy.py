"""A saved search is its owner's, and nobody else's whatever the role."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.saved_searches.models import SavedSearch


def _is_own(viewer: Viewer, search: SavedSearch) -> bool:
    return not viewer.is_guest and search.user_id == viewer.id


def _is_own_sql(viewer: Viewer) -> ColumnElement[bool]:
    return SavedSearch.user_id == viewer.id if viewer.id else SavedSearch.user_id.is_(None)


OWN = declare(Policy("saved_searches.own", "Xem, sửa, bỏ tìm kiếm mình đã lưu", _is_own, _is_own_sql))
