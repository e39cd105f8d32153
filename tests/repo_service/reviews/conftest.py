"""A lesson plan of Lan's that waits for review, and the ways people come to its round."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from repo_service.core.db import Database
from repo_service.organizations.province_settings import change_province_setting
from repo_service.resources import service as resources
from repo_service.reviews import queries, service
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import draft, published, viewer_of


@pytest.fixture
def submitted(db: Database, cast: Cast) -> Callable[..., str]:
    """`submitted()` -> id of an open round on a work of Lan's; keywords describe the work."""

    def submit(by: str = "lan", cluster: str | None = "K2", **description: Any) -> str:
        with db.transaction():
            author = cast.people[by]
            resource, version = draft(author, cast.clusters[cluster] if cluster else None, **description)
            resources.submit(viewer_of(author), resource, version)
            return service.open_round(viewer_of(author), resource, version).id

    return submit


@pytest.fixture
def further(db: Database, cast: Cast) -> Callable[..., str]:
    """`further()` -> id of a further round on a published work of Lan's."""

    def open_further(**description: Any) -> str:
        with db.transaction():
            resource = published(cast.lan, cast.clusters["K2"], **description)
            from repo_service.resources.queries import find_version

            version = find_version(resource, resource.current_version_id)
            return service.open_further_round(viewer_of(cast.lan), resource, version).id

    return open_further


@pytest.fixture
def decide(db: Database, cast: Cast) -> Callable[..., None]:
    """`decide("hoa", round_id, "approve")` in a transaction of its own."""

    def decide_as(name: str, round_id: str, decision: str = "approve", **said: Any) -> None:
        with db.transaction():
            viewer = viewer_of(cast.people[name])
            service.decide(
                viewer, queries.round_for(viewer, round_id, "reviews.review", deciding=True), decision, **said
            )

    return decide_as


@pytest.fixture
def read_round(db: Database) -> Callable[[str], ReviewRound]:
    """A round with its resource and version, past all rights."""

    def read(round_id: str) -> ReviewRound:
        with db.session(writing=False) as session:
            statement = queries._rounds().where(ReviewRound.id == round_id)
            return session.scalars(statement).one()

    return read


@pytest.fixture
def two_needed(db: Database, cast: Cast) -> None:
    """Publication needs two approvals."""
    with db.transaction():
        change_province_setting(viewer_of(cast.tuan), "review.peer_reviewers_min", "2")
