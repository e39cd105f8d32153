"""From a person to what they may see: one statement makes the viewer, tokens filter the index."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.orm import aliased

from repo_service.accounts.models import User
from repo_service.accounts.queries import Claim
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.permissions import GUEST, Role, Viewer
from repo_service.core.school_year import SchoolYear
from repo_service.curriculum.installation import note_revision
from repo_service.curriculum.models import Installation
from repo_service.organizations.models import Membership, Succession

# Badges are counted by table name: their features stand above this one.
_notifications = table("notifications", column("user_id"), column("read_at"))
_assignments = table("review_assignments", column("reviewer_id"), column("state"))


def load_viewer(who: str | Claim | None) -> Viewer:
    """The viewer of this request with roles, clusters and badges: the one session statement.

    `who` may be a claim (whose session or token is this?), so that the question costs no statement of its own.
    An unknown, inactive or absent person is the guest. Roles count in the school years they hold for.
    """
    claim = who if isinstance(who, Claim) else Claim(_BY_ID, {"asked_id": who or ""})
    session = current_session()
    rows = session.execute(_viewer_statement(claim.account), {**claim.values, "year": present_year()}).all()
    if rows:
        note_revision(session, rows[0].revision)
    if not rows or rows[0].id is None:
        return GUEST
    return _viewer(rows)


_BY_ID = select(User.id).where(User.id == bindparam("asked_id")).scalar_subquery()


@cache
def _viewer_statement(account: ScalarSelect[str]) -> Select[*tuple[Any, ...]]:
    """Built once for each kind of claim."""
    school = aliased(Membership)
    unread = select(func.count()).where(
        _notifications.c.user_id == User.id, _notifications.c.read_at.is_(None)
    )
    waiting = select(func.count()).where(
        _assignments.c.reviewer_id == User.id, _assignments.c.state == "open"
    )
    at_school = school.organization_id == Membership.organization_id
    year: ColumnElement[str] = bindparam("year")
    return (
        select(
            Installation.revision,
            User.id,
            User.name,
            User.form_of_address,
            User.language,
            User.session_version,
            Membership.role,
            Membership.organization_id,
            Membership.cluster_id,
            school.cluster_id.label("school_cluster_id"),
            Succession.predecessor_id,
            unread.scalar_subquery().label("unread"),
            waiting.scalar_subquery().label("waiting"),
        )
        .select_from(Installation)
        .outerjoin(User, and_(User.id == account, User.is_active))
        .outerjoin(Membership, and_(Membership.user_id == User.id, holds_in(Membership, year)))
        .outerjoin(school, and_(at_school, school.user_id.is_(None), holds_in(school, year)))
        .outerjoin(
            Succession, Succession.successor_id == func.coalesce(Membership.cluster_id, school.cluster_id)
        )
    )


def present_year() -> str:
    """The school year in which memberships are judged: it turns on 1/8, whatever duties are counted by."""
    return SchoolYear.of(clock.today()).key


def holds_now(membership: type[Membership]) -> ColumnElement[bool]:
    """The condition that a membership holds in the present school year."""
    return holds_in(membership, present_year())


def holds_in(membership: type[Membership], year: str | ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a membership holds in a school year."""
    return and_(membership.from_year <= year, or_(membership.to_year.is_(None), membership.to_year >= year))


def _viewer(rows: Sequence[Row[Any]]) -> Viewer:
    first = rows[0]
    roles = [Role(row.role, row.organization_id, row.cluster_id) for row in rows if row.role]
    inherited = [
        Role(row.role, None, row.predecessor_id) for row in rows if row.cluster_id and row.predecessor_id
    ]
    clusters = {
        cluster for row in rows for cluster in (row.cluster_id, row.school_cluster_id, row.predecessor_id)
    }
    return Viewer(
        id=first.id,
        name=first.name,
        form_of_address=first.form_of_address,
        language=first.language,
        roles=tuple(dict.fromkeys(roles + inherited)),
        cluster_ids=frozenset(cluster for cluster in clusters if cluster),
        school_ids=frozenset(row.organization_id for row in rows if row.organization_id),
        unread=first.unread,
        waiting_reviews=first.waiting,
        session_version=first.session_version,
    )


def access_tokens(viewer: Viewer) -> frozenset[str]:
    """The index tokens this viewer holds; a document is found when it carries one of them (C2.9)."""
    if viewer.is_guest:
        return frozenset({"cong-khai"})
    tokens = {"cong-khai", "tinh", f"nguoi:{viewer.id}"}
    tokens |= {f"cum:{cluster}" for cluster in viewer.cluster_ids}
    tokens |= {f"truong:{school}" for school in viewer.school_ids}
    if viewer.is_department:
        tokens.add("so")
    return frozenset(tokens)


def document_tokens(
    visibility: str, cluster_id: str | None, school_id: str | None, author_ids: list[str]
) -> list[str]:
    """The tokens a published resource's index document carries, by its visibility (B4)."""
    own = [f"nguoi:{author}" for author in author_ids]
    match visibility:
        case "cong-khai":
            return ["cong-khai"]
        case "tinh":
            return ["tinh"]
        case "cum":
            near = ([f"cum:{cluster_id}"] if cluster_id else []) + (
                [f"truong:{school_id}"] if school_id else []
            )
            return [*near, "so", *own]
    return own
