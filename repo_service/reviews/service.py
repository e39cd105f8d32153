"""The verbs of peer review: open, decide, recall, appeal; with readers.py and remarks the only writer of its tables.

One step before publication and no signature chain (R32); reasons and words, never a score (R26).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.province_settings import province_setting
from repo_service.resources import policy as resource_policy
from repo_service.resources import service as resources
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.succession import forget_approvals
from repo_service.reviews import policy, queries
from repo_service.reviews.lifecycle import next_assignment_state
from repo_service.reviews.models import ReviewRound, Verdict
from repo_service.reviews.publication import bear_approval, is_under_embargo, publish, publish_with_approvals
from repo_service.reviews.readers import assign, check_open, close_round, take_place

__all__ = [
    "appeal", "assign", "decide", "open_further_round", "open_round", "publish", "recall",
]  # fmt: skip

DECISIONS = ("approve", "request_changes", "decline")
"""Each is a move of the round and of the version (approve: once enough colleagues did)."""

LONGEST_NOTE = 4000


def open_round(
    viewer: Viewer, resource: Resource, version: ResourceVersion, further: bool = False
) -> ReviewRound:
    """A new round on a submitted version; as many approvals and days as the province's settings say.

    Called in the transaction of the submission. AlreadyExists when a round is open on the resource.
    """
    if version.state != ("published" if further else "in_review"):
        raise MoveNotAllowed(_("Bài chưa gửi phản biện nên chưa mở được vòng đọc."))
    current_session().flush()  # resource and version may be new in this transaction
    rounds = ReviewRound.resource_id == resource.id
    still_open = func.count(ReviewRound.id).filter(ReviewRound.state == "open")
    highest, unfinished = (
        current_session().execute(select(func.max(ReviewRound.number), still_open).where(rounds)).one()
    )
    if unfinished:
        raise AlreadyExists(_("Bài đang có một vòng phản biện chưa xong."))
    review_round = ReviewRound(
        id=new_id(), resource=resource, version=version, resource_id=resource.id, version_id=version.id,
        cluster_id=resource.cluster_id, school_id=resource.school_id, number=(highest or 0) + 1, is_further=further,
        state="open",
        required=int(province_setting("review.peer_reviewers_min")),
        due_on=clock.today() + timedelta(days=int(province_setting("review.due_days"))), opened_at=clock.now(),
        assignments=[], verdicts=[],
    )  # fmt: skip
    current_session().add(review_round)
    record(viewer.id, "review.opened", "resource", resource.id, round=review_round.number)
    emit("review.opened", review_round.id)
    return review_round


def open_further_round(viewer: Viewer, resource: Resource, version: ResourceVersion) -> ReviewRound:
    """Another round on the shown version of a published resource, towards an annual product: owner or lead."""
    authorize(viewer, policy.OPEN_FURTHER.action, resource)
    if resource.current_version_id is None or resource.state == "withdrawn":
        raise MoveNotAllowed(_("Chỉ mở thêm vòng phản biện cho bài đã công bố."))
    # two people may ask at once; the second waits here and then finds the first one's round
    current_session().execute(select(Resource.id).where(Resource.id == resource.id).with_for_update())
    return open_round(viewer, resource, version, further=True)


def decide(
    viewer: Viewer,
    review_round: ReviewRound,
    decision: str,
    reasons: Sequence[str] = (),
    note: str = "",
    checklist: Sequence[str] = (),
) -> Verdict:
    """One reviewer's verdict; the last required approval publishes at once, in this transaction.

    An eligible colleague who has not claimed the round takes a free place by deciding. It stays
    approved, unpublished, when the author asked to wait, an embargo runs or a file is not ready.
    """
    authorize(viewer, policy.REVIEW.action, review_round)
    problems = _decision_problems(decision, reasons, note, checklist)
    if problems:
        raise InvalidInput(problems)
    assert viewer.id is not None
    if any(verdict.reviewer_id == viewer.id for verdict in review_round.verdicts):
        raise AlreadyExists(_("Thầy cô đã kết luận vòng này rồi."))
    check_open(review_round)
    facts = queries.decision_facts(viewer, review_round)
    if facts.approved_before and decision == "approve":
        raise AlreadyExists(
            _("Thầy cô đã đồng ý phiên bản này ở vòng trước; vòng này cần thêm một người đọc khác.")
        )
    with current_session().no_autoflush:  # one flush at the end: each row is written once
        mine = [place for place in review_round.readers if place.reviewer_id == viewer.id]
        place = mine[0] if mine else take_place(viewer, review_round, viewer.id)
        place.state = next_assignment_state(place.state, "decide")
        verdict = Verdict(
            id=new_id(), version_id=review_round.version_id, reviewer_id=viewer.id,
            school_id=queries.school_of(viewer),
            from_other_school=bool(viewer.school_ids) and not facts.shares_school, decision=decision,
            reasons=list(dict.fromkeys(reasons)), checklist=list(dict.fromkeys(checklist)), note=note.strip(),
            decided_at=clock.now(),
        )  # fmt: skip
        review_round.verdicts.append(verdict)
        emit("review.decided", verdict.id)
        _follow(viewer, review_round, verdict, facts)
    return verdict


def recall(viewer: Viewer, resource: Resource, version: ResourceVersion) -> None:
    """The author takes a submitted version back to a draft; its round closes, what was said is kept."""
    resources.recall(viewer, resource, version)
    review_round = queries.open_round_of(resource)
    if review_round is not None:
        close_round(review_round, "recall")
    forget_approvals(version)  # it may be changed now: what was agreed to is not what is sent next


def send_back(resource: Resource, version: ResourceVersion) -> None:
    """Kho returns a submitted version to its author, who was not asked something yet; its round closes."""
    resources.move_version(None, resource, version, "recall")
    review_round = queries.open_round_of(resource)
    if review_round is not None:
        close_round(review_round, "recall")
    forget_approvals(version)


def appeal(viewer: Viewer, resource: Resource, version: ResourceVersion) -> ReviewRound:
    """The author asks the lead to look again at a declined version: a new round, leads are told."""
    authorize(viewer, resource_policy.EDIT.action, resource)
    resources.move_version(viewer.id, resource, version, "appeal")
    review_round = open_round(viewer, resource, version)
    emit("review.appealed", review_round.id)
    return review_round


def _follow(viewer: Viewer, review_round: ReviewRound, verdict: Verdict, facts: queries.DecisionFacts) -> None:
    """What a verdict does to the round and, unless the version is published already, to the version."""
    approvals = queries.approvals_in(review_round)
    resource, version = review_round.resource, review_round.version
    if verdict.decision == "approve":
        bear_approval(review_round, facts.school)
    is_last = verdict.decision != "approve" or approvals >= review_round.required
    if is_last:
        close_round(review_round, verdict.decision)
    if review_round.is_further or not is_last:
        record(viewer.id, f"review.{verdict.decision}", "resource", resource.id, round=review_round.number)
        return
    resources.move_version(viewer.id, resource, version, verdict.decision)
    if (
        version.state == "approved"
        and facts.files_ready
        and not version.wait_to_publish
        and not is_under_embargo(version)
    ):
        publish_with_approvals(viewer.id, resource, version, approvals)


def _decision_problems(
    decision: str, reasons: Sequence[str], note: str, checklist: Sequence[str]
) -> dict[str, list[str]]:
    """What is missing or unknown in a verdict: reasons and a note are needed for all but approve."""
    problems: dict[str, list[str]] = {}
    if decision not in DECISIONS:
        problems["decision"] = [_("Chọn một kết luận: đồng ý, cần chỉnh sửa hoặc không nhận.")]
    if decision in ("request_changes", "decline"):
        if not reasons:
            problems["reason"] = [_("Chọn ít nhất một lí do để tác giả biết sửa chỗ nào.")]
        if not note.strip():
            problems["note"] = [_("Viết cho tác giả một lời, dù ngắn.")]
    if len(note) > LONGEST_NOTE:
        problems["note"] = [
            _("Lời nhắn dài quá %(most)s chữ cái; phần dài hơn ghi ở góp ý theo chỗ.", most=LONGEST_NOTE)
        ]
    if reasons and not all(vocabularies().knows("return_reasons", code) for code in reasons):
        problems["reason"] = [_("Có lí do không nằm trong danh sách.")]
    if checklist and not all(vocabularies().knows("checklist", code) for code in checklist):
        problems["checklist"] = [_("Có ý không nằm trong danh mục.")]
    return problems
