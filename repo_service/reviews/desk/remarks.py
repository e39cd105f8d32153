"""Remarks in a round ("góp ý theo chỗ"): said on a place, answered, settled."""

from __future__ import annotations

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.resources.policy import is_author
from repo_service.reviews import policy
from repo_service.reviews.models import ReviewComment, ReviewRound

LONGEST_TEXT = 4000
LONGEST_PLACE = 120


def comment(
    viewer: Viewer,
    review_round: ReviewRound,
    text: str,
    place: str = "",
    answers: ReviewComment | None = None,
) -> ReviewComment:
    """Say something about a place or the whole, or answer a remark; whoever reads the round may."""
    authorize(viewer, policy.READ.action, review_round)
    problems: dict[str, list[str]] = {}
    if not text.strip():
        problems["text"] = [_("Viết một dòng góp ý.")]
    if len(text) > LONGEST_TEXT:
        problems["text"] = [
            _("Góp ý dài quá %(most)s chữ cái. Tách thành vài ý giúp nhé.", most=LONGEST_TEXT)
        ]
    if len(place) > LONGEST_PLACE:
        problems["place"] = [
            _("Chỉ chép vài chữ quanh chỗ cần nói, tối đa %(most)s chữ cái.", most=LONGEST_PLACE)
        ]
    if problems:
        raise InvalidInput(problems)
    assert viewer.id is not None
    remark = ReviewComment(
        id=new_id(), round_id=review_round.id, author_id=viewer.id,
        parent_id=(answers.parent_id or answers.id) if answers else None,
        place=place.strip(), text=text.strip(), created_at=clock.now(),
    )  # fmt: skip
    current_session().add(remark)
    emit("review.commented", remark.id)
    return remark


def find_comment(review_round: ReviewRound, comment_id: str) -> ReviewComment:
    """A remark on the resource of a round that the viewer may read; NotFound when there is none."""
    remark = current_session().get(ReviewComment, comment_id)
    its_round = current_session().get(ReviewRound, remark.round_id) if remark else None
    if remark is None or its_round is None or its_round.resource_id != review_round.resource_id:
        raise NotFound()
    return remark


def settle(viewer: Viewer, review_round: ReviewRound, remark: ReviewComment) -> None:
    """ "Đã xong": by who said it or by an author; twice is once."""
    authorize(viewer, policy.READ.action, review_round)
    if remark.author_id != viewer.id and not is_author(viewer, review_round.resource):
        raise NotFound()
    remark.settled_at = remark.settled_at or clock.now()
