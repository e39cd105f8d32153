"""Approved is not always published: who asked to wait, an embargo, a file that is still being checked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.contributions.moves import make
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.errors import MoveNotAllowed
from repo_service.files.models import StoredFile
from repo_service.resources.models import VersionFile
from repo_service.reviews import queries, service
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import viewer_of

Submitted = Callable[..., str]
Decide = Callable[..., None]
ReadRound = Callable[[str], ReviewRound]
SENT_BACK = {"reasons": ["chinh-xac"], "note": "Bài 3 sai dấu."}


def _ask_hoa(db: Database, cast: Cast, round_id: str) -> None:
    """By name: the only way to read what is kept back."""
    with db.transaction():
        minh = viewer_of(cast.minh)
        service.assign(minh, queries.round_for(minh, round_id, "reviews.see"), cast.hoa)


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
    _ask_hoa(db, cast, round_id)
    decide("hoa", round_id)
    found = read_round(round_id)
    assert (found.state, found.version.state, found.resource.current_version_id) == (
        "approved",
        "approved",
        None,
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"wait_to_publish": True}, "thầy cô công bố lúc nào cũng được"),
        ({"embargo_until": clock.now() + timedelta(days=3)}, "Kho tự công bố lúc"),
    ],
)
def test_the_author_sees_what_the_approved_version_waits_for(
    said: dict[str, Any], sentence: str, db: Database, cast: Cast, submitted: Submitted, decide: Decide,
    sign_in: Callable[[str], FlaskClient],
) -> None:  # fmt: skip
    round_id = submitted(**said)
    _ask_hoa(db, cast, round_id)
    decide("hoa", round_id)
    page = sign_in("lan").get("/viec-cua-toi")
    assert page.status_code == 200 and sentence in page.get_data(as_text=True)


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
    _ask_hoa(db, cast, round_id)
    decide("hoa", round_id)
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


def test_two_who_publish_what_waited_at_once_make_one_publication(
    db: Database, cast: Cast, submitted: Submitted, decide: Decide, read_round: ReadRound
) -> None:
    """The author and the lead press the button together: one wins, the other is told."""
    round_id = submitted(wait_to_publish=True)
    decide("hoa", round_id)
    resource_id, start, refused = read_round(round_id).resource_id, threading.Barrier(2), []

    def press(name: str) -> None:
        start.wait()
        try:
            with db.transaction():
                make(viewer_of(cast.people[name]), "publish", resource_id, {})
        except MoveNotAllowed as error:
            refused.append(error)

    threads = [threading.Thread(target=press, args=(name,)) for name in ("lan", "minh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(refused) == 1 and refused[0].message
    assert (read_round(round_id).version.state, read_round(round_id).resource.review_count) == ("published", 1)
