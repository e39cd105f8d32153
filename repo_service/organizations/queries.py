"""Reading organisations, clusters and who belongs to them in the present school year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from indexer.vietnamese import fold
from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import CLUSTER_LEADS, Viewer
from repo_service.curriculum.models import Term
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.access import holds_in, holds_now, present_year
from repo_service.organizations.models import Cluster, ClusterScope, Membership, Organization
from repo_service.organizations.policy import Appointment


@dataclass(frozen=True)
class PersonRow:
    """A person with the schools and roles of this school year, as lists show them."""

    id: str
    name: str
    form_of_address: str
    username: str
    email: str | None
    is_active: bool
    has_password: bool
    schools: tuple[str, ...]
    roles: tuple[str, ...]


def find_organization(organization_id: str) -> Organization:
    """An organisation by id; NotFound when there is none."""
    found = current_session().get(Organization, organization_id)
    if found is None:
        raise NotFound()
    return found


def find_cluster(cluster_id: str) -> Cluster:
    """A cluster by id, one that was merged away too; NotFound when there is none."""
    found = current_session().get(Cluster, cluster_id)
    if found is None:
        raise NotFound()
    return found


def department() -> Organization:
    """The department (Sở) of this installation."""
    found = (
        current_session()
        .scalars(select(Organization).where(Organization.kind == "so").order_by(Organization.id))
        .first()
    )
    if found is None:
        raise NotFound()
    return found


def organizations(*kinds: str, typed: str = "", active_only: bool = False) -> list[Organization]:
    """Organisations of some kinds in the order of the alphabet, narrowed by what was typed.

    Marks, old names and (for schools) the commune's former district count too (R5, R48).
    """
    statement = (
        select(Organization)
        .where(Organization.kind.in_(kinds))
        .order_by(Organization.name_sort, Organization.id)
    )
    if active_only:
        statement = statement.where(Organization.is_active)
    rows = list(current_session().scalars(statement))
    if not typed.strip():
        return rows
    communes = {
        row.id: row
        for row in current_session().scalars(select(Organization).where(Organization.kind == "xa"))
    }
    return [row for row in rows if _is_meant(typed, _names(row) + _names(communes.get(row.commune_id or "")))]


def clusters(typed: str = "", *, present_only: bool = False) -> list[Cluster]:
    """Clusters in the order of the alphabet, by present or old name; those of earlier years too, unless told."""
    statement = select(Cluster).order_by(Cluster.name_sort, Cluster.id)
    if present_only:
        statement = statement.where(_is_present())
    return [
        row for row in current_session().scalars(statement) if _is_meant(typed, [row.name, *row.old_names])
    ]


def _names(row: Organization | None) -> list[str]:
    return [row.name, row.code or "", *row.old_names] if row else []


def _is_meant(typed: str, names: Iterable[str]) -> bool:
    words = fold(typed).split()
    return any(all(word in folded for word in words) for folded in map(fold, names)) if words else True


def _is_present() -> ColumnElement[bool]:
    year = present_year()
    return (Cluster.from_year <= year) & or_(Cluster.to_year.is_(None), Cluster.to_year >= year)


def clusters_for_contribution(
    viewer: Viewer, grades: Sequence[str] = (), subjects: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """(id, name) of the clusters whose shelf the viewer may put a work on, the best fitting one first."""
    statement = select(Cluster).where(_is_present())
    if not viewer.is_department:
        statement = statement.where(Cluster.id.in_(viewer.cluster_ids))
    found = current_session().scalars(statement).all()
    ordered = sorted(
        found, key=lambda cluster: (-_fit(cluster.scopes, grades, subjects), cluster.name_sort, cluster.id)
    )
    return [(cluster.id, cluster.name) for cluster in ordered]


def clusters_to_ask(viewer: Viewer, grade: str | None, subject: str | None) -> list[Cluster]:
    """Clusters whose colleagues may know: the viewer's own, then others that teach the grade or subject.

    Own ones are there whatever they teach; without grade and subject so are all others. Best fitting first.
    """
    grades, subjects = [grade] if grade else [], [subject] if subject else []
    fits = [(_fit(each.scopes, grades, subjects), each) for each in clusters(present_only=True)]
    known = bool(grades or subjects)
    offered = [(fit, each) for fit, each in fits if fit > 0 or not known or each.id in viewer.cluster_ids]
    return [
        each
        for _fits, each in sorted(offered, key=lambda row: (row[1].id not in viewer.cluster_ids, -row[0]))
    ]


def default_cluster(viewer: Viewer, grades: Sequence[str] = (), subjects: Sequence[str] = ()) -> str | None:
    """The cluster filled in on the contribute form (R31): the viewer's own one that fits best, None without any."""
    mine = [
        cluster_id
        for cluster_id, _ in clusters_for_contribution(viewer, grades, subjects)
        if cluster_id in viewer.cluster_ids
    ]
    return mine[0] if mine else None


