"""Writes the demo's schools, clusters, people and roles as rows; the one place of the seed that goes past the services.

The services judge who may create what; at the seed there is nobody yet who may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from indexer.vietnamese import sort_key
from repo_service.accounts import service as accounts
from repo_service.accounts.addresses.service import ask_for_address
from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer
from repo_service.core.school_year import SchoolYear
from repo_service.curriculum.queries import vocabularies
from repo_service.demo.cast import CLUSTERS, PEOPLE, SCHOOLS, YEARS
from repo_service.demo.plan import DemoCluster, DemoPerson, DemoSchool, Role
from repo_service.demo.seeding.calendar import Calendar
from repo_service.organizations.access import load_viewer
from repo_service.organizations.models import Cluster, ClusterScope, Membership, Organization, Succession

_FORMER_LEADS = (("trung", "K6A"), ("long", "K6B"))
"""Who led the two clusters that were merged into K6."""


@dataclass
class Stage:
    """Where the demo plays: ids by the plan's keys, and the calendar."""

    calendar: Calendar
    people: dict[str, str] = field(default_factory=dict)
    schools: dict[str, str] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    _viewers: dict[tuple[str, str], Viewer] = field(default_factory=dict)

    def viewer(self, account: str) -> Viewer:
        """The person with the roles of the pinned moment's school year."""
        key = account, SchoolYear.of(clock.today()).key
        if key not in self._viewers:
            self._viewers[key] = load_viewer(self.people[account])
        return self._viewers[key]

    def lead(self, cluster: str) -> str:
        """The account of a cluster's lead."""
        former = {key: account for account, key in _FORMER_LEADS}
        held = (person.account for person in PEOPLE if any(_leads(role, cluster) for role in person.roles))
        return former.get(cluster) or next(held)


def _leads(role: Role, cluster: str) -> bool:
    return role.code == "truong-cum" and role.scope == f"cum:{cluster}"


def write_people(calendar: Calendar, passwords: Mapping[str, str]) -> Stage:
    """Schools, clusters, people and memberships; needs the installed lists and communes."""
    stage = Stage(calendar)
    session = current_session()
    communes = select(Organization.code, Organization.id).where(Organization.kind == "xa")
    bodies: dict[str | None, str] = {row.code: row.id for row in session.execute(communes)}
    bodies["so"] = session.scalars(select(Organization.id).where(Organization.kind == "so")).one()
    for school in SCHOOLS:
        row = _school(school, bodies)
        session.add(row)
        stage.schools[school.key] = row.id
    session.flush()
    for cluster in CLUSTERS:
        stage.clusters[cluster.key] = _cluster(cluster, stage, bodies["so"])
        session.add(stage.clusters[cluster.key])
    session.flush()
    for cluster in CLUSTERS:
        _add_members(cluster, stage)
    for person in PEOPLE:
        _add_person(person, stage, bodies, passwords.get(person.account))
    session.flush()
    _want_an_address(stage.people["lan"], passwords.get("lan"))
    return stage


def _school(school: DemoSchool, bodies: Mapping[str | None, str]) -> Organization:
    kind = "tt-hoa-nhap" if school.type == "tt-htpt-hoa-nhap" else "truong"
    return Organization(
        id=new_id(), kind=kind, institution_type=school.type, code=f"DEMO-{school.key}", name=school.name,
        name_sort=sort_key(school.name)[:240], old_names=[], levels=list(school.levels), successor_ids=[],
        commune_id=bodies[school.commune], managing_body_id=bodies[school.managing_body], is_active=True, revision=1,
    )  # fmt: skip


def _cluster(cluster: DemoCluster, stage: Stage, department: str) -> Cluster:
    first = stage.calendar.year(cluster.members[0].from_year)
    last = cluster.members[0].to_year
    merged = [old.name for old in CLUSTERS if old.successor == cluster.key]
    return Cluster(
        id=new_id(), name=cluster.name, name_sort=sort_key(cluster.name)[:240], old_names=merged,
        decision_number=cluster.decision, decision_date=date(SchoolYear.parse(first).start, 8, 20),
        state=cluster.state, host_id=stage.schools[cluster.host], successor_ids=[], revision=1,
        direct_manager_id=department, from_year=first, to_year=stage.calendar.year(last) if last else None,
        scopes=[ClusterScope(kind=kind, value=value) for kind, value in _scopes(cluster)],
    )  # fmt: skip


