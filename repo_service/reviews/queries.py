"""Reading rounds: one with everything a decision needs, the desk's list, counted approvals, histories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal_column, or_, select
from sqlalchemy.orm import aliased, contains_eager, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, authorize, listed, may
from repo_service.files.models import StoredFile
from repo_service.organizations.models import Membership, Organization
from repo_service.resources.embargo.opens import note_opening
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.reviews import policy
from repo_service.reviews.models import ReviewAssignment, ReviewRound, Verdict

_IS_OPEN = ReviewRound.state == literal_column("'open'")
"""Written out: with a parameter that decides on a partial index SQLite plans the statement anew at each call."""


def round_for(
    viewer: Viewer, round_id: str, action: str = policy.READ.action, *, deciding: bool = False
) -> ReviewRound:
    """The round with version, resource, authors, readers and verdicts, if `viewer` may do `action`; two statements.

    Missing and forbidden are the same NotFound. `deciding` locks it, so that two deciders wait for each
    other and the second sees what the first did.
    """
    statement = (
        _rounds()
        .options(contains_eager(ReviewRound.resource).joinedload(Resource.authors))
        .where(ReviewRound.id == round_id)
    )
    if deciding:
        statement = statement.with_for_update(of=(ReviewRound, Resource, ResourceVersion))
    review_round = current_session().execute(statement).unique().scalar_one_or_none()
    if review_round is None:
        raise NotFound()
    _load_readers(review_round)
    authorize(viewer, action, review_round)
    if may(viewer, policy.READ.action, review_round):
        note_opening(viewer, review_round.resource, review_round.version)
    return review_round


def newest_round_for(viewer: Viewer, resource_id: str) -> ReviewRound:
    """The last round on a work, open or over, if the viewer may read it; NotFound otherwise."""
    newest = select(ReviewRound.id).where(ReviewRound.resource_id == resource_id)
    found = current_session().scalar(newest.order_by(ReviewRound.number.desc()).limit(1))
    return round_for(viewer, found or "")


def open_round_of(resource: Resource) -> ReviewRound | None:
    """The round that is open on a resource, if any; there is never more than one."""
    statement = _rounds().where(ReviewRound.resource_id == resource.id, _IS_OPEN)
    return current_session().scalar(statement.options(selectinload(ReviewRound.assignments)))


def rounds_for(viewer: Viewer, number: int = 1, size: int = 20) -> Page[ReviewRound]:
    """Open rounds to read or to find readers for, unclaimed ones included, newest first; constant statements."""
    mine = aliased(ReviewAssignment)
    places = (ReviewAssignment.round_id == ReviewRound.id, ReviewAssignment.state != "returned")
    taken = select(func.count()).where(*places).scalar_subquery()
    statement = (
        _rounds()
        .outerjoin(mine, and_(mine.round_id == ReviewRound.id, mine.reviewer_id == viewer.id))
        .where(
            _IS_OPEN, Resource.state != "withdrawn", listed(viewer, policy.SEE.action)
        )
        .where(or_(mine.state == "open", and_(mine.id.is_(None), taken < ReviewRound.required)))
        .options(selectinload(ReviewRound.assignments), selectinload(ReviewRound.verdicts))
        .options(contains_eager(ReviewRound.resource).selectinload(Resource.authors))
        .order_by(ReviewRound.opened_at.desc(), ReviewRound.id.desc())
        .limit(size + 1)
        .offset((number - 1) * size)
    )
    return page_of(current_session().scalars(statement).all(), number, size)


def _rounds() -> Select[ReviewRound]:
    return (
        select(ReviewRound)
        .join(ReviewRound.resource)
        .join(ReviewRound.version)
        .options(contains_eager(ReviewRound.resource), contains_eager(ReviewRound.version))
    )


def _load_readers(review_round: ReviewRound) -> None:
    """Assignments and verdicts in one statement: every verdict has its assignment."""
    statement = (
        select(ReviewAssignment, Verdict)
        .outerjoin(
            Verdict,
            and_(
                Verdict.round_id == ReviewAssignment.round_id,
                Verdict.reviewer_id == ReviewAssignment.reviewer_id,
            ),
        )
        .where(ReviewAssignment.round_id == review_round.id)
        .order_by(ReviewAssignment.created_at, ReviewAssignment.id)
    )
    rows = current_session().execute(statement).all()
    set_committed_value(review_round, "assignments", [row[0] for row in rows])
    set_committed_value(review_round, "verdicts", [row[1] for row in rows if row[1] is not None])


@dataclass(frozen=True)
class DecisionFacts:
    """What a decision depends on beside the round itself."""

    shares_school: bool
    """The reviewer works at a school of an author, the creator or the last editor."""
    files_ready: bool
    approved_before: bool
    """The reviewer approved these files already, in an earlier round."""
    school: str | None
    """Name of the school whose verdict it is."""


def decision_facts(viewer: Viewer, review_round: ReviewRound) -> DecisionFacts:
    """Read them in one statement."""
    resource, version = review_round.resource, review_round.version
    makers = {
        resource.created_by_id,
        version.last_editor_id,
        *(author.user_id for author in resource.authors if author.user_id),
    }
    colleagues = exists().where(
        Membership.user_id.in_(makers), Membership.organization_id.in_(viewer.school_ids)
    )
    approved = exists().where(
        Verdict.version_id == ResourceVersion.id, Verdict.reviewer_id == viewer.id, Verdict.decision == "approve",
        ResourceVersion.resource_id == resource.id, ResourceVersion.number == version.number,
        _counts(),
    )  # fmt: skip
    own = Organization.id == school_of(viewer)
    school = select(Organization.name).where(own).scalar_subquery()
    shares, unready, before, name = (
        current_session().execute(select(colleagues, unready_files(version.id), approved, school)).one()
    )
    named_schools = {author.school_id for author in resource.authors} | {resource.school_id}
    return DecisionFacts(bool(shares or named_schools & viewer.school_ids), not unready, bool(before), name)


def school_of(viewer: Viewer) -> str | None:
    """The school that a verdict of this person stands for."""
    return min(viewer.school_ids, default=None)


def _counts() -> ColumnElement[bool]:
    """A verdict of a round that the author recalled was said of files that may have changed since."""
    recalled = exists().where(ReviewRound.id == Verdict.round_id, ReviewRound.state == "recalled")
    return ~recalled


def approvals_in(review_round: ReviewRound) -> int:
    """How many colleagues agreed in a loaded round so far."""
    return sum(1 for verdict in review_round.verdicts if verdict.decision == "approve")


def unready_files(version_id: Any) -> ColumnElement[bool]:
    """SQL: some file of the version is not checked through yet, or its SHA-256 is unknown."""
    return exists().where(
        VersionFile.version_id == version_id,
        StoredFile.id == VersionFile.file_id,
        or_(StoredFile.state != "ready", StoredFile.sha256.is_(None)),
    )


def files_are_ready(version: ResourceVersion) -> bool:
    """Whether every file of the version may be published."""
    return not current_session().scalar(select(unready_files(version.id)))


@dataclass(frozen=True)
class Approvals:
    """How many colleagues approved: counts of people, never a grade (R26)."""

    total: int = 0
    from_other_schools: int = 0


_asked, _same_files = ResourceVersion.__table__.alias("asked"), ResourceVersion.__table__.alias("same_files")


def approvals(version_ids: Sequence[str]) -> dict[str, Approvals]:
    """Approvals per version, each colleague once; corrections keep those of the files they stand on."""
    asked, same = _asked.c, _same_files.c
    outside = case((Verdict.from_other_school, Verdict.reviewer_id))
    statement = (
        select(asked.id, func.count(Verdict.reviewer_id.distinct()), func.count(outside.distinct()))
        .select_from(_asked)
        .join(_same_files, and_(same.resource_id == asked.resource_id, same.number == asked.number))
        .join(Verdict, and_(Verdict.version_id == same.id, Verdict.decision == "approve", _counts()))
        .where(asked.id.in_(version_ids))
        .group_by(asked.id)
    )
    return {row[0]: Approvals(row[1], row[2]) for row in current_session().execute(statement)}
