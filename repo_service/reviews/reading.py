"""What is read beside a round: names, leads, files, remarks, earlier rounds and their readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from repo_service.accounts.models import User
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import CLUSTER_LEADS
from repo_service.files.models import StoredFile
from repo_service.organizations.access import holds_now
from repo_service.organizations.models import Membership, Succession
from repo_service.resources.models import VersionFile
from repo_service.reviews.models import ReviewComment, ReviewRound, Verdict


@dataclass(frozen=True)
class Person:
    """A name and how Kho speaks of its bearer."""

    id: str
    name: str
    form_of_address: str


def people(ids: Sequence[str]) -> dict[str, Person]:
    """Names by account."""
    rows = current_session().execute(
        select(User.id, User.name, User.form_of_address).where(User.id.in_(set(ids)))
    )
    return {row.id: Person(*row) for row in rows}


def readers_before(review_round: ReviewRound) -> list[str]:
    """Who asked for the changes that this round's new version answers; nobody otherwise."""
    before = aliased(ReviewRound)
    statement = (
        select(Verdict.reviewer_id)
        .join(before, before.id == Verdict.round_id)
        .where(
            before.resource_id == review_round.resource_id,
            before.number == review_round.number - 1,
            before.state == "changes_requested",
        )
    )
    return list(current_session().scalars(statement))


def leads_of(review_round: ReviewRound) -> Sequence[str]:
    """Leads, deputies and secretaries of the round's cluster this year, or of what it was merged or split into."""
    heirs = select(Succession.successor_id).where(Succession.predecessor_id == review_round.cluster_id)
    statement = select(Membership.user_id).where(
        or_(Membership.cluster_id == review_round.cluster_id, Membership.cluster_id.in_(heirs)),
        Membership.role.in_(CLUSTER_LEADS), Membership.user_id.is_not(None), holds_now(Membership),
    )  # fmt: skip
    return [user_id for user_id in current_session().scalars(statement.distinct()) if user_id]


def file_of(review_round: ReviewRound, file_id: str) -> tuple[str, StoredFile]:
    """A file of the version under review and its name there; NotFound for any other and once withdrawn."""
    statement = select(VersionFile.name, StoredFile).join(StoredFile, StoredFile.id == VersionFile.file_id)
    wanted = statement.where(
        VersionFile.version_id == review_round.version_id, VersionFile.file_id == file_id
    )
    row = current_session().execute(wanted).one_or_none()
    if row is None or review_round.resource.state == "withdrawn":
        raise NotFound()
    return row[0], row[1]


def history(resource_id: str) -> list[ReviewRound]:
    """All rounds of a resource with their verdicts, newest first; the caller has checked the reader's rights."""
    statement = select(ReviewRound).options(
        selectinload(ReviewRound.verdicts), joinedload(ReviewRound.version)
    )
    return list(
        current_session().scalars(
            statement.where(ReviewRound.resource_id == resource_id).order_by(ReviewRound.number.desc())
        )
    )


def comments_of(review_round: ReviewRound) -> list[ReviewComment]:
    """Remarks of this round and the earlier ones on the same resource, oldest first: the thread stays."""
    statement = (
        select(ReviewComment)
        .join(ReviewRound, ReviewRound.id == ReviewComment.round_id)
        .where(ReviewRound.resource_id == review_round.resource_id, ReviewRound.number <= review_round.number)
        .order_by(ReviewComment.created_at, ReviewComment.id)
    )
    return list(current_session().scalars(statement))
