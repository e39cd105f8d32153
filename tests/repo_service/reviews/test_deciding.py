"""A reviewer decides: what is needed, what follows, what two deciders at once may do to each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, NotFound
from repo_service.reviews import queries, service
from repo_service.reviews.models import ReviewAssignment, ReviewRound, Verdict
from tests.cast import Cast
from tests.factories import counted_statements, viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
SENT_BACK = {"reasons": ["chinh-xac"], "note": "Bài 3 sai dấu."}


def test_the_only_needed_approval_publishes_at_once(
    submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    round_id = submitted()
    decide("hoa", round_id)
    found = read_round(round_id)
    assert (found.state, found.version.state) == ("approved", "published")
    assert found.resource.current_version_id == found.version_id
    assert found.resource.review_count == 1


def test_with_two_needed_the_second_approval_publishes(
    two_needed: None, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    round_id = submitted()
    decide("hoa", round_id)
    assert (read_round(round_id).state, read_round(round_id).version.state) == ("open", "in_review")
    decide("minh", round_id)
    found = read_round(round_id)
    assert (found.state, found.version.state, found.resource.review_count) == ("approved", "published", 2)


def test_the_publishing_decision_takes_at_most_twelve_statements(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        service.assign(hoa, queries.round_for(hoa, round_id))
    with db.session(writing=True) as session:
        hoa = viewer_of(cast.hoa)
        _make_caches_cold()
        with counted_statements(db) as seen:
            found = queries.round_for(hoa, round_id, "reviews.review", deciding=True)
            service.decide(hoa, found, "approve", checklist=["chuong-trinh"])
            session.commit()
    assert found.version.state == "published"
    assert len(seen) <= 12, "\n".join(seen)


def _make_caches_cold() -> None:
    from repo_service.curriculum.queries import _vocabularies
    from repo_service.organizations.province_settings import _settings

    _vocabularies._kept = _settings._kept = None


@pytest.mark.parametrize(
    ("decision", "state"), [("request_changes", "changes_requested"), ("decline", "declined")]
)
def test_sending_back_closes_the_round_and_keeps_the_reasons(
    decision: str, state: str, db: Database, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    round_id = submitted()
    decide("hoa", round_id, decision, **SENT_BACK)
    assert (read_round(round_id).state, read_round(round_id).version.state) == (state, state)
    with db.session(writing=False) as session:
        verdict = session.scalars(select(Verdict)).one()
        assert (verdict.reasons, verdict.note) == (["chinh-xac"], "Bài 3 sai dấu.")


@pytest.mark.parametrize("decision", ["request_changes", "decline"])
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"note": "Sửa giúp."}, "reason"),
        ({"reasons": ["chinh-xac"]}, "note"),
        ({"reasons": ["chinh-xac"], "note": " \n "}, "note"),
        ({"reasons": ["khong-co-that"], "note": "Sửa giúp."}, "reason"),
        ({"reasons": ["chinh-xac"], "note": "x" * 4001}, "note"),
        ({"reasons": ["chinh-xac"], "note": "Sửa giúp.", "checklist": ["khac"]}, "checklist"),
    ],
)
def test_sending_back_needs_known_reasons_and_a_note(
    decision: str,
    said: dict[str, Any],
    field: str,
    submitted: Submitted,
    decide: Decide,
    read_round: ReadRound,
) -> None:
    round_id = submitted()
    with pytest.raises(InvalidInput) as refused:
        decide("hoa", round_id, decision, **said)
    assert list(refused.value.errors) == [field]
    assert read_round(round_id).state == "open"


def test_an_unknown_decision_is_refused(submitted: Submitted, decide: Decide) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide("hoa", submitted(), "publish")
    assert list(refused.value.errors) == ["decision"]


def test_nobody_decides_twice_in_a_round(
    two_needed: None, db: Database, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    decide("hoa", round_id)
    with pytest.raises(AlreadyExists):
        decide("hoa", round_id)
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(Verdict)) == 1


def test_a_closed_round_takes_no_more_verdicts(submitted: Submitted, decide: Decide) -> None:
    round_id = submitted()
    decide("hoa", round_id)
    with pytest.raises(MoveNotAllowed):
        decide("minh", round_id)


def test_a_round_claimed_by_another_is_full_for_who_did_not_claim(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        service.assign(hoa, queries.round_for(hoa, round_id))
    with pytest.raises(AlreadyExists):
        decide("minh", round_id)


@pytest.mark.parametrize("name", ["lan", "quang", "nga", "tuan", "quantri", "phuc"])
def test_authors_other_clusters_and_the_department_do_not_decide(
    name: str, submitted: Submitted, decide: Decide
) -> None:
    with pytest.raises(NotFound):
        decide(name, submitted())


def test_the_last_editor_never_approves(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    with db.transaction() as session:
        session.get_one(ReviewRound, round_id)
        found = queries.round_for(viewer_of(cast.lan), round_id)
        found.version.last_editor_id = cast.hoa
    with pytest.raises(NotFound):
        decide("hoa", round_id)


def test_a_reviewer_is_free_again_once_the_round_is_over(
    two_needed: None, db: Database, cast: Cast, submitted: Submitted, decide: Decide
) -> None:
    round_id = submitted()
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        service.assign(hoa, queries.round_for(hoa, round_id))
    decide("minh", round_id, "decline", **SENT_BACK)
    with db.session(writing=False) as session:
        assert session.scalars(select(ReviewAssignment.state)).all() == ["done", "done"]
        assert viewer_of(cast.hoa).waiting_reviews == 0
