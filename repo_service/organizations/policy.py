"""Who keeps organisations, and who may open accounts for whom (A1, R32, B6)."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import aliased

from repo_service.accounts.models import User
from repo_service.core.permissions import CLUSTER_LEADS, Policy, Viewer, declare
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Membership

SCHOOL_MANAGERS = ("hieu-truong", "pho-hieu-truong")
SCHOOL_ROLES = ("giao-vien", "to-truong", "to-pho", "tt-hoa-nhap")
"""What a school manager or a cluster lead may make of people in the schools they look after."""
CLUSTER_ROLES = ("phan-bien", "ra-soat")
"""What a cluster lead may make of people in the own cluster; leads themselves are named by the department."""


@dataclass(frozen=True)
class Appointment:
    """A role somewhere; for a role at a school, `school_clusters` are the clusters of that school."""

    role: str
    organization_id: str | None = None
    cluster_id: str | None = None
    school_clusters: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """A person and all the roles of this school year."""

    user_id: str
    appointments: tuple[Appointment, ...] = field(default=())


def _keeps(viewer: Viewer, _target: object) -> bool:
    return viewer.is_department


def may_appoint(viewer: Viewer, appointment: Appointment) -> bool:
    """The department gives every role but `quan-tri`; managers and leads the working roles of their own place."""
    if viewer.is_administrator:
        return True
    if viewer.is_department:
        return appointment.role != "quan-tri"
    if appointment.cluster_id is not None:
        return appointment.role in CLUSTER_ROLES and viewer.leads(appointment.cluster_id)
    return appointment.role in SCHOOL_ROLES and _looks_after(viewer, appointment)


def _looks_after(viewer: Viewer, appointment: Appointment) -> bool:
    """Manager of the school, lead of one of its clusters, or lead of the cluster itself."""
    school = appointment.organization_id
    manages = school is not None and viewer.has_role(*SCHOOL_MANAGERS, organization_id=school)
    leads = any(viewer.leads(cluster) for cluster in (*appointment.school_clusters, appointment.cluster_id))
    return manages or leads


def may_see_person(viewer: Viewer, person: Standing) -> bool:
    """The department sees everybody; a manager or lead the people of their school or cluster."""
    return viewer.is_department or any(
        _looks_after(viewer, appointment) for appointment in person.appointments
    )


def _may_see_person_sql(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.is_department:
        return true()
    schools = [
        role.organization_id for role in viewer.roles if role.code in SCHOOL_MANAGERS and role.organization_id
    ]
    clusters = [role.cluster_id for role in viewer.roles if role.code in CLUSTER_LEADS and role.cluster_id]
    if not schools and not clusters:
        return false()
    school = aliased(Membership)
    theirs = select(school.organization_id).where(
        school.user_id.is_(None), school.cluster_id.in_(clusters), holds_now(school)
    )
    near = or_(
        Membership.organization_id.in_(schools),
        Membership.organization_id.in_(theirs),
        Membership.cluster_id.in_(clusters),
    )
    return User.id.in_(
        select(Membership.user_id).where(Membership.user_id.is_not(None), near, holds_now(Membership))
    )


def may_link_person(viewer: Viewer, person: Standing) -> bool:
    """Who sets a password could be that person: so only for people all of whose roles one may give oneself."""
    return may_see_person(viewer, person) and all(may_appoint(viewer, role) for role in person.appointments)


def may_take_off(viewer: Viewer, person: Standing) -> bool:
    """The department, of whomever it may give a password: with both one could be that person."""
    return viewer.is_department and may_link_person(viewer, person)


def looks_after_people(viewer: Viewer) -> bool:
    """Whether there is anybody to look after at all."""
    return viewer.is_department or viewer.has_role(*SCHOOL_MANAGERS, *CLUSTER_LEADS)


KEEP = declare(Policy("organizations.keep", "Lập và sửa trường, cụm, danh mục, cài đặt", _keeps))
PEOPLE = declare(
    Policy("organizations.people", "Mở trang thêm người", lambda viewer, _: looks_after_people(viewer))
)
SEE_PERSON = declare(
    Policy("organizations.see_person", "Thấy người của trường, cụm mình", may_see_person, _may_see_person_sql)
)
APPOINT = declare(Policy("organizations.appoint", "Giao vai trò", may_appoint))
TAKE_OFF_SECOND_FACTOR = declare(
    Policy("organizations.take_off_second_factor", "Gỡ lớp bảo vệ thứ hai giúp người mất điện thoại", may_take_off)
)
LINK_PERSON = declare(Policy("organizations.link_person", "Tạo liên kết đặt mật khẩu", may_link_person))
