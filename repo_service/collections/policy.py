"""Who may open a collection, change it, and make it a starter kit for new colleagues (R42)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_

from repo_service.collections.models import Collection
from repo_service.core.permissions import CLUSTER_LEADS, Policy, Viewer, declare

KIT_ROLES = (
    *CLUSTER_LEADS, "ra-soat", "to-truong", "to-pho", "gv-cot-can", "hieu-truong", "pho-hieu-truong",
)  # fmt: skip
"""Colleagues who look after others: heads of subject groups, core teachers, heads of schools, leads, curators."""


def can_open(viewer: Viewer, collection: Collection) -> bool:
    """One's own; a shared one by who has the link and belongs to where it is shared. Never guests."""
    if viewer.is_guest:
        return False
    if collection.owner_id == viewer.id or collection.visibility == "tinh":
        return True
    near = viewer.is_department or collection.cluster_id in viewer.cluster_ids
    return collection.visibility == "cum" and near


def can_open_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `can_open`."""
    if viewer.is_guest:
        return false()
    shared = Collection.visibility == "cum"
    if not viewer.is_department:
        shared = and_(shared, Collection.cluster_id.in_(viewer.cluster_ids))
    return or_(Collection.owner_id == viewer.id, Collection.visibility == "tinh", shared)


def can_change(viewer: Viewer, collection: Collection) -> bool:
    """Only the owner's."""
    return not viewer.is_guest and collection.owner_id == viewer.id


def can_change_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `can_change`."""
    return false() if viewer.is_guest else Collection.owner_id == viewer.id


OPEN = declare(Policy("collections.open", "Mở bộ sưu tập được chia sẻ", can_open, can_open_sql))
CHANGE = declare(Policy("collections.change", "Sửa bộ sưu tập của mình", can_change, can_change_sql))
CREATE = declare(Policy("collections.create", "Lập bộ sưu tập", lambda viewer, _: not viewer.is_guest))
MARK_KIT = declare(
    Policy(
        "collections.mark_kit",
        "Chọn một bộ sưu tập làm bộ khởi đầu",
        lambda viewer, _: viewer.is_department or viewer.has_role(*KIT_ROLES),
    )
)