def _scopes(cluster: DemoCluster) -> list[tuple[str, str]]:
    groups = vocabularies().terms("subject_groups")
    values = {
        "cap-hoc": list(cluster.levels),
        "mon-hoc": list(cluster.subjects),
        "nhom-mon-hoc": [
            code
            for code, group in groups.items()
            if set(cluster.subjects) & set(group.values.get("subjects") or ())
        ],
        "linh-vuc": [vocabularies().label("subject_groups", unit) for unit in cluster.units],
        "dia-ban": [cluster.name.removeprefix("Cụm ")],
    }
    return [(kind, value[:60]) for kind in cluster.kinds for value in values[kind]]


def _add_members(cluster: DemoCluster, stage: Stage) -> None:
    session, row = current_session(), stage.clusters[cluster.key]
    if cluster.successor:
        successor = stage.clusters[cluster.successor]
        row.successor_ids = [successor.id]
        session.add(Succession(predecessor_id=row.id, successor_id=successor.id))
    for member in cluster.members:
        years = _years(stage.calendar, member.from_year, member.to_year)
        place = {"organization_id": stage.schools[member.school], "cluster_id": row.id}
        session.add(Membership(id=new_id(), role="thanh-vien", subjects=[], **place, **years))


def _years(calendar: Calendar, from_year: str, to_year: str | None) -> dict[str, str | None]:
    return {"from_year": calendar.year(from_year), "to_year": calendar.year(to_year) if to_year else None}


def _add_person(
    person: DemoPerson, stage: Stage, bodies: Mapping[str | None, str], password: str | None
) -> None:
    title, _, name = person.name.partition(" ")
    # user names have three letters at least; a shorter one carries its school
    username = (
        person.account if len(person.account) > 2 else f"{person.account}.{(person.school or '').lower()}"
    )
    form = {"cô": "co", "thầy": "thay"}[title]
    user = accounts.create_user(username, name, form_of_address=form, password=password)
    stage.people[person.account] = user.id
    for role in person.roles:
        current_session().add(_role(person, role, user.id, stage, bodies))
    for account, cluster in _FORMER_LEADS:
        if account == person.account:
            former = Role("truong-cum", f"cum:{cluster}", YEARS[0], YEARS[0])
            current_session().add(_role(person, former, user.id, stage, bodies))


def _want_an_address(user_id: str, password: str | None) -> None:
    """Lan typed her address; the demo sends no mail, so whoever looks after her school finds it to be confirmed."""
    if password is not None:
        user = current_session().get_one(User, user_id)
        ask_for_address(Viewer(id=user_id), user, "lan.thcsbxn@truong.example", password)


def _role(
    person: DemoPerson, role: Role, user_id: str, stage: Stage, bodies: Mapping[str | None, str]
) -> Membership:
    kind, _, rest = role.scope.partition(":")
    place, _, unit = rest.partition(":")
    subjects = [unit] if unit else list(person.subjects) if role.code == "giao-vien" else [role.subject]
    organization, cluster = None, None
    if kind in ("truong", "to"):
        organization = stage.schools[place]
    elif kind == "cum":
        cluster = stage.clusters[place].id
    elif kind in ("so", "xa"):
        organization = bodies[place or "so"]
    return Membership(
        id=new_id(), user_id=user_id, organization_id=organization, cluster_id=cluster, role=role.code,
        subjects=[subject for subject in subjects if subject],
        **_years(stage.calendar, role.from_year, role.to_year),
    )  # fmt: skip


def founding(calendar: Calendar) -> datetime:
    """When accounts and clusters of the demo were written: the first day of its first year."""
    return calendar.moment(YEARS[0], 0, "founding")
