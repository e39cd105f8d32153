"""Remarks in a round ("góp ý theo chỗ"): said on a place, answered, settled."""

from __future__ import annotations

from typing import NamedTuple

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.derivatives.queries import readings_of
from repo_service.resources.policy import is_author
from repo_service.resources.queries import files_of
from repo_service.reviews import policy
from repo_service.reviews.desk.places import LONGEST_QUOTE, Place, find_words, pointed_at
from repo_service.reviews.models import ReviewComment, ReviewRound

LONGEST_TEXT = 4000
LONGEST_SEARCHED = 500_000
"""Characters of each file in which a place is looked for: all that is kept."""


class Spot(NamedTuple):
    """What somebody points at: a page (from 1) of a file's preview, or a paragraph (from 0) of its text."""

    file_id: str
    page: int | None = None
    paragraph: int | None = None



def comment(
    viewer: Viewer,
    review_round: ReviewRound,
    text: str,
    place: str = "",
    answers: ReviewComment | None = None,
    at: Spot | None = None,
) -> ReviewComment:
    """Say something about a place or the whole, or answer a remark; whoever reads the round may.

    `place` are words that stand there: with or without `at`, the remark is found again by them in later versions.
    """
    authorize(viewer, policy.READ.action, review_round)
    problems: dict[str, list[str]] = {}
    if not text.strip():
        problems["text"] = [_("Viết một dòng góp ý.")]
    if len(text) > LONGEST_TEXT:
        problems["text"] = [
            _("Góp ý dài quá %(most)s chữ cái. Tách thành vài ý giúp nhé.", most=LONGEST_TEXT)
        ]
    if len(place) > LONGEST_QUOTE:
        problems["place"] = [
            _("Chỉ chép vài chữ quanh chỗ cần nói, tối đa %(most)s chữ cái.", most=LONGEST_QUOTE)
        ]
    if problems:
        raise InvalidInput(problems)
    assert viewer.id is not None
    spot, words = (None, "") if answers else _place(review_round, place.strip(), at)
    remark = ReviewComment(
        id=new_id(), round_id=review_round.id, author_id=viewer.id,
        parent_id=(answers.parent_id or answers.id) if answers else None,
        place=place.strip() or words, text=text.strip(), created_at=clock.now(),
        file_id=spot and spot.file_id, page=spot and spot.page, paragraph=spot and spot.paragraph,
    )  # fmt: skip
    current_session().add(remark)
    emit("review.commented", remark.id)
    return remark


def _place(review_round: ReviewRound, words: str, at: Spot | None) -> tuple[Place | None, str]:
    """Where it stands, and the words there: as pointed at, else where the typed words are found."""
    if not words and at is None:
        return None, ""
    files = files_of([review_round.version_id])
    read = readings_of([file.id for file in files], LONGEST_SEARCHED)
    texts = {file_id: reading.lines for file_id, reading in read.items()}
    if at is not None:
        return pointed_at(files, texts, at.file_id, at.page, at.paragraph)
    return find_words(words, files, texts), words


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
