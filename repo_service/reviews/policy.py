"""Who may read a review round, review in it, hand it to a colleague, open another (domain.md B6).

Each rule about a round expects its resource (with authors), version and assignments to be loaded; the
list form expects Resource and ResourceVersion to be joined.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

from repo_service.core import clock
from repo_service.core.permissions import CLUSTER_LEADS, Policy, Viewer, declare
from repo_service.resources.models import Resource, ResourceAuthor, ResourceVersion
from repo_service.resources.policy import is_author, leads_work
from repo_service.reviews.models import ReviewAssignment, ReviewRound


def made_it(viewer: Viewer, review_round: ReviewRound) -> bool:
    """Author, creator or last editor: never a reviewer of this version."""
    version = review_round.version
    return is_author(viewer, review_round.resource) or viewer.id in (
        version.created_by_id,
        version.last_editor_id,
    )


def is_eligible(viewer: Viewer, review_round: ReviewRound) -> bool:
    """A colleague of the cluster (of the school, when there is no cluster) who did not make it."""
    if viewer.is_guest or made_it(viewer, review_round):
        return False
    if review_round.cluster_id is not None:
        return review_round.cluster_id in viewer.cluster_ids
    return review_round.school_id in viewer.school_ids


def is_kept_back(review_round: ReviewRound) -> bool:
    """Under embargo (R52): until its moment not even a lead reads it unasked."""
    embargo = review_round.version.embargo_until
    return embargo is not None and embargo > clock.now()


def is_for_named_readers(review_round: ReviewRound) -> bool:
    """Under embargo or private: only who was asked by name reads it, nobody else finds it on the desk."""
    return review_round.resource.visibility == "rieng" or is_kept_back(review_round)


def is_assigned(viewer: Viewer, review_round: ReviewRound) -> bool:
    """Whether the person reads in this round."""
    return any(place.reviewer_id == viewer.id for place in review_round.readers)


def can_review(viewer: Viewer, review_round: ReviewRound) -> bool:
    """Claim and decide: eligible, and asked by name where only named readers are let in (or lead, unless kept back)."""
    if not is_eligible(viewer, review_round):
        return False
    if not is_for_named_readers(review_round) or is_assigned(viewer, review_round):
        return True
    return viewer.leads(review_round.cluster_id) and not is_kept_back(review_round)


def can_review_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `can_review`."""
    return _near_sql(viewer, and_(_led_sql(viewer), _is_open_sql()))


def can_see(viewer: Viewer, review_round: ReviewRound) -> bool:
    """That there is a round, on what, who reads it and by when: its readers, and whoever may look for readers."""
    return can_read(viewer, review_round) or viewer.leads(review_round.cluster_id)


def can_see_sql(viewer: Viewer) -> ColumnElement[bool]:
    """Rounds to read or to find readers for: those of others."""
    return _near_sql(viewer, _led_sql(viewer))


def _near_sql(viewer: Viewer, led: ColumnElement[bool]) -> ColumnElement[bool]:
    """Rounds near the viewer that are open to all, or ask for the viewer by name, or that `led` lets in."""
    if viewer.is_guest:
        return false()
    by_name = select(ReviewAssignment.round_id).where(
        ReviewAssignment.reviewer_id == viewer.id, ReviewAssignment.state != "returned"
    )
    open_to_all = and_(Resource.visibility != "rieng", _is_open_sql())
    near = or_(
        ReviewRound.cluster_id.in_(viewer.cluster_ids),
        and_(ReviewRound.cluster_id.is_(None), ReviewRound.school_id.in_(viewer.school_ids)),
    )
    return and_(near, or_(open_to_all, ReviewRound.id.in_(by_name), led), ~_made_it_sql(viewer))


def _led_sql(viewer: Viewer) -> ColumnElement[bool]:
    led = [role.cluster_id for role in viewer.roles if role.code in CLUSTER_LEADS and role.cluster_id]
    return ReviewRound.cluster_id.in_(led)


def _is_open_sql() -> ColumnElement[bool]:
    return or_(ResourceVersion.embargo_until.is_(None), ResourceVersion.embargo_until <= clock.now())


def _made_it_sql(viewer: Viewer) -> ColumnElement[bool]:
    of_group = select(ResourceAuthor.resource_id).where(ResourceAuthor.user_id == viewer.id)
    return or_(
        Resource.created_by_id == viewer.id,
        ResourceVersion.created_by_id == viewer.id,
        ResourceVersion.last_editor_id == viewer.id,
        Resource.id.in_(of_group),
    )


def can_read(viewer: Viewer, review_round: ReviewRound) -> bool:
    """Reviewers, authors and, unless it is kept back, the cluster's leads."""
    return (
        can_review(viewer, review_round)
        or is_author(viewer, review_round.resource)
        or (viewer.leads(review_round.cluster_id) and not is_kept_back(review_round))
    )


def can_assign(viewer: Viewer, review_round: ReviewRound) -> bool:
    """Ask a colleague by name: the cluster's leads."""
    return viewer.leads(review_round.cluster_id)


def can_nudge(viewer: Viewer, review_round: ReviewRound) -> bool:
    """Ask gently how far the reading is: authors and leads."""
    return is_author(viewer, review_round.resource) or viewer.leads(review_round.cluster_id)


def can_open_further(viewer: Viewer, resource: Resource) -> bool:
    """Another round on a published version: its owner, or a lead where it is shared."""
    return is_author(viewer, resource) or leads_work(viewer, resource)


SEE = declare(
    Policy("reviews.see", "Thấy một vòng phản biện: bài nào, ai đọc, hẹn ngày nào", can_see, can_see_sql)
)
READ = declare(Policy("reviews.read", "Đọc một vòng phản biện", can_read))
REVIEW = declare(Policy("reviews.review", "Nhận đọc và kết luận", can_review, can_review_sql))
ASSIGN = declare(Policy("reviews.assign", "Nhờ đồng nghiệp phản biện", can_assign))
NUDGE = declare(Policy("reviews.nudge", "Nhắc nhẹ người đang đọc", can_nudge))
OPEN_FURTHER = declare(
    Policy("reviews.open_further", "Mở thêm vòng phản biện cho bài đã công bố", can_open_further)
)
