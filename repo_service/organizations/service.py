"""The verbs on organisations, clusters and memberships; with redrawing.py the only writer of their tables.

Every change is audited and raises the object's revision; index documents that show a changed name are made anew
by the worker (`cluster.changed`, `organization.changed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from indexer.vietnamese import sort_key
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.school_year import SchoolYear, is_school_year
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations import policy, queries
from repo_service.organizations.access import present_year
from repo_service.organizations.models import Cluster, ClusterScope, Membership, Organization

KINDS = ("so", "xa", "truong", "tt-hoa-nhap", "khac")
SCHOOL = "thanh-vien"
"""The role of a school in a cluster."""
_SCOPE_LISTS = {"cap-hoc": "levels", "mon-hoc": "subjects", "nhom-mon-hoc": "subject_groups"}
"""Kinds of scope whose values come from a controlled list; fields and places are free text."""


@dataclass(frozen=True)
class OrganizationDetails:
    """What the department writes about a school, centre or other unit (R38, R45)."""

    name: str
    kind: str = "truong"
    institution_type: str | None = None
    code: str | None = None
    levels: tuple[str, ...] = ()
    commune_id: str | None = None
    managing_body_id: str | None = None


@dataclass(frozen=True)
class ClusterDetails:
    """What the department's decision says about a cluster (R36, R47); scopes are (kind, value)."""

    name: str
    scopes: tuple[tuple[str, str], ...] = ()
    decision_number: str | None = None
    decision_date: date | None = None
    direct_manager_id: str | None = None
    host_id: str | None = None


def create_organization(viewer: Viewer, details: OrganizationDetails) -> Organization:
    """A new school, centre or other unit; InvalidInput names the fields."""
    authorize(viewer, policy.KEEP.action)
    organization = new_organization(details)
    record(viewer.id, "organization.created", "organization", organization.id)
    return organization


def new_organization(details: OrganizationDetails) -> Organization:
    """The row of a new organisation, checked; for verbs that have asked for the right already."""
    organization = Organization(id=new_id(), is_active=True, old_names=[], successor_ids=[], revision=1)
    _describe_organization(organization, details)
    current_session().add(organization)
    current_session().flush()
    return organization


def change_organization(viewer: Viewer, organization: Organization, details: OrganizationDetails) -> None:
    """Change what is written about it; a former name stays findable."""
    authorize(viewer, policy.KEEP.action, organization)
    before = organization.name
    _describe_organization(organization, details)
    organization.old_names = with_old_name(organization.old_names, before, organization.name)
    organization.revision += 1
    record(
        viewer.id,
        "organization.changed",
        "organization",
        organization.id,
        before=before,
        after=organization.name,
    )
    emit("organization.changed", organization.id)


def _describe_organization(organization: Organization, details: OrganizationDetails) -> None:
    errors = _name_errors(details.name)
    if details.kind not in KINDS:
        errors["kind"] = [_("Chọn một loại đơn vị trong danh sách.")]
    if details.institution_type and not queries.knows_institution_type(details.institution_type):
        errors["institution_type"] = [_("Chọn một loại hình trong danh sách.")]
    if any(not vocabularies().knows("levels", level) for level in details.levels):
        errors["levels"] = [_("Chọn cấp học trong danh sách.")]
    if details.code and queries.code_is_taken(details.code, but=organization.id):
        errors["code"] = [_("Mã này đã dùng cho một đơn vị khác.")]
    errors |= _unknown_bodies(commune_id=details.commune_id, managing_body_id=details.managing_body_id)
    if errors:
        raise InvalidInput(errors)
    for name in ("kind", "institution_type", "code", "commune_id", "managing_body_id"):
        setattr(organization, name, getattr(details, name) or None)
    organization.name, organization.levels = tidy(details.name), list(details.levels)
    organization.name_sort = sort_key(organization.name)[:240]


def create_cluster(viewer: Viewer, details: ClusterDetails, from_year: str | None = None) -> Cluster:
    """A new cluster, from this school year unless said otherwise."""
    authorize(viewer, policy.KEEP.action)
    cluster = new_cluster(details, from_year or present_year())
    record(viewer.id, "cluster.created", "cluster", cluster.id, decision=details.decision_number)
    emit("cluster.changed", cluster.id)
    return cluster


def new_cluster(details: ClusterDetails, from_year: str) -> Cluster:
    """The row of a new cluster, checked; for verbs that have asked for the right already."""
    check_year(from_year)
    cluster = Cluster(
        id=new_id(),
        from_year=from_year,
        old_names=[],
        successor_ids=[],
        scopes=[],
        revision=1,
        state="dang-hoat-dong",
    )
    _describe_cluster(cluster, details)
    current_session().add(cluster)
    current_session().flush()
    return cluster


def change_cluster(viewer: Viewer, cluster: Cluster, details: ClusterDetails) -> None:
    """Change what is written about it; a former name stays findable."""
    authorize(viewer, policy.KEEP.action, cluster)
    before = cluster.name
    _describe_cluster(cluster, details)
    cluster.old_names = with_old_name(cluster.old_names, before, cluster.name)
    cluster.revision += 1
    record(viewer.id, "cluster.changed", "cluster", cluster.id, before=before, after=cluster.name)
    emit("cluster.changed", cluster.id)


