"""Who reads in a round: claimed or asked, handed back or replaced, by when, and a gentle word to whoever sits on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.organizations.access import load_viewer
from repo_service.organizations.province_settings import province_setting
from repo_service.resources.models import Resource
from repo_service.reviews import policy, queries, reading
from repo_service.reviews.lifecycle import next_assignment_state, next_round_state
from repo_service.reviews.models import ReviewAssignment, ReviewRound

MOST_READERS = 5
"""Of one round; as many approvals may be needed."""
LONGEST_DELAY = timedelta(days=180)
LONGEST_WORD = 300


def assign(viewer: Viewer, review_round: ReviewRound, reviewer_id: str | None = None) -> ReviewAssignment:
    """Claim a place in the round, or, as a lead, ask an eligible colleague by name.

    AlreadyExists when the colleague is in already or every place is taken; InvalidInput when the
    colleague made it or is of another cluster.
    """
    if reviewer_id is None or reviewer_id == viewer.id:
        authorize(viewer, policy.REVIEW.action, review_round)
        assert viewer.id is not None
        check_open(review_round)
        place = take_place(viewer, review_round, viewer.id)
        emit("review.assigned", place.id)
        return place
    return ask(viewer, review_round, [reviewer_id])[0]


def ask(viewer: Viewer, review_round: ReviewRound, reviewer_ids: Sequence[str]) -> list[ReviewAssignment]:
    """As a lead, ask colleagues by name, oneself included: all of them or none.

    More may be asked than approvals are needed; the round ends with the approvals that it needs.
    """
    _authorize_lead(viewer, review_round)
    asked = list(dict.fromkeys(reviewer_ids))
    if not asked or not all(_may_read(viewer, review_round, each) for each in asked):
        raise InvalidInput({"reviewer": [_("Chọn một đồng nghiệp trong cụm, không phải người làm bài này.")]})
    check_open(review_round)
    _check_room(review_round, MOST_READERS, len(asked))
    places = [take_place(viewer, review_round, each, MOST_READERS) for each in asked]
    for place in places:
        emit("review.assigned", place.id)
    return places


def _may_read(lead: Viewer, review_round: ReviewRound, reviewer_id: str) -> bool:
    viewer = lead if reviewer_id == lead.id else load_viewer(reviewer_id)
    return policy.is_eligible(viewer, review_round)


def take_place(
    viewer: Viewer, review_round: ReviewRound, reviewer_id: str, most: int | None = None
) -> ReviewAssignment:
    """A colleague's place in an open round, given by `viewer`; rights are the caller's."""
    before = next((each for each in review_round.assignments if each.reviewer_id == reviewer_id), None)
    if before is not None and before.state != "returned":
        raise AlreadyExists(_("Đồng nghiệp này đã nhận đọc vòng này rồi."))
    _check_room(review_round, most or review_round.required, 1)
    assignment = before or ReviewAssignment(id=new_id(), reviewer_id=reviewer_id)
    assignment.state = next_assignment_state(before.state, "take") if before else "open"
    assignment.assigned_by_id = viewer.id if reviewer_id != viewer.id else None
    assignment.created_at, assignment.note = clock.now(), ""
    if before is None:
        review_round.assignments.append(assignment)
    _record(viewer, review_round, "review.assigned", reviewer=reviewer_id)
    return assignment


def hand_back(viewer: Viewer, review_round: ReviewRound, word: str) -> None:
    """The reader cannot read it now and says so in a few words; the place is free again, the leads are told."""
    authorize(viewer, policy.READ.action, review_round)
    if not word.strip() or len(word) > LONGEST_WORD:
        most = LONGEST_WORD
        raise InvalidInput(
            {
                "word": [
                    _("Ghi vài chữ để cụm biết đường nhờ người khác (tối đa %(most)s chữ cái).", most=most)
                ]
            }
        )
    _return(viewer, review_round, viewer.id, word)


def release(viewer: Viewer, review_round: ReviewRound, reviewer_id: str, word: str = "") -> None:
    """As a lead, ask this colleague no more; the place is free again, the colleague is told."""
    _authorize_lead(viewer, review_round)
    _return(viewer, review_round, reviewer_id, word[:LONGEST_WORD])


def _return(viewer: Viewer, review_round: ReviewRound, reviewer_id: str | None, word: str) -> None:
    check_open(review_round)
    place = next((each for each in review_round.readers if each.reviewer_id == reviewer_id), None)
    if place is None:
        raise MoveNotAllowed(_("Đồng nghiệp này không còn đọc vòng ấy."))
    place.state = next_assignment_state(place.state, "return")
    place.note = word.strip()
    _record(viewer, review_round, "review.returned", reviewer=reviewer_id)
    emit("review.returned", place.id, by=viewer.id)


def change_round(viewer: Viewer, review_round: ReviewRound, due_on: date, required: int) -> None:
    """As a lead, say until when it is read and how many approvals it needs, never fewer than the province says."""
    _authorize_lead(viewer, review_round)
    check_open(review_round)
    today, given = clock.today(), queries.approvals_in(review_round)
    least = max(min(int(province_setting("review.peer_reviewers_min")), review_round.required), given + 1)
    problems: dict[str, list[str]] = {}
    if due_on != review_round.due_on and not today <= due_on <= today + LONGEST_DELAY:
        problems["due_on"] = [_("Hẹn từ hôm nay đến nửa năm sau.")]
    if not least <= required <= MOST_READERS:
        problems["required"] = [
            _("Cần từ %(least)s đến %(most)s ý kiến đồng ý.", least=least, most=MOST_READERS)
        ]
    if problems:
        raise InvalidInput(problems)
    _record(viewer, review_round, "review.changed", due_on=due_on.isoformat(), required=required)
    review_round.due_on, review_round.required = due_on, required
    emit("review.changed", review_round.id, due_on=due_on.isoformat())


def nudge(viewer: Viewer, review_round: ReviewRound) -> None:
    """A gentle word to who reads it, or to the leads while nobody does; from author or lead, once a day."""
    authorize(viewer, policy.NUDGE.action, review_round)
    check_open(review_round)
    if review_round.nudged_at is not None and clock.local(review_round.nudged_at).date() == clock.today():
        raise AlreadyExists(_("Hôm nay đã nhắc rồi; mai hãy nhắc tiếp nhé."))
    waiting = any(each.state == "open" for each in review_round.readers)
    if not waiting and not reading.leads_of(review_round):
        raise MoveNotAllowed(
            _("Chưa có ai nhận đọc và cụm chưa có người phụ trách. Thầy cô nhờ Sở giúp nhé.")
        )
    review_round.nudged_at = clock.now()
    _record(viewer, review_round, "review.nudged")
    emit("review.nudged", review_round.id, by=viewer.id, on=clock.today().isoformat())


def close_round(review_round: ReviewRound, move: str) -> None:
    """End it by a conclusion or a recall; whoever still reads is free."""
    review_round.state = next_round_state(review_round.state, move)
    review_round.closed_at = clock.now()
    for place in review_round.assignments:
        if place.state == "open":  # nobody is asked to read a round that is over
            place.state = next_assignment_state(place.state, "end")


def end_rounds_of_withdrawn(limit: int = 200) -> int:
    """Close what is still open on works that were taken away meanwhile, so that nobody is asked to read them."""
    left = (
        select(ReviewRound)
        .join(ReviewRound.resource)
        .options(selectinload(ReviewRound.assignments))
        .where(ReviewRound.state == "open", Resource.state == "withdrawn")
    )
    found = current_session().scalars(left.limit(limit)).all()
    for review_round in found:
        close_round(review_round, "recall")
        record(None, "review.ended", "resource", review_round.resource_id, round=review_round.number)
    return len(found)


def check_open(review_round: ReviewRound) -> None:
    """MoveNotAllowed when the round is over or its work was withdrawn."""
    if review_round.state != "open" or review_round.resource.state == "withdrawn":
        raise MoveNotAllowed(_("Vòng phản biện này đã xong."))


def _check_room(review_round: ReviewRound, most: int, wanted: int) -> None:
    if len(review_round.readers) + wanted > most:
        raise AlreadyExists(_("Vòng này đã đủ người đọc."))


def _authorize_lead(viewer: Viewer, review_round: ReviewRound) -> None:
    """As `authorize`; whoever may read the round anyway, such as a lead of before, is told why."""
    if may(viewer, policy.READ.action, review_round) and not may(viewer, policy.ASSIGN.action, review_round):
        raise NotFound(_("Việc này của trưởng, phó hoặc thư kí cụm hiện nay."))
    authorize(viewer, policy.ASSIGN.action, review_round)


def _record(viewer: Viewer, review_round: ReviewRound, action: str, **values: object) -> None:
    record(viewer.id, action, "resource", review_round.resource_id, round=review_round.number, **values)
