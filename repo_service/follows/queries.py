"""Reading what one follows, and in the background who follows what a new work belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import aliased

from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.curriculum.queries import vocabularies
from repo_service.follows import policy
from repo_service.follows.models import CLUSTER, SUBJECT, WORK, Follow
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Cluster, Membership, Succession
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import can_read_sql

EVERYBODY_SIGNED_IN = ("tinh", "cong-khai")
DEPARTMENT_ROLES = ("chuyen-vien-so", "lanh-dao-so", "quan-tri")


@dataclass(frozen=True)
class Followed:
    """One line of a person's list; `name` is empty where the person may not read the work any more."""

    follow: Follow
    name: str


def followed(viewer: Viewer) -> list[Followed]:
    """All that the viewer follows, newest first, named with the rights of now; three statements at most."""
    own = select(Follow).where(listed(viewer, policy.OWN.action))
    follows = current_session().scalars(own.order_by(Follow.created_at.desc(), Follow.id.desc())).all()
    names = _names(viewer, follows)
    return [Followed(each, names.get(each.target, "")) for each in follows]


def _names(viewer: Viewer, follows: Sequence[Follow]) -> dict[str, str]:
    session = current_session()
    targets = {
        kind: [each.target for each in follows if each.kind == kind] for kind in (SUBJECT, CLUSTER, WORK)
    }
    names = {code: vocabularies().label("subjects", code) for code in targets[SUBJECT]}
    if targets[CLUSTER]:
        clusters = select(Cluster.id, Cluster.name).where(Cluster.id.in_(targets[CLUSTER]))
        names |= {row[0]: row[1] for row in session.execute(clusters)}
    if targets[WORK]:
        works = select(Resource.id, Resource.title).where(Resource.id.in_(targets[WORK]))
        names |= {row[0]: row[1] for row in session.execute(works.where(can_read_sql(viewer)))}
    return names


def named(viewer: Viewer, follow: Follow) -> Followed:
    """One of the viewer's with its name."""
    return Followed(follow, _names(viewer, [follow]).get(follow.target, ""))


def own_follow(viewer: Viewer, kind: str, target: str, grade: str) -> Follow | None:
    """What the viewer follows already; the grade counts with a subject only."""
    own = select(Follow).where(listed(viewer, policy.OWN.action), Follow.kind == kind, Follow.target == target)
    return current_session().scalar(own.where(Follow.grade == (grade if kind == SUBJECT else "")))


def find_follow(viewer: Viewer, follow_id: str) -> Follow:
    """One of the viewer's; NotFound for any other."""
    found = current_session().get(Follow, follow_id)
    if found is None:
        raise NotFound()
    authorize(viewer, policy.OWN.action, found)
    return found


def followers(resource: Resource, version: ResourceVersion, number: int, after: str, limit: int) -> list[str]:
    """Ids above `after` of open accounts that follow this news and may read the work: each once, in order."""
    makers = {resource.created_by_id, *(author.user_id for author in resource.authors if author.user_id)}
    statement = (
        select(Follow.user_id)
        .distinct()
        .join(User, User.id == Follow.user_id)
        .where(_about(resource, version, number), _may_read(resource), User.is_active)
        .where(Follow.user_id > after, Follow.user_id.not_in(makers))
        .order_by(Follow.user_id)
    )
    return list(current_session().scalars(statement.limit(limit)))


def _about(resource: Resource, version: ResourceVersion, number: int) -> ColumnElement[bool]:
    """A first version is news of subject and cluster, a later one of the work itself."""
    if number > 1:
        return and_(Follow.kind == WORK, Follow.target == resource.id)
    subject = and_(
        Follow.kind == SUBJECT, Follow.target.in_(version.subjects), Follow.grade.in_(["", *version.grades])
    )
    return or_(subject, and_(Follow.kind == CLUSTER, Follow.target.in_(_heirs(resource.cluster_id))))


def _may_read(resource: Resource) -> ColumnElement[bool]:
    """The condition on `User` that the person may read this published work: `resources.policy`, seen from the work."""
    if resource.visibility in EVERYBODY_SIGNED_IN:
        return true()
    if resource.visibility != "cum":
        return false()
    school, clusters = aliased(Membership), _heirs(resource.cluster_id)
    members = select(school.organization_id).where(
        school.user_id.is_(None), school.cluster_id.in_(clusters), holds_now(school)
    )
    near = or_(
        Membership.role.in_(DEPARTMENT_ROLES),
        Membership.cluster_id.in_(clusters),
        Membership.organization_id.in_(members),
        Membership.organization_id.in_([resource.school_id] if resource.school_id else []),
    )
    return select(Membership.id).where(Membership.user_id == User.id, holds_now(Membership), near).exists()


def _heirs(cluster_id: str | None) -> list[str]:
    """The cluster, and what became of it."""
    if cluster_id is None:
        return []
    heirs = select(Succession.successor_id).where(Succession.predecessor_id == cluster_id)
    return [cluster_id, *current_session().scalars(heirs)]