def _describe_cluster(cluster: Cluster, details: ClusterDetails) -> None:
    errors = _name_errors(details.name)
    if not all(_knows_scope(kind, value) for kind, value in details.scopes):
        errors["scopes"] = [_("Chọn phạm vi của cụm trong danh sách.")]
    errors |= _unknown_bodies(direct_manager_id=details.direct_manager_id, host_id=details.host_id)
    if errors:
        raise InvalidInput(errors)
    cluster.name = tidy(details.name)
    cluster.name_sort = sort_key(cluster.name)[:240]
    cluster.decision_number, cluster.decision_date = details.decision_number or None, details.decision_date
    cluster.direct_manager_id, cluster.host_id = details.direct_manager_id or None, details.host_id or None
    present = {(scope.kind, scope.value): scope for scope in cluster.scopes}
    wanted = dict.fromkeys(details.scopes)
    cluster.scopes = [present.get(pair) or ClusterScope(kind=pair[0], value=pair[1]) for pair in wanted]


def _knows_scope(kind: str, value: str) -> bool:
    if not vocabularies().knows("cluster_kinds", kind) or len(value) > 60:
        return False
    return vocabularies().knows(_SCOPE_LISTS[kind], value) if kind in _SCOPE_LISTS else True


def join_cluster(
    viewer: Viewer, cluster: Cluster, school: Organization, from_year: str | None = None
) -> Membership:
    """A school becomes a member; a school may be in many clusters (R47)."""
    authorize(viewer, policy.KEEP.action, cluster)
    if school.kind not in ("truong", "tt-hoa-nhap", "khac") or not school.is_active:
        raise InvalidInput({"organization_id": [_("Chọn một trường hoặc trung tâm đang hoạt động.")]})
    if queries.is_member(cluster.id, school.id, from_year or present_year()):
        raise AlreadyExists(_("Trường này đã ở trong cụm."))
    return _add(viewer, Membership(organization_id=school.id, cluster_id=cluster.id, role=SCHOOL), from_year)


def appoint(
    viewer: Viewer, user_id: str, role: str, *, organization_id: str | None = None, cluster_id: str | None = None,
    subjects: Sequence[str] = (), from_year: str | None = None,
) -> Membership:  # fmt: skip
    """Give a person a role at a school, in a cluster, at a body, or (administrators) in the whole system."""
    appointment = queries.appointment(role, organization_id, cluster_id)
    authorize(viewer, policy.APPOINT.action, appointment)
    errors = _scope_errors(role, organization_id, cluster_id)
    if errors:
        raise InvalidInput(errors)
    if queries.holds_role(user_id, role, organization_id, cluster_id, from_year or present_year()):
        raise AlreadyExists(_("Người này đã có vai trò ấy rồi."))
    membership = Membership(
        user_id=user_id,
        organization_id=organization_id,
        cluster_id=cluster_id,
        role=role,
        subjects=list(subjects),
    )
    return _add(viewer, membership, from_year)


def _scope_errors(role: str, organization_id: str | None, cluster_id: str | None) -> dict[str, list[str]]:
    term = vocabularies().terms("roles").get(role)
    if term is None:
        return {"role": [_("Chọn một vai trò trong danh sách.")]}
    scopes = set(term.values.get("scopes") or ())
    if "cum" in scopes:
        return (
            {} if cluster_id and not organization_id else {"cluster_id": [_("Vai trò này gắn với một cụm.")]}
        )
    if "he-thong" in scopes:
        return {} if not (cluster_id or organization_id) else {"role": [_("Vai trò này dành cho cả Kho.")]}
    return (
        {}
        if organization_id and not cluster_id
        else {"organization_id": [_("Vai trò này gắn với một đơn vị.")]}
    )


def end_membership(viewer: Viewer, membership: Membership, to_year: str | None = None) -> None:
    """End a role or a school's membership after `to_year` (default: at once). The person's works stay."""
    if membership.user_id is None:
        authorize(viewer, policy.KEEP.action)
    else:
        held = queries.appointment(membership.role, membership.organization_id, membership.cluster_id)
        authorize(viewer, policy.APPOINT.action, held)
    last_year = to_year or year_before(present_year())
    check_year(last_year)
    membership.to_year = last_year
    record(
        viewer.id, "membership.ended", "membership", membership.id, role=membership.role, to_year=last_year
    )
    if membership.cluster_id:
        emit("cluster.changed", membership.cluster_id)


def _add(viewer: Viewer, membership: Membership, from_year: str | None) -> Membership:
    membership.id, membership.from_year = new_id(), from_year or present_year()
    check_year(membership.from_year)
    current_session().add(membership)
    current_session().flush()
    about = {
        "user": membership.user_id,
        "organization": membership.organization_id,
        "cluster": membership.cluster_id,
    }
    record(viewer.id, "membership.started", "membership", membership.id, role=membership.role, **about)
    return membership


def check_year(key: str) -> None:
    """InvalidInput unless `key` is a school year."""
    if not is_school_year(key):
        raise InvalidInput({"from_year": [_("Ghi năm học dạng 2026-2027.")]})


def year_before(key: str) -> str:
    """2026-2027 -> 2025-2026."""
    return SchoolYear(SchoolYear.parse(key).start - 1).key


def with_old_name(old_names: Sequence[str], before: str, after: str) -> list[str]:
    """Former names, `before` among them, without the present one."""
    return [name for name in dict.fromkeys([*old_names, before]) if name and name != after]


def tidy(name: str) -> str:
    """One blank between words."""
    return " ".join(name.split())


def _name_errors(name: str) -> dict[str, list[str]]:
    fits = 3 <= len(tidy(name)) <= 160
    return {} if fits else {"name": [_("Ghi tên, từ 3 đến 160 chữ.")]}


def _unknown_bodies(**ids: str | None) -> dict[str, list[str]]:
    errors = {}
    for field, organization_id in ids.items():
        try:
            if organization_id:
                queries.find_organization(organization_id)
        except NotFound:
            errors[field] = [_("Chọn một đơn vị trong danh sách.")]
    return errors
