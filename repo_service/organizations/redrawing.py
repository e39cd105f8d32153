"""Mergers and splits of clusters and schools: history stays, people and schools are carried over (R48).

Rows of the old one end with the school year before the change; the successor starts with it and knows the old
names. Works stay where they were: who belongs to a successor cluster reads and leads the predecessor's shelf.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, update

from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.organizations import policy
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Cluster, Membership, Organization, Succession
from repo_service.organizations.service import (
    ClusterDetails,
    OrganizationDetails,
    check_year,
    new_cluster,
    new_organization,
    with_old_name,
    year_before,
)


@dataclass(frozen=True)
class ClusterPart:
    """One cluster that comes out of a split, with its schools."""

    details: ClusterDetails
    school_ids: frozenset[str]


@dataclass(frozen=True)
class SchoolPart:
    """One school that comes out of a split, with its people."""

    details: OrganizationDetails
    user_ids: frozenset[str] = frozenset()


def merge_clusters(
    viewer: Viewer, merged: Sequence[Cluster], details: ClusterDetails, from_year: str
) -> Cluster:
    """One new cluster from two or more; their schools and people with roles belong to it from `from_year` on."""
    authorize(viewer, policy.KEEP.action)
    _need_several(merged)
    _need_present(cluster.state == "dang-hoat-dong" for cluster in merged)
    successor = new_cluster(details, from_year)
    for cluster in merged:
        for row in _ending(Membership.cluster_id == cluster.id, from_year):
            _carry(row, from_year, cluster_id=successor.id)
        _close_cluster(viewer, cluster, [successor], from_year)
    record(viewer.id, "cluster.merged", "cluster", successor.id, merged=[cluster.id for cluster in merged])
    return successor


def split_cluster(
    viewer: Viewer, cluster: Cluster, parts: Sequence[ClusterPart], from_year: str
) -> list[Cluster]:
    """Two or more new clusters from one. Every school must be named in a part; people with roles follow their
    school, and stand in the first part when they have none there.
    """
    authorize(viewer, policy.KEEP.action, cluster)
    _need_several(parts)
    _need_present([cluster.state == "dang-hoat-dong"])
    ending = _ending(Membership.cluster_id == cluster.id, from_year)
    left_out = {row.organization_id for row in ending if row.user_id is None} - {
        s for part in parts for s in part.school_ids
    }
    if left_out:
        raise InvalidInput(
            {"school_ids": [_("Còn %(number)s trường chưa xếp vào cụm nào.", number=len(left_out))]}
        )
    successors = [new_cluster(part.details, from_year) for part in parts]
    for row in ending:
        schools = {row.organization_id} if row.user_id is None else _schools_of_person(row.user_id)
        homes = [
            new for new, part in zip(successors, parts, strict=True) if schools & part.school_ids
        ] or successors[:1]
        for home in homes if row.user_id is None else homes[:1]:
            _carry(row, from_year, cluster_id=home.id)
    _close_cluster(viewer, cluster, successors, from_year)
    record(viewer.id, "cluster.split", "cluster", cluster.id, into=[new.id for new in successors])
    return successors


def merge_schools(
    viewer: Viewer, merged: Sequence[Organization], details: OrganizationDetails, from_year: str
) -> Organization:
    """One new school from two or more; its people and its places in clusters are those of all of them."""
    authorize(viewer, policy.KEEP.action)
    _need_several(merged)
    _need_present(school.is_active for school in merged)
    check_year(from_year)
    successor = new_organization(details)
    for school in merged:
        for row in _ending(Membership.organization_id == school.id, from_year):
            _carry(row, from_year, organization_id=successor.id)
        _close_school(viewer, school, [successor], from_year)
    record(
        viewer.id,
        "organization.merged",
        "organization",
        successor.id,
        merged=[school.id for school in merged],
    )
    return successor


def split_school(
    viewer: Viewer, school: Organization, parts: Sequence[SchoolPart], from_year: str
) -> list[Organization]:
    """Two or more new schools from one, all in its clusters; people no part names go to the first."""
    authorize(viewer, policy.KEEP.action, school)
    _need_several(parts)
    _need_present([school.is_active])
    check_year(from_year)
    successors = [new_organization(part.details) for part in parts]
    for row in _ending(Membership.organization_id == school.id, from_year):
        named = [new for new, part in zip(successors, parts, strict=True) if row.user_id in part.user_ids]
        for home in successors if row.user_id is None else named or successors[:1]:
            _carry(row, from_year, organization_id=home.id)
    _close_school(viewer, school, successors, from_year)
    record(viewer.id, "organization.split", "organization", school.id, into=[new.id for new in successors])
    return successors


def _need_several(things: Sequence[object]) -> None:
    if len(things) < 2:
        raise InvalidInput({"ids": [_("Chọn ít nhất hai đơn vị.")]})


def _need_present(present: Iterable[bool]) -> None:
    if not all(present):
        raise MoveNotAllowed(_("Đơn vị này đã được sắp xếp lại trước đó."))


def _ending(where: ColumnElement[bool], from_year: str) -> list[Membership]:
    """Memberships that would still hold in `from_year`."""
    check_year(from_year)
    open_rows = select(Membership).where(
        where, Membership.to_year.is_(None) | (Membership.to_year >= from_year)
    )
    return list(current_session().scalars(open_rows.order_by(Membership.created_at, Membership.id)))


def _carry(
    row: Membership, from_year: str, *, cluster_id: str | None = None, organization_id: str | None = None
) -> None:
    """The same membership at the successor, unless somebody brought it there already."""
    new = Membership(
        id=new_id(),
        user_id=row.user_id,
        role=row.role,
        subjects=list(row.subjects),
        from_year=max(from_year, row.from_year),
        to_year=row.to_year,
        cluster_id=cluster_id or row.cluster_id,
        organization_id=organization_id or row.organization_id,
    )
    session = current_session()
    same = select(Membership.id).where(
        Membership.user_id == new.user_id, Membership.role == new.role, Membership.cluster_id == new.cluster_id,
        Membership.organization_id == new.organization_id, Membership.from_year >= from_year,
    )  # fmt: skip
    if session.scalars(same).first() is None:
        session.add(new)
    session.flush()


def _end_rows(where: ColumnElement[bool], from_year: str) -> None:
    for row in _ending(where, from_year):
        row.to_year = year_before(from_year)
    current_session().flush()


def _close_cluster(viewer: Viewer, cluster: Cluster, successors: Sequence[Cluster], from_year: str) -> None:
    session = current_session()
    _end_rows(Membership.cluster_id == cluster.id, from_year)
    cluster.state, cluster.to_year = "da-sap-xep-lai", year_before(from_year)
    cluster.successor_ids = [new.id for new in successors]
    cluster.revision += 1
    older = list(
        session.scalars(select(Succession.predecessor_id).where(Succession.successor_id == cluster.id))
    )
    for successor in successors:
        for name in (*cluster.old_names, cluster.name):
            successor.old_names = with_old_name(successor.old_names, name, successor.name)
        for predecessor_id in (cluster.id, *older):
            session.merge(Succession(predecessor_id=predecessor_id, successor_id=successor.id))
        emit("cluster.changed", successor.id)
    session.flush()
    record(
        viewer.id, "cluster.redrawn", "cluster", cluster.id, into=cluster.successor_ids, from_year=from_year
    )
    emit("cluster.changed", cluster.id)


def _close_school(
    viewer: Viewer, school: Organization, successors: Sequence[Organization], from_year: str
) -> None:
    _end_rows(Membership.organization_id == school.id, from_year)
    school.is_active = False
    school.successor_ids = [new.id for new in successors]
    school.revision += 1
    for successor in successors:
        for name in (*school.old_names, school.name):
            successor.old_names = with_old_name(successor.old_names, name, successor.name)
    hosted = update(Cluster).where(Cluster.host_id == school.id, Cluster.state == "dang-hoat-dong")
    current_session().execute(hosted.values(host_id=successors[0].id))
    record(viewer.id, "organization.redrawn", "organization", school.id, into=school.successor_ids)
    emit("organization.changed", school.id)


def _schools_of_person(user_id: str) -> set[str | None]:
    at_school = Membership.organization_id.is_not(None)
    rows = select(Membership.organization_id).where(
        Membership.user_id == user_id, at_school, holds_now(Membership)
    )
    return set(current_session().scalars(rows))
