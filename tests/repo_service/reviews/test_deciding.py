"""A reviewer decides: what is needed, what follows, what two deciders at once may do to each other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from repo_service.core import clock
from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, KhoError, MoveNotAllowed, NotFound
from repo_service.core.outbox import OutboxRow
from repo_service.files.models import StoredFile
from repo_service.organizations.province_settings import change_province_setting
from repo_service.resources.models import VersionFile
from repo_service.reviews import queries, service
from repo_service.reviews.models import ReviewAssignment, ReviewRound, Verdict
from tests.cast import Cast
from tests.factories import counted_statements, viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
SENT_BACK = {"reasons": ["chinh-xac"], "note": "Bài 3 sai dấu."}


@pytest.fixture
def two_needed(db: Database, cast: Cast) -> None:
    with db.transaction():
        change_province_setting(viewer_of(cast.tuan), "review.peer_reviewers_min", "2")


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


@pytest.mark.parametrize("reason", ["wait", "embargo", "file"])
def test_an_approved_version_may_have_to_wait(
    reason: str, db: Database, cast: Cast, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    said = {
        "wait": {"wait_to_publish": True},
        "embargo": {"embargo_until": clock.now() + timedelta(days=3)},
        "file": {},
    }[reason]
    round_id = submitted(**said)
    if reason == "file":
        _set_file(db, read_round(round_id).version_id, state="checking", sha256=None)
    decide("minh", round_id)
    found = read_round(round_id)
    assert (found.state, found.version.state, found.resource.current_version_id) == (
        "approved",
        "approved",
        None,
    )


def _set_file(db: Database, version_id: str, **columns: Any) -> None:
    with db.transaction() as session:
        file_id = session.scalars(
            select(VersionFile.file_id).where(VersionFile.version_id == version_id)
        ).one()
        for name, value in columns.items():
            setattr(session.get_one(StoredFile, file_id), name, value)


def test_the_schedule_publishes_when_the_file_is_ready(
    db: Database, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    from repo_service.reviews.jobs import publish_due

    round_id = submitted()
    _set_file(db, read_round(round_id).version_id, state="checking", sha256=None)
    decide("hoa", round_id)
    publish_due(db)
    assert read_round(round_id).version.state == "approved"
    _set_file(db, read_round(round_id).version_id, state="ready", sha256="0" * 64)
    publish_due(db)
    publish_due(db)
    assert (read_round(round_id).version.state, read_round(round_id).resource.review_count) == (
        "published",
        1,
    )


def test_under_an_embargo_only_the_schedule_publishes_at_its_moment(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    from repo_service.reviews.jobs import publish_due

    moment = clock.now() + timedelta(days=3)
    round_id = submitted(embargo_until=moment)
    decide("minh", round_id)
    with db.transaction():
        lan = viewer_of(cast.lan)
        found = queries.round_for(lan, round_id)
        with pytest.raises(MoveNotAllowed):
            service.publish(lan, found.resource, found.version)
    publish_due(db)
    assert read_round(round_id).version.state == "approved"
    with clock.pinned(moment + timedelta(seconds=1)):
        publish_due(db)
    assert read_round(round_id).version.state == "published"


def test_who_asked_to_wait_publishes_by_hand_and_the_schedule_leaves_it(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    from repo_service.reviews.jobs import publish_due

    round_id = submitted(wait_to_publish=True)
    decide("hoa", round_id)
    publish_due(db)
    assert read_round(round_id).version.state == "approved"
    with db.transaction():
        lan = viewer_of(cast.lan)
        found = queries.round_for(lan, round_id)
        service.publish(lan, found.resource, found.version)
    assert (read_round(round_id).version.state, read_round(round_id).resource.review_count) == (
        "published",
        1,
    )


def test_a_work_that_was_not_approved_cannot_be_published_by_hand(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.transaction():
        lan = viewer_of(cast.lan)
        found = queries.round_for(lan, round_id)
        with pytest.raises(MoveNotAllowed):
            service.publish(lan, found.resource, found.version)


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
