"""Works of cluster K2 that are old enough to be looked at, and rounds over them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from repo_service.core import clock
from repo_service.core.db import Database, current_session
from repo_service.curation import queries, service
from repo_service.curation.models import CurationItem, CurationRound
from repo_service.curation.works.scope import Scope
from repo_service.resources.models import Resource, ResourceVersion
from tests.cast import Cast
from tests.factories import published, viewer_of

MakeWork = Callable[..., str]
OpenRound = Callable[..., str]


@pytest.fixture
def make(db: Database, cast: Cast) -> MakeWork:
    """`make("lan", "Tên", due_in=-8, programme="cu")` -> the id of a published work of K2 (days to its next look)."""

    def made(owner: str, title: str, due_in: int = 30, cluster: str = "K2", **about: Any) -> str:
        with db.transaction() as session:
            work = published(cast.people[owner], cast.clusters[cluster], title=title, **about)
            work.next_review_on = clock.today() + timedelta(days=due_in)
            version = session.get_one(ResourceVersion, work.current_version_id)
            version.published_at = clock.day_begins(date(2025, 9, 10))
            return work.id

    return made


@pytest.fixture
def open_round(db: Database, cast: Cast) -> OpenRound:
    """`open_round(by="minh", curators=["hoa"], due_in=14, only_due=True)` -> the id of a round of K2."""

    def opened(by: str = "minh", curators: tuple[str, ...] = (), due_in: int = 14, **scope: Any) -> str:
        with db.transaction():
            cluster, people = queries.cluster_with_curators(cast.clusters["K2"])
            due = clock.today() + timedelta(days=due_in)
            plan = service.Plan(
                "Rà soát tháng 11", due, Scope(**scope), [cast.people[name] for name in curators]
            )
            eligible = [person.id for person in people]
            return service.open_round(viewer_of(cast.people[by]), cluster, plan, eligible).id

    return opened


def items_of(round_id: str) -> dict[str, CurationItem]:
    """The items of a round by the titles of their works; needs an open transaction."""
    rows = (
        current_session()
        .query(CurationItem, Resource.title)
        .join(Resource, Resource.id == CurationItem.resource_id)
        .filter(CurationItem.round_id == round_id)
    )
    return {title: item for item, title in rows}


def round_of(round_id: str) -> CurationRound:
    """A round as the database has it; needs an open transaction."""
    return current_session().get_one(CurationRound, round_id)
