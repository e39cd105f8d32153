"""Everybody asks about and gets the own data; the department answers requests, the administrator erases."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.privacy.models import DataPackage


def _is_own(viewer: Viewer, package: DataPackage) -> bool:
    return not viewer.is_guest and package.user_id == viewer.id


def _is_own_sql(viewer: Viewer) -> ColumnElement[bool]:
    return DataPackage.user_id == viewer.id if viewer.id else DataPackage.user_id.is_(None)


OWN_PACKAGE = declare(Policy("privacy.own_package", "Tải dữ liệu của mình", _is_own, _is_own_sql))
HANDLE = declare(
    Policy(
        "privacy.handle", "Trả lời yêu cầu về dữ liệu cá nhân", lambda viewer, _target: viewer.is_department
    )
)
ERASE = declare(
    Policy("privacy.erase", "Xóa dữ liệu của một người", lambda viewer, _target: viewer.is_administrator)
)