def _fit(scopes: Iterable[ClusterScope], grades: Sequence[str], subjects: Sequence[str]) -> int:
    """What the scopes say for or against a work of these grades and subjects; the narrower kind weighs more."""
    lists = vocabularies()
    levels, wanted = set(lists.levels_of(grades)), set(lists.with_parents(subjects, grades))
    by_kind: dict[str, set[str]] = {}
    for scope in scopes:
        by_kind.setdefault(scope.kind, set()).add(scope.value)
    groups = [lists.terms("subject_groups").get(code) for code in by_kind.get("nhom-mon-hoc", ())]
    in_groups = {subject for group in groups if group for subject in group.values.get("subjects") or ()}
    return (
        _weigh(levels, by_kind.get("cap-hoc"), 2)
        + _weigh(wanted, by_kind.get("mon-hoc"), 4)
        + _weigh(wanted, in_groups if "nhom-mon-hoc" in by_kind else None, 3)
    )


def _weigh(wanted: set[str], offered: set[str] | None, weight: int) -> int:
    if not wanted or offered is None:
        return 0
    return weight if wanted & offered else -weight


def schools_of(cluster_id: str) -> list[Organization]:
    """The member schools of a cluster this year, in the order of the alphabet."""
    statement = select(Organization).join(Membership, Membership.organization_id == Organization.id)
    statement = statement.where(
        Membership.cluster_id == cluster_id, Membership.user_id.is_(None), holds_now(Membership)
    )
    return list(
        current_session().scalars(statement.order_by(Organization.name_sort, Organization.id)).unique()
    )


def schools_in_year(cluster_id: str, year: str) -> list[str]:
    """Names of the cluster's member schools in a school year, in the order of the alphabet."""
    statement = select(Organization.name).join(Membership, Membership.organization_id == Organization.id)
    of_cluster = (Membership.cluster_id == cluster_id, Membership.user_id.is_(None), holds_in(Membership, year))
    return list(current_session().scalars(statement.where(*of_cluster).order_by(Organization.name_sort)))


def clusters_of_school(organization_id: str) -> list[Cluster]:
    """The clusters a school belongs to this year."""
    statement = select(Cluster).join(Membership, Membership.cluster_id == Cluster.id)
    statement = statement.where(
        Membership.organization_id == organization_id, Membership.user_id.is_(None), holds_now(Membership)
    )
    return list(current_session().scalars(statement.order_by(Cluster.name_sort, Cluster.id)).unique())


