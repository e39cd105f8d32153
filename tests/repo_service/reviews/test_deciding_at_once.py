"""Two deciders at the same moment, and whose verdict counts as one of another school."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import func, select

from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.core.errors import KhoError, MoveNotAllowed
from repo_service.core.outbox import OutboxRow
from repo_service.reviews import queries
from repo_service.reviews.models import ReviewRound, Verdict
from tests.cast import Cast
from tests.factories import viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
SENT_BACK = {"reasons": ["chinh-xac"], "note": "Bài 3 sai dấu."}


def test_two_reviewers_at_once_make_one_publication(
    db: Database, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    refusals = _both_at_once(lambda name: decide(name, round_id))
    assert len(refusals) == 1 and isinstance(refusals[0], MoveNotAllowed)
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).where(AuditEntry.action == "version.published")) == 1
        assert session.scalar(select(func.count()).where(OutboxRow.topic == "resource.published")) == 1
        assert session.scalar(select(func.count()).select_from(Verdict)) == 1


def test_two_needed_reviewers_at_once_both_count(
    two_needed: None, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    round_id = submitted()
    assert _both_at_once(lambda name: decide(name, round_id)) == []
    assert (read_round(round_id).version.state, read_round(round_id).resource.review_count) == (
        "published",
        2,
    )


def _both_at_once(act: Callable[[str], None]) -> list[KhoError]:
    refusals: list[KhoError] = []
    start = threading.Barrier(2)

    def run(name: str) -> None:
        start.wait()
        try:
            act(name)
        except KhoError as error:
            refusals.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("hoa", "minh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return refusals


def test_a_verdict_says_whether_it_came_from_another_school(
    two_needed: None, db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    decide("thao", round_id)
    decide("hoa", round_id)
    with db.session(writing=False) as session:
        by_reviewer = {v.reviewer_id: v.from_other_school for v in session.scalars(select(Verdict))}
        version_id = session.scalars(select(ReviewRound.version_id)).one()
        counted = queries.approvals([version_id])[version_id]
    assert by_reviewer == {cast.thao: False, cast.hoa: True}
    assert (counted.total, counted.from_other_schools) == (2, 1)


def test_leaving_the_authors_list_does_not_make_a_colleague_an_outsider(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    """The creator's school counts even when the creator names only somebody else as author."""
    from repo_service.resources.service import Author, set_authors

    round_id = submitted()
    with db.transaction() as session:
        lan = viewer_of(cast.lan)
        resource = queries.round_for(lan, round_id).resource
        set_authors(lan, resource, [Author("Một nhóm khách")])
        resource.school_id = None
        session.flush()
    decide("thao", round_id)
    with db.session(writing=False) as session:
        assert session.scalars(select(Verdict.from_other_school)).one() is False
