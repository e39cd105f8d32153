"""Who sees a round, claims it, hands it to a colleague, opens another; who must not even learn of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.core.errors import (
    AlreadyExists,
    InvalidInput,
    KhoError,
    NotFound,
)
from repo_service.core.permissions import GUEST, listed, may
from repo_service.reviews import queries, service
from repo_service.reviews.models import ReviewRound
from tests.cast import PEOPLE, Cast
from tests.factories import counted_statements, viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]


def _ids(name: str, cast: Cast) -> list[str]:
    return [each.id for each in queries.rounds_for(viewer_of(cast.people[name])).items]


def _read(name: str, round_id: str, cast: Cast) -> bool:
    try:
        queries.round_for(viewer_of(cast.people[name]), round_id)
    except NotFound:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "listed", "reads"),
    [
        ("lan", False, True), ("thao", True, True), ("hanh", True, True), ("hoa", True, True), ("minh", True, True),
        ("quang", False, False), ("nga", False, False), ("tuan", False, False), ("quantri", False, False),
        ("phuc", False, False),
    ],
)  # fmt: skip
def test_a_round_of_a_cluster_is_for_its_members(
    name: str, listed: bool, reads: bool, db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.session(writing=False):
        assert (round_id in _ids(name, cast), _read(name, round_id, cast)) == (listed, reads)


def test_a_wrong_id_looks_like_a_forbidden_one_to_a_guest_too(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.session(writing=False):
        with pytest.raises(NotFound):
            queries.round_for(GUEST, round_id)
        assert queries.rounds_for(GUEST).items == []
        with pytest.raises(NotFound) as missing:
            queries.round_for(viewer_of(cast.quang), "0" * 16)
        with pytest.raises(NotFound) as forbidden:
            queries.round_for(viewer_of(cast.quang), round_id)
        assert missing.value.message == forbidden.value.message


def test_without_a_cluster_the_school_reviews(db: Database, cast: Cast, submitted: Submitted) -> None:
    round_id = submitted(cluster=None)
    with db.session(writing=False):
        assert [name for name in PEOPLE if round_id in _ids(name, cast)] == ["thao", "hanh"]


def test_only_named_readers_and_leads_see_a_private_work(db: Database, cast: Cast, submitted: Submitted) -> None:
    round_id = submitted(visibility="rieng")
    with db.transaction():
        assert [name for name in PEOPLE if round_id in _ids(name, cast)] == ["minh"]
        assert [name for name in PEOPLE if _read(name, round_id, cast)] == ["lan", "minh"]
        minh = viewer_of(cast.minh)
        service.assign(minh, queries.round_for(minh, round_id), cast.hoa)
    with db.session(writing=False):
        assert [name for name in PEOPLE if round_id in _ids(name, cast)] == ["hoa"]
        assert [name for name in PEOPLE if _read(name, round_id, cast)] == ["lan", "minh", "hoa"]


def test_under_embargo_the_lead_finds_readers_and_only_they_read(
    db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted(embargo_until=clock.now() + timedelta(days=2))
    with db.transaction():
        assert [name for name in PEOPLE if round_id in _ids(name, cast)] == ["minh"]
        assert [name for name in PEOPLE if _read(name, round_id, cast)] == ["lan"]
        minh = viewer_of(cast.minh)
        found = queries.round_for(minh, round_id, "reviews.see")
        with pytest.raises(NotFound):
            service.assign(minh, found)  # to claim it is to read it
        service.assign(minh, found, cast.hoa)
    with db.session(writing=False):
        assert [name for name in PEOPLE if round_id in _ids(name, cast)] == ["hoa"]
        assert [name for name in PEOPLE if _read(name, round_id, cast)] == ["lan", "hoa"]
    with db.session(writing=False), clock.pinned(clock.now() + timedelta(days=3)):
        assert _read("minh", round_id, cast)


def test_the_list_and_the_check_agree_for_everybody(db: Database, cast: Cast, submitted: Submitted) -> None:
    ids = [
        submitted(),
        submitted(cluster=None),
        submitted(visibility="rieng"),
        submitted(by="minh"),
        submitted(by="quang", cluster="K1"),
        kept := submitted(embargo_until=clock.now() + timedelta(days=2)),
    ]
    with db.session(writing=False):
        for name in PEOPLE:
            viewer = viewer_of(cast.people[name])
            allowed = {each for each in ids if may(viewer, "reviews.review", _loaded(each))}
            found = select(ReviewRound.id).join(ReviewRound.resource).join(ReviewRound.version)
            listing = set(current_session().scalars(found.where(listed(viewer, "reviews.review"))))
            assert listing == allowed, name
            to_find_readers_for = {kept} if name == "minh" else set()
            assert {each.id for each in queries.rounds_for(viewer).items} == allowed | to_find_readers_for, name


def _loaded(round_id: str) -> ReviewRound:
    found = current_session().scalars(queries._rounds().where(ReviewRound.id == round_id)).one()
    queries._load_readers(found)
    current_session().refresh(found.resource, ["authors"])
    return found


def test_a_claimed_round_leaves_everybody_elses_desk(db: Database, cast: Cast, submitted: Submitted) -> None:
    round_id = submitted()
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        service.assign(hoa, queries.round_for(hoa, round_id))
    with db.session(writing=False):
        assert [name for name in PEOPLE if round_id in _ids(name, cast)] == ["hoa"]
        assert viewer_of(cast.hoa).waiting_reviews == 1
        for name, error in (
            ("minh", AlreadyExists),
            ("hoa", AlreadyExists),
            ("lan", NotFound),
            ("quang", NotFound),
        ):
            viewer = viewer_of(cast.people[name])
            with pytest.raises(error):
                service.assign(viewer, queries.round_for(viewer, round_id))


def test_the_desk_costs_the_same_however_long_it_is(db: Database, cast: Cast, submitted: Submitted) -> None:
    counts = []
    for _more in range(2):
        submitted(), submitted(by="thao")
        with db.session(writing=False):
            hoa = viewer_of(cast.hoa)
            with counted_statements(db) as seen:
                queries.rounds_for(hoa)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4


def test_the_desk_is_paged_newest_first(db: Database, cast: Cast, submitted: Submitted) -> None:
    ids = [submitted(title=f"Bài {number}") for number in range(3)]
    with db.session(writing=False):
        hoa = viewer_of(cast.hoa)
        first, second = queries.rounds_for(hoa, 1, 2), queries.rounds_for(hoa, 2, 2)
    assert [each.id for each in (*first.items, *second.items)] == ids[::-1]
    assert (first.next, second.next) == (2, None)


@pytest.mark.parametrize(
    ("by", "reviewer", "error"),
    [
        ("minh", "thao", None), ("minh", "minh", None), ("minh", "lan", InvalidInput), ("minh", "quang", InvalidInput),
        ("minh", "tuan", InvalidInput), ("hoa", "thao", NotFound), ("lan", "hoa", NotFound),
        ("quang", "quang", NotFound),
    ],
)  # fmt: skip
def test_only_a_lead_asks_others_and_only_eligible_ones(
    by: str, reviewer: str, error: type[KhoError] | None, db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.transaction():
        viewer = viewer_of(cast.people[by])

        def ask() -> None:
            service.assign(viewer, queries.round_for(viewer, round_id), cast.people[reviewer])

        if error:
            with pytest.raises(error):
                ask()
        else:
            ask()
            assert queries.round_for(viewer, round_id).assignments[0].reviewer_id == cast.people[reviewer]


@pytest.mark.parametrize("reviewer", ["khong-co", "0" * 16, ""])
def test_an_unknown_colleague_is_refused_in_words(
    reviewer: str, db: Database, cast: Cast, submitted: Submitted
) -> None:
    round_id = submitted()
    with db.transaction():
        minh = viewer_of(cast.minh)
        found = queries.round_for(minh, round_id)
        with pytest.raises(InvalidInput) as refused:
            service.assign(minh, found, reviewer)
    assert list(refused.value.errors) == ["reviewer"]
