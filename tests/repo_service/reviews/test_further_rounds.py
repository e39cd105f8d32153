"""Rounds after the first: on a published work, after a recall, after an appeal; a withdrawn work ends them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from repo_service.core.db import Database
from repo_service.core.errors import (
    AlreadyExists,
    MoveNotAllowed,
    NotFound,
)
from repo_service.resources import succession
from repo_service.resources.queries import find_version
from repo_service.reviews import jobs, queries, reading, service
from tests.cast import Cast
from tests.factories import published, viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]


@pytest.mark.parametrize(
    ("name", "allowed"), [("lan", True), ("minh", True), ("hoa", False), ("quang", False), ("tuan", False)]
)
def test_owner_and_lead_open_a_further_round_on_a_published_work(
    name: str, allowed: bool, db: Database, cast: Cast
) -> None:
    with db.transaction():
        resource = published(cast.lan, cast.clusters["K2"])
        shown = find_version(resource, resource.current_version_id)
        viewer = viewer_of(cast.people[name])
        if not allowed:
            with pytest.raises(NotFound):
                service.open_further_round(viewer, resource, shown)
            return
        opened = service.open_further_round(viewer, resource, shown)
        assert (opened.is_further, opened.state, opened.required) == (True, "open", 1)
        with pytest.raises(AlreadyExists):
            service.open_further_round(viewer, resource, shown)


def test_a_further_approval_adds_to_the_count_and_moves_nothing(
    db: Database, cast: Cast, further: Submitted, decide: Decide
) -> None:
    round_id = further()
    decide("hoa", round_id)
    with db.session(writing=False):
        found = queries.round_for(viewer_of(cast.hoa), round_id)
        assert (found.state, found.version.state, found.resource.review_count) == ("approved", "published", 1)


def test_a_further_round_that_asks_for_changes_leaves_the_work_published(
    db: Database, cast: Cast, further: Submitted, decide: Decide
) -> None:
    round_id = further()
    decide("hoa", round_id, "request_changes", reasons=["ai"], note="Ghi rõ đã dùng AI ở đâu.")
    with db.session(writing=False):
        found = queries.round_for(viewer_of(cast.hoa), round_id)
        assert (found.state, found.version.state, found.resource.review_count) == (
            "changes_requested",
            "published",
            0,
        )


def test_one_colleague_does_not_approve_the_same_files_twice(
    db: Database, cast: Cast, further: Submitted, decide: Decide
) -> None:
    round_id = further()
    decide("hoa", round_id)
    with db.transaction():
        lan = viewer_of(cast.lan)
        found = queries.round_for(lan, round_id)
        second = service.open_further_round(lan, found.resource, found.version).id
    with pytest.raises(AlreadyExists):
        decide("hoa", second)
    decide("minh", second)


def test_recalling_closes_the_round(db: Database, cast: Cast, submitted: Submitted, decide: Decide) -> None:
    round_id = submitted()
    with db.transaction():
        lan = viewer_of(cast.lan)
        found = queries.round_for(lan, round_id)
        service.recall(lan, found.resource, find_version(found.resource, found.version_id))
        assert (found.state, found.version.state) == ("recalled", "draft")
    with pytest.raises(MoveNotAllowed):
        decide("hoa", round_id)


def test_a_declined_work_can_be_appealed_and_gets_a_new_round(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide, work: Callable[[], None]
) -> None:
    round_id = submitted()
    decide("hoa", round_id, "decline", reasons=["khac"], note="Bài này đã có.")
    with db.transaction():
        lan = viewer_of(cast.lan)
        found = queries.round_for(lan, round_id)
        second = service.appeal(lan, found.resource, found.version)
        assert (second.number, second.version.state) == (2, "in_review")
    decide("minh", second.id)
    with db.session(writing=False):
        assert [each.number for each in reading.history(found.resource_id)] == [2, 1]


def test_only_the_author_appeals_and_only_what_was_declined(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.transaction():
        lan, hoa = viewer_of(cast.lan), viewer_of(cast.hoa)
        found = queries.round_for(lan, round_id)
        with pytest.raises(NotFound):
            service.appeal(hoa, found.resource, found.version)
        with pytest.raises(MoveNotAllowed):
            service.appeal(lan, found.resource, found.version)


def test_a_withdrawn_work_leaves_the_desk_and_takes_no_verdict(
    db: Database, cast: Cast, further: Submitted, decide: Decide
) -> None:
    round_id = further()
    with db.transaction():
        minh = viewer_of(cast.minh)
        succession.withdraw(minh, queries.round_for(minh, round_id).resource, "Có trang quét sách giáo khoa")
    with db.session(writing=False):
        assert _ids("hoa", cast) == []
    with pytest.raises(MoveNotAllowed):
        decide("hoa", round_id)


def test_who_was_asked_to_read_a_withdrawn_work_is_free_again(
    db: Database, cast: Cast, further: Submitted
) -> None:
    round_id = further()
    with db.transaction():
        minh = viewer_of(cast.minh)
        found = queries.round_for(minh, round_id)
        service.assign(minh, found, cast.hoa)
        succession.withdraw(minh, found.resource, "Có trang quét sách giáo khoa")
    jobs.remind(db)
    with db.session(writing=False):
        assert viewer_of(cast.hoa).waiting_reviews == 0
        assert queries.round_for(viewer_of(cast.minh), round_id).state == "recalled"


def _ids(name: str, cast: Cast) -> list[str]:
    return [each.id for each in queries.rounds_for(viewer_of(cast.people[name])).items]
