"""Locking: enough approvals of other schools, unchanged files, a manifest; withdrawing; who is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from repo_service.annual_products import queries, service
from repo_service.annual_products.locking.canonical import fingerprint
from repo_service.annual_products.models import AnnualProduct
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, NotFound
from repo_service.files.models import StoredFile
from repo_service.notifications.models import Notification
from repo_service.resources import service as resources
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource, find_version
from tests.cast import Cast
from tests.factories import THIS_YEAR, viewer_of

Make = Callable[..., str]
Act = Callable[..., None]


def _product(db: Database, product_id: str) -> AnnualProduct:
    with db.session(writing=False) as session:
        return session.get_one(AnnualProduct, product_id)


def _resource(db: Database, resource_id: str) -> Resource:
    with db.session(writing=False) as session:
        return session.get_one(Resource, resource_id)


def test_two_approvals_of_other_schools_lock_the_product_with_its_manifest(
    db: Database, published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    work = published_work()
    product_id = choose(work)
    approve(work, "hoa", "minh")
    lock(product_id)
    product = _product(db, product_id)
    assert product.state == "published"
    assert product.manifest_sha256 == fingerprint(product.manifest)
    assert [sorted(file) for file in product.manifest["files"]] == [["id", "name", "sha256", "size"]]
    assert (product.manifest["version"], product.manifest["reviewers"], product.manifest["authors"]) == (
        1,
        2,
        ["Trần Thị Lan"],
    )
    assert _resource(db, work).annual_product_year == THIS_YEAR


@pytest.mark.parametrize(
    ("readers", "sentence"),
    [
        ([], "Cần thêm 2 phản biện của trường khác."),
        (["hoa"], "Cần thêm 1 phản biện của trường khác."),
        (["thao"], "Cần thêm 2 phản biện của trường khác."),
        (["thao", "hoa"], "Cần thêm 1 phản biện của trường khác."),
    ],
)
def test_too_few_approvals_of_other_schools_are_said_in_words(
    readers: list[str], sentence: str, app: Any, published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    work = published_work()
    product_id = choose(work)
    approve(work, *readers)
    with app.test_request_context(), pytest.raises(InvalidInput) as refused:
        lock(product_id)
    assert refused.value.errors == {"reviews": [sentence]}


def test_last_years_product_counts_again_only_as_a_new_version_with_a_note(
    db: Database, cast: Cast, published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    work = published_work()
    approve(work, "hoa", "minh")
    lock(choose(work, school_year="2025-2026"))
    with pytest.raises(InvalidInput) as refused:
        lock(choose(work))
    assert list(refused.value.errors) == ["resource"]
    _new_version(db, cast, work)
    with db.session(writing=False) as session:
        product_id = session.scalars(
            select(AnnualProduct.id).where(AnnualProduct.school_year == THIS_YEAR)
        ).one()
    _revise(db, cast, product_id, "")
    approve(work, "hoa", "minh")
    with pytest.raises(InvalidInput) as refused:
        lock(product_id)
    assert list(refused.value.errors) == ["carry_over_note"]
    _revise(db, cast, product_id, "Thêm hai tiết thực hành đo ở sông Vệ.")
    lock(product_id)
    assert _product(db, product_id).manifest["version"] == 2


def _new_version(db: Database, cast: Cast, work: str) -> None:
    with db.transaction():
        lan = viewer_of(cast.lan)
        resource = find_resource(lan, work)
        version = resources.start_version(
            lan, resource, find_version(resource, resource.current_version_id), "Thêm hai tiết"
        )
        resources.submit(lan, resource, version)
        resources.move_version(None, resource, version, "approve")
        resources.publish_version(None, resource, version)


def _revise(db: Database, cast: Cast, product_id: str, note: str) -> None:
    with db.transaction() as session:
        cluster = session.get_one(queries.Cluster, cast.clusters["K2"])
        service.revise(
            viewer_of(cast.minh),
            cluster,
            queries.find_product(cluster, product_id),
            "Hợp quê mình.",
            "Dạy tuần 12.",
            note,
        )


@pytest.mark.parametrize(
    "columns",
    [{"state": "checking"}, {"state": "quarantined"}, {"sha256": None}, {"size": 1}, {"sha256": "f" * 64}],
)
def test_a_file_that_is_not_what_was_chosen_stops_the_lock(
    columns: dict[str, Any], db: Database, published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    work = published_work()
    product_id = choose(work)
    approve(work, "hoa", "minh")
    with db.transaction() as session:
        file = session.scalars(select(StoredFile)).one()
        for name, value in columns.items():
            setattr(file, name, value)
    with pytest.raises(InvalidInput) as refused:
        lock(product_id)
    assert list(refused.value.errors) == ["files"]
    assert _product(db, product_id).state == "chosen"


def test_a_product_is_locked_once_and_can_be_withdrawn_with_a_reason(
    db: Database, cast: Cast, published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    work = published_work()
    product_id = choose(work)
    approve(work, "hoa", "minh")
    lock(product_id)
    with pytest.raises(AlreadyExists):
        lock(product_id)
    with pytest.raises(InvalidInput):
        _withdraw(db, cast, product_id, "minh", "  ")
    for name in ("lan", "hoa", "nga"):
        with pytest.raises(NotFound):
            _withdraw(db, cast, product_id, name, "Có trang quét.")
    _withdraw(db, cast, product_id, "minh", "Có trang quét.")
    assert (_product(db, product_id).state, _resource(db, work).annual_product_year) == ("withdrawn", None)
    for act in (lambda: lock(product_id), lambda: _withdraw(db, cast, product_id, "minh", "Lần nữa.")):
        with pytest.raises(MoveNotAllowed):
            act()
    choose(work)


def _withdraw(db: Database, cast: Cast, product_id: str, by: str, reason: str) -> None:
    with db.transaction() as session:
        cluster = session.get_one(queries.Cluster, cast.clusters["K2"])
        service.withdraw(
            viewer_of(cast.people[by]), cluster, queries.find_product(cluster, product_id), reason
        )


def test_heads_of_member_schools_are_told_once(
    db: Database, cast: Cast, published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    from repo_service.annual_products.jobs import tell_member_schools
    from repo_service.core.outbox import OutboxRow

    work = published_work()
    product_id = choose(work)
    approve(work, "hoa", "minh")
    lock(product_id)
    for _again in range(2):
        with db.transaction():
            tell_member_schools(OutboxRow(topic="annual_product.published", object_id=product_id, values={}))
    with db.session(writing=False) as session:
        told = session.scalars(
            select(Notification.user_id).where(Notification.kind == "annual_product.published")
        ).all()
    assert sorted(told) == sorted([cast.minh, cast.hoa, cast.hanh])
