"""Who hears of what in peer review, and the schedules that publish what waited and remind of the unclaimed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.permissions import CLUSTER_LEADS
from repo_service.core.urls import resource_path, review_path
from repo_service.notifications.service import notify
from repo_service.organizations.models import Membership
from repo_service.organizations.province_settings import current_school_year
from repo_service.resources.models import Resource
from repo_service.reviews import reading
from repo_service.reviews.models import ReviewAssignment, ReviewComment, ReviewRound, Verdict
from repo_service.reviews.publication import publish_what_is_due

UNCLAIMED_AFTER = timedelta(days=2)
"""So long a round may stand without a reader before the leads are asked to find one."""

NOTICE_OF_DECISION = {
    "approve": "review.approved",
    "request_changes": "review.changes_requested",
    "decline": "review.declined",
}


def tell_opened(row: OutboxRow) -> None:
    """A new round: it stands on the desk of eligible colleagues by itself, nobody is written to."""


def tell_assigned(row: OutboxRow) -> None:
    """The colleague who was asked by name."""
    assignment = current_session().get(ReviewAssignment, row.object_id)
    review_round = _round(assignment.round_id) if assignment else None
    if assignment and review_round:
        values = {**_by(assignment.assigned_by_id), **_about(review_round)}
        notify(
            [assignment.reviewer_id],
            "review.assigned",
            review_path(review_round.id),
            f"review.assigned:{assignment.id}",
            **values,
        )


def tell_decided(row: OutboxRow) -> None:
    """The authors hear of each verdict."""
    verdict = current_session().get(Verdict, row.object_id)
    review_round = _round(verdict.round_id) if verdict else None
    if verdict and review_round:
        values = {**_by(verdict.reviewer_id), **_about(review_round)}
        notify(
            _authors(review_round.resource),
            NOTICE_OF_DECISION[verdict.decision],
            review_path(review_round.id),
            f"review.decided:{verdict.id}",
            **values,
        )


def tell_appealed(row: OutboxRow) -> None:
    """The cluster's leads, who find another reader."""
    review_round = _round(row.object_id)
    if review_round:
        notify(
            _leads(review_round),
            "review.appealed",
            review_path(review_round.id),
            f"review.appealed:{review_round.id}",
            **_about(review_round),
        )


def tell_commented(row: OutboxRow) -> None:
    """Authors and readers of the round, but not who said it."""
    remark = current_session().get(ReviewComment, row.object_id)
    review_round = _round(remark.round_id) if remark else None
    if remark and review_round:
        hearers = {*_authors(review_round.resource), *(a.reviewer_id for a in review_round.assignments)} - {
            remark.author_id
        }
        values = {**_by(remark.author_id), **_about(review_round)}
        notify(
            sorted(hearers),
            "review.commented",
            review_path(review_round.id),
            f"review.commented:{remark.id}",
            **values,
        )


def tell_published(row: OutboxRow) -> None:
    """The authors, once a version of theirs is published."""
    statement = select(Resource).options(selectinload(Resource.authors)).where(Resource.id == row.object_id)
    resource = current_session().scalar(statement)
    if resource:
        origin = f"published:{resource.id}:{row.values.get('number', 1)}"
        notify(
            _authors(resource), "resource.published", resource_path(resource.id), origin, title=resource.title
        )


def publish_due(database: Database) -> None:
    """Schedule: publish approved versions whose embargo passed or whose files became ready."""
    with database.transaction():
        publish_what_is_due()


def remind_unclaimed(database: Database) -> None:
    """Schedule: tell the leads, once, of rounds that nobody took."""
    with database.transaction() as session:
        nobody = ~select(ReviewAssignment.id).where(ReviewAssignment.round_id == ReviewRound.id).exists()
        waiting = select(ReviewRound.id).where(
            ReviewRound.state == "open", ReviewRound.opened_at <= clock.now() - UNCLAIMED_AFTER, nobody
        )
        for round_id in session.scalars(waiting.order_by(ReviewRound.opened_at).limit(200)).all():
            review_round = _round(round_id)
            if review_round:
                notify(
                    _leads(review_round),
                    "review.unclaimed",
                    review_path(round_id),
                    f"unclaimed:{round_id}",
                    **_about(review_round),
                )


def _round(round_id: str) -> ReviewRound | None:
    statement = select(ReviewRound).where(ReviewRound.id == round_id)
    return current_session().scalar(
        statement.options(
            joinedload(ReviewRound.resource).selectinload(Resource.authors),
            joinedload(ReviewRound.version),
            selectinload(ReviewRound.assignments),
        )
    )


def _about(review_round: ReviewRound) -> dict[str, str]:
    return {"title": review_round.version.title, "due": f"{review_round.due_on:%d/%m}"}


def _by(user_id: str | None) -> dict[str, str]:
    """Who did it, and how Kho speaks of them: the sentence is made when it is read."""
    person = reading.people([user_id]).get(user_id) if user_id else None
    return {"by": person.name, "by_form": person.form_of_address} if person else {}


def _authors(resource: Resource) -> list[str]:
    return list(
        dict.fromkeys(
            [resource.created_by_id, *(author.user_id for author in resource.authors if author.user_id)]
        )
    )


def _leads(review_round: ReviewRound) -> Sequence[str | None]:
    year = current_school_year().key
    statement = select(Membership.user_id).where(
        Membership.cluster_id == review_round.cluster_id,
        Membership.role.in_(CLUSTER_LEADS),
        Membership.from_year <= year,
        (Membership.to_year.is_(None)) | (Membership.to_year >= year),
    )
    return current_session().scalars(statement.distinct()).all()
