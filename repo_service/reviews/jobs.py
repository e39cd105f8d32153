"""Who hears of what in peer review, and the schedules that publish what waited and remind of the unclaimed."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from repo_service.core.db import Database, current_session
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import desk_path, resource_path, review_path
from repo_service.notifications.service import notify
from repo_service.resources.models import Resource
from repo_service.reviews import reading
from repo_service.reviews.desk import reminders
from repo_service.reviews.models import ReviewAssignment, ReviewComment, ReviewRound, Verdict
from repo_service.reviews.publication import publish_what_is_due
from repo_service.reviews.readers import end_rounds_of_withdrawn
from repo_service.reviews.reading import leads_of

NOTICE_OF_DECISION = {
    "approve": "review.approved",
    "request_changes": "review.changes_requested",
    "decline": "review.declined",
}


def tell_opened(row: OutboxRow) -> None:
    """Who sent the version before back hears that a new one is there; else the round stands on the desks by itself."""
    review_round = _round(row.object_id)
    if review_round:
        readers = reading.readers_before(review_round)
        origin = f"review.resubmitted:{review_round.id}"
        notify(readers, "review.resubmitted", review_path(review_round.id), origin, **_about(review_round))


def tell_assigned(row: OutboxRow) -> None:
    """The colleague who was asked by name; of a claim the authors, who waited for one."""
    place = current_session().get(ReviewAssignment, row.object_id)
    review_round = _round(place.round_id) if place else None
    if place and review_round and place.state != "returned":
        asked = place.assigned_by_id is not None
        notify(
            [place.reviewer_id] if asked else _authors(review_round.resource),
            "review.assigned" if asked else "review.claimed",
            review_path(review_round.id),
            f"review.assigned:{place.id}:{place.created_at:%m%d%H%M%S}",
            **_by(place.assigned_by_id or place.reviewer_id),
            **_about(review_round),
        )


def tell_returned(row: OutboxRow) -> None:
    """The leads, when a reader handed it back; the reader, when a lead asks no more."""
    place = current_session().get(ReviewAssignment, row.object_id)
    review_round = _round(place.round_id) if place else None
    if place and review_round and place.state == "returned":
        by = str(row.values["by"])
        own = by == place.reviewer_id
        notify(
            leads_of(review_round) if own else [place.reviewer_id],
            "review.handed_back" if own else "review.released",
            review_path(review_round.id) if own else desk_path(),
            f"review.returned:{row.id}",
            **{**_by(by), **_about(review_round), "word": place.note},
        )


def tell_changed(row: OutboxRow) -> None:
    """Who reads it hears of another day, once of each."""
    review_round = _round(row.object_id)
    if review_round and review_round.due_on.isoformat() == row.values["due_on"]:
        waiting = [place.reviewer_id for place in review_round.readers if place.state == "open"]
        origin = f"review.moved:{review_round.id}:{row.values['due_on']}"
        notify(waiting, "review.moved", review_path(review_round.id), origin, **_about(review_round))


def tell_nudged(row: OutboxRow) -> None:
    """Who reads it now; while nobody does, the leads."""
    review_round = _round(row.object_id)
    if review_round and review_round.state == "open":
        waiting = [place.reviewer_id for place in review_round.readers if place.state == "open"]
        values = {**_by(str(row.values["by"])), **_about(review_round)}
        notify(
            waiting or [lead for lead in leads_of(review_round) if lead != row.values["by"]],
            "review.nudged" if waiting else "review.unclaimed",
            review_path(review_round.id),
            f"review.nudged:{review_round.id}:{row.values['on']}",
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
            leads_of(review_round),
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
        hearers = {*_authors(review_round.resource), *(a.reviewer_id for a in review_round.readers)} - {
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


def remind(database: Database) -> None:
    """Schedule: tell who sits on a round, once before its day, on it and after; tell the leads of unclaimed ones."""
    with database.transaction():
        end_rounds_of_withdrawn()
        for late in reminders.due():
            notify([late.reader], late.kind, review_path(late.round), late.origin, **late.values)
        for review_round, origin in reminders.unclaimed():
            path, about = review_path(review_round.id), _about(review_round)
            notify(leads_of(review_round), "review.unclaimed", path, origin, **about)


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
