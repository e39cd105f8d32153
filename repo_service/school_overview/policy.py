"""Whose school one may look at: one's own as its head, those of one's commune, all for the department (R37, R40)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, true

from repo_service.annual_products.policy import communes_of
from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.organizations.models import Organization
from repo_service.organizations.policy import SCHOOL_MANAGERS


def schools_managed_by(viewer: Viewer) -> list[str]:
    """The schools that the viewer heads."""
    return [
        role.organization_id for role in viewer.roles if role.code in SCHOOL_MANAGERS and role.organization_id
    ]


def sees_school(viewer: Viewer, school: Organization) -> bool:
    """A commune sees the schools that answer to it, not those that only stand in it (R38)."""
    return (
        viewer.is_department
        or school.id in schools_managed_by(viewer)
        or (school.managing_body_id is not None and school.managing_body_id in communes_of(viewer))
    )


def sees_school_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `sees_school`."""
    if viewer.is_guest:
        return false()
    if viewer.is_department:
        return true()
    return or_(
        Organization.id.in_(schools_managed_by(viewer)),
        Organization.managing_body_id.in_(communes_of(viewer)),
    )


def has_schools(viewer: Viewer, _target: object = None) -> bool:
    """Whether there is anything to look at."""
    return viewer.is_department or bool(schools_managed_by(viewer) or communes_of(viewer))


SEE = declare(
    Policy("school_overview.see", "Xem việc chuyên môn của một trường", sees_school, sees_school_sql)
)
OPEN = declare(Policy("school_overview.open", "Mở danh sách trường của mình", has_schools))