def memberships_of(
    *, organization_id: str | None = None, cluster_id: str | None = None, user_id: str | None = None
) -> list[Membership]:
    """Memberships of one school, cluster or person in all years, those that hold now first."""
    statement = select(Membership)
    for column, value in (
        (Membership.organization_id, organization_id),
        (Membership.cluster_id, cluster_id),
        (Membership.user_id, user_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    rows = list(
        current_session().scalars(
            statement.order_by(Membership.from_year.desc(), Membership.role, Membership.id)
        )
    )
    return sorted(rows, key=lambda row: not is_present(row))


def is_present(membership: Membership) -> bool:
    """Whether a membership holds in the present school year."""
    year = present_year()
    return membership.from_year <= year and (membership.to_year is None or membership.to_year >= year)


def is_member(cluster_id: str, organization_id: str, year: str) -> bool:
    """Whether a school is in a cluster in a school year."""
    statement = select(Membership.id).where(
        Membership.cluster_id == cluster_id,
        Membership.organization_id == organization_id,
        Membership.user_id.is_(None),
        holds_in(Membership, year),
    )
    return current_session().scalars(statement).first() is not None


def holds_role(
    user_id: str, role: str, organization_id: str | None, cluster_id: str | None, year: str
) -> bool:
    """Whether a person holds exactly this role in a school year."""
    statement = select(Membership.id).where(
        Membership.user_id == user_id,
        Membership.role == role,
        Membership.organization_id == organization_id,
        Membership.cluster_id == cluster_id,
        holds_in(Membership, year),
    )
    return current_session().scalars(statement).first() is not None


def administrator_ids() -> list[str]:
    """Who looks after this installation now: active accounts with the role `quan-tri`."""
    holders = select(User.id).join(Membership, Membership.user_id == User.id).where(User.is_active)
    here = Membership.role == "quan-tri", holds_now(Membership)
    return list(current_session().scalars(holders.where(*here).distinct().order_by(User.id)))


def appointment(role: str, organization_id: str | None, cluster_id: str | None) -> Appointment:
    """A role somewhere, with what the policy needs to judge it."""
    school_clusters = (
        frozenset(cluster.id for cluster in clusters_of_school(organization_id))
        if organization_id
        else frozenset()
    )
    return Appointment(role, organization_id, cluster_id, school_clusters)


def leads_of(cluster_id: str) -> list[tuple[User, str]]:
    """(person, role) of lead, deputies and secretary this year: whom to ask about the cluster."""
    statement = (
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.cluster_id == cluster_id,
            Membership.role.in_(CLUSTER_LEADS),
            holds_now(Membership),
            User.is_active,
        )
        .order_by(User.name_sort, User.id)
    )
    rows = [(row[0], row[1]) for row in current_session().execute(statement)]
    return sorted(rows, key=lambda row: CLUSTER_LEADS.index(row[1]))


def department_staff() -> list[str]:
    """Accounts of the provincial department's people this year."""
    there = Membership.role.in_(("chuyen-vien-so", "lanh-dao-so")), holds_now(Membership), User.is_active
    statement = select(User.id).join(Membership, Membership.user_id == User.id).where(*there)
    return list(dict.fromkeys(current_session().scalars(statement.order_by(User.id))))


def people_of_cluster(cluster_id: str, typed: str = "") -> list[PersonRow]:
    """Active people who work in a cluster this year: at its schools or with a role in it; narrowed by name."""
    school = aliased(Membership)
    schools = select(school.organization_id).where(
        school.cluster_id == cluster_id, school.user_id.is_(None), holds_now(school)
    )
    near = or_(Membership.cluster_id == cluster_id, Membership.organization_id.in_(schools))
    theirs = select(Membership.user_id).where(Membership.user_id.is_not(None), near, holds_now(Membership))
    return people(select(User).where(User.id.in_(theirs), User.is_active), typed)


def people_of_school(organization_id: str, typed: str = "") -> list[PersonRow]:
    """Active people with a role at a school this year."""
    theirs = select(Membership.user_id).where(
        Membership.organization_id == organization_id, holds_now(Membership)
    )
    return people(select(User).where(User.id.in_(theirs), User.is_active), typed)


def people(statement: Select[User], typed: str = "") -> list[PersonRow]:
    """Rows for the people a statement selects, in the order of the alphabet, with this year's schools and roles."""
    users = current_session().scalars(statement.order_by(User.name_sort, User.id)).unique()
    found = [user for user in users if _is_meant(typed, [user.name, user.username])]
    schools, roles = _places(user.id for user in found)
    return [
        PersonRow(
            user.id, user.name, user.form_of_address, user.username, user.email, user.is_active,
            user.password_hash is not None, tuple(schools.get(user.id, ())), tuple(roles.get(user.id, ())),
        )
        for user in found
    ]  # fmt: skip


def _places(user_ids: Iterable[str]) -> tuple[dict[str, dict[str, None]], dict[str, dict[str, None]]]:
    """Names of schools, and codes of roles, by person; dicts keep the order and drop doubles."""
    statement = (
        select(Membership.user_id, Membership.role, Organization.name)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Membership.user_id.in_(list(user_ids)), holds_now(Membership))
        .order_by(Organization.name_sort, Membership.role)
    )
    schools: dict[str, dict[str, None]] = {}
    roles: dict[str, dict[str, None]] = {}
    for user_id, role, school in current_session().execute(statement):
        assert user_id is not None
        roles.setdefault(user_id, {})[role] = None
        if school:
            schools.setdefault(user_id, {})[school] = None
    return schools, roles


def schools_of_people(user_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Person -> (id, name) of the school where the person works this year, the first by name; for author lines."""
    statement = (
        select(Membership.user_id, Organization.id, Organization.name)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(
            Membership.user_id.in_(list(user_ids)),
            holds_now(Membership),
            Organization.kind.in_(("truong", "tt-hoa-nhap")),
        )
        .order_by(Organization.name_sort.desc(), Organization.id.desc())
    )
    rows = current_session().execute(statement)
    return {user_id: (school_id, name) for user_id, school_id, name in rows if user_id}


def successors_of(cluster: Cluster) -> list[Cluster]:
    """The clusters that a merged or split cluster became."""
    return list(
        current_session().scalars(
            select(Cluster).where(Cluster.id.in_(cluster.successor_ids)).order_by(Cluster.name_sort)
        )
    )


def knows_institution_type(code: str) -> bool:
    """Whether `code` is a type of school, centre or commune (B1)."""
    return vocabularies().knows("institution_types", code) or vocabularies().knows("commune_kinds", code)


def code_is_taken(code: str, *, but: str | None) -> bool:
    """Whether another organisation has this code."""
    statement = select(Organization.id).where(Organization.code == code, Organization.id != (but or ""))
    return current_session().scalar(statement) is not None


def vocabulary_terms(vocabulary: str) -> list[Term]:
    """The rows of one controlled list in order, retired ones too; NotFound for an unknown list."""
    rows = list(
        current_session().scalars(
            select(Term).where(Term.vocabulary == vocabulary).order_by(Term.position, Term.code)
        )
    )
    if not rows:
        raise NotFound()
    return rows
