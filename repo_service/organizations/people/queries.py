"""Reading people with the viewer's rights: the department everybody, managers and leads their own."""

from __future__ import annotations

from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.organizations import policy
from repo_service.organizations.models import Cluster, Membership, Organization
from repo_service.organizations.policy import Standing
from repo_service.organizations.queries import (
    PersonRow,
    appointment,
    clusters,
    is_present,
    memberships_of,
    organizations,
    people,
    schools_of,
)


def listed_people(viewer: Viewer, typed: str = "") -> list[PersonRow]:
    """The people the viewer looks after, narrowed by name; closed accounts too."""
    authorize(viewer, policy.PEOPLE.action)
    return people(select(User).where(listed(viewer, policy.SEE_PERSON.action)), typed)


def find_person(viewer: Viewer, user_id: str, action: str = policy.SEE_PERSON.action) -> User:
    """A person the viewer may do `action` to; NotFound otherwise."""
    user = current_session().get(User, user_id)
    if user is None:
        raise NotFound()
    authorize(viewer, action, standing(user_id))
    return user


def standing(user_id: str) -> Standing:
    """A person with all the roles of this school year, as the policies judge them."""
    present = [row for row in memberships_of(user_id=user_id) if is_present(row)]
    return Standing(
        user_id, tuple(appointment(row.role, row.organization_id, row.cluster_id) for row in present)
    )


def places_of(viewer: Viewer) -> tuple[list[Organization], list[Cluster]]:
    """(organisations, clusters) in which the viewer may give roles, for the choices of a form."""
    if viewer.is_department:
        return organizations("so", "xa", "truong", "tt-hoa-nhap", "khac", active_only=True), clusters(
            present_only=True
        )
    led = [cluster for cluster in clusters(present_only=True) if viewer.leads(cluster.id)]
    managed = {role.organization_id for role in viewer.roles if role.code in policy.SCHOOL_MANAGERS}
    near = {school.id for cluster in led for school in schools_of(cluster.id)} | managed
    schools = organizations("truong", "tt-hoa-nhap", "khac", active_only=True)
    return [school for school in schools if school.id in near], led


def find_membership(membership_id: str, *, of_person: bool) -> Membership:
    """A person's role, or a school's place in a cluster, by id; NotFound when there is none of that kind."""
    found = current_session().get(Membership, membership_id)
    if found is None or (found.user_id is not None) != of_person:
        raise NotFound()
    return found
