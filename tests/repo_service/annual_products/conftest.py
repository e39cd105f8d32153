"""A published work of Lan's and the approvals it still needs from other schools."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from repo_service.annual_products import jobs, queries, service
from repo_service.annual_products.models import AnnualProduct
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.resources.queries import find_version
from repo_service.reviews import queries as review_queries
from repo_service.reviews import service as reviews
from tests.cast import Cast
from tests.factories import THIS_YEAR, published, viewer_of

WORDS = {"local_fit": "Bài toán lấy từ chợ quê mình.", "use": "Bốn trường dạy trong tuần 12."}


@pytest.fixture
def published_work(db: Database, cast: Cast) -> Callable[..., str]:
    """`published_work()` -> id of a work of Lan's in cluster K2, published."""

    def publish(by: str = "lan", cluster: str = "K2", **description: object) -> str:
        with db.transaction():
            return published(cast.people[by], cast.clusters[cluster], **description).id

    return publish


@pytest.fixture
def approve(db: Database, cast: Cast) -> Callable[..., None]:
    """`approve(work, "hoa", "minh")`: each in a further round of their own."""

    def approve_as(resource_id: str, *names: str) -> None:
        for name in names:
            with db.transaction():
                lead, reader = viewer_of(cast.minh), viewer_of(cast.people[name])
                from repo_service.resources.queries import find_resource

                resource = find_resource(lead, resource_id)
                opened = reviews.open_further_round(
                    lead, resource, find_version(resource, resource.current_version_id)
                )
                round_id = opened.id
            with db.transaction():
                reviews.decide(reader, review_queries.round_for(reader, round_id, deciding=True), "approve")

    return approve_as


@pytest.fixture
def choose(db: Database, cast: Cast) -> Callable[..., str]:
    """`choose(work)` -> id of the product that the lead Minh chose for K2."""

    def choose_as(resource_id: str, by: str = "minh", school_year: str = THIS_YEAR, **words: str) -> str:
        with db.transaction() as session:
            viewer = viewer_of(cast.people[by])
            cluster = session.get_one(queries.Cluster, cast.clusters["K2"])
            return service.choose(viewer, cluster, school_year, resource_id, **{**WORDS, **words}).id

    return choose_as


@pytest.fixture
def read_again(db: Database) -> Callable[[str], None]:
    """`read_again(product)`: the background reads its files, as it was asked to."""

    def read(product_id: str) -> None:
        with db.session(writing=False) as session:
            version = session.get_one(AnnualProduct, product_id).version_id
        jobs.read_again(OutboxRow(object_id=product_id, values={"version": version}), db)

    return read


@pytest.fixture
def lock(db: Database, cast: Cast, read_again: Callable[[str], None]) -> Callable[..., None]:
    """`lock(product)`: its files have been read again, and the lead publishes it."""

    def lock_as(product_id: str, by: str = "minh") -> None:
        read_again(product_id)
        with db.transaction() as session:
            viewer = viewer_of(cast.people[by])
            cluster = session.get_one(queries.Cluster, cast.clusters["K2"])
            service.publish(viewer, cluster, queries.find_product(cluster, product_id, locking=True))

    return lock_as
