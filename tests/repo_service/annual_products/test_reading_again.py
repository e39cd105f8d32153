"""Before a lock and after it every byte is read again; what is not as recorded is said, and nothing is half done."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from repo_service.annual_products import jobs, queries, service
from repo_service.annual_products.lifecycle import PRODUCT_LABELS, PRODUCT_MOVES
from repo_service.annual_products.models import AnnualProduct
from repo_service.core import clock
from repo_service.core.audit import AuditEntry
from repo_service.core.backends import storage
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed
from repo_service.core.outbox import OutboxRow
from repo_service.files.models import StoredFile
from repo_service.notifications.models import Notification
from repo_service.organizations.models import Cluster, Membership
from storage_adapters import StorageUnavailable
from tests.cast import Cast
from tests.factories import THIS_YEAR, counted_statements, viewer_of

SignIn = Callable[[str], FlaskClient]
Make = Callable[..., str]
Act = Callable[..., None]


@pytest.fixture
def ready(published_work: Make, approve: Act, choose: Make) -> str:
    """A product with all its approvals, chosen but not locked."""
    work = published_work()
    product_id = choose(work)
    approve(work, "hoa", "minh")
    return product_id


@pytest.fixture
def publish(db: Database, cast: Cast) -> Callable[..., bool]:
    """`publish(product)` -> whether it is locked now."""

    def as_lead(product_id: str) -> bool:
        with db.transaction():
            minh = viewer_of(cast.minh)
            cluster = queries.find_cluster(minh, cast.clusters["K2"], "annual_products.choose", holding=True)
            return service.publish(minh, cluster, queries.find_product(cluster, product_id, locking=True))

    return as_lead


def _product(db: Database, product_id: str) -> AnnualProduct:
    with db.session(writing=False) as session:
        return session.get_one(AnnualProduct, product_id)


def _spoil(db: Database) -> StoredFile:
    """The bytes in the store become others of the same length."""
    with db.session(writing=False) as session:
        file = session.scalars(select(StoredFile)).one()
    storage().delete(file.key)
    storage().put(file.key, io.BytesIO(b"x" * file.size), file.size)
    return file


def test_without_a_reading_the_lock_asks_for_one_and_waits(
    db: Database, ready: str, publish: Callable[..., bool], read_again: Act
) -> None:
    assert publish(ready) is False and publish(ready) is False
    assert _product(db, ready).state == "chosen"
    read_again(ready)
    assert publish(ready) is True
    assert _product(db, ready).check_state == "waiting"  # once more, after it
    read_again(ready)
    assert _product(db, ready).check_state == "clean"


def test_a_damaged_file_stops_the_lock_and_goes_to_preservation(
    db: Database, cast: Cast, ready: str, publish: Callable[..., bool], read_again: Act, sign_in: SignIn
) -> None:
    file = _spoil(db)
    read_again(ready)
    product = _product(db, ready)
    assert product.check_findings == [{"name": "bai.txt", "kind": "damaged"}]
    with db.session(writing=False) as session:
        lost = session.scalars(select(OutboxRow).where(OutboxRow.topic == "object.lost")).one()
        told = session.scalars(
            select(Notification.user_id).where(Notification.kind == "annual_product.damaged")
        )
        assert (lost.object_id, lost.values, list(told)) == (file.id, {"key": file.key}, [cast.minh])
    page = sign_in("minh").get(f"/cum/{cast.clusters['K2']}/san-pham-nam/{THIS_YEAR}").get_data(as_text=True)
    assert "nội dung khác lúc ghi" in page and "Đọc lại mọi tệp" in page
    assert publish(ready) is False and _product(db, ready).state == "chosen"


def test_damage_after_the_lock_is_told_and_changes_no_manifest(
    db: Database, ready: str, lock: Act, read_again: Act
) -> None:
    lock(ready)
    before = _product(db, ready).manifest_sha256
    _spoil(db)
    read_again(ready)
    product = _product(db, ready)
    assert (product.state, product.check_state, product.manifest_sha256) == ("published", "damaged", before)


def test_a_reading_of_yesterday_or_of_other_files_does_not_count(
    db: Database, cast: Cast, ready: str, publish: Callable[..., bool], read_again: Act
) -> None:
    read_again(ready)
    with clock.pinned(datetime.now(UTC) + timedelta(hours=24, minutes=1)):
        assert publish(ready) is False
    read_again(ready)
    with db.transaction() as session:
        session.get_one(AnnualProduct, ready).check_covers = "0" * 64
    assert publish(ready) is False


def test_a_store_that_is_away_is_no_finding(
    db: Database, ready: str, read_again: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise StorageUnavailable("away")

    monkeypatch.setattr(storage(), "open", away)
    with pytest.raises(StorageUnavailable):
        read_again(ready)
    assert _product(db, ready).check_state == "waiting"


def test_a_reading_that_was_overtaken_changes_nothing(db: Database, ready: str, read_again: Act) -> None:
    with db.transaction() as session:
        product = session.get_one(AnnualProduct, ready)
        product.check_covers = "f" * 64
    read_again(ready)
    assert _product(db, ready).check_state == "waiting"
    jobs.read_again(OutboxRow(object_id=ready, values={"version": "0" * 16}), db)


def test_a_cluster_that_was_merged_meanwhile_locks_nothing(
    db: Database, cast: Cast, ready: str, lock: Act
) -> None:
    with db.transaction() as session:
        session.get_one(Cluster, cast.clusters["K2"]).to_year = "2025-2026"
    with pytest.raises(InvalidInput) as refused:
        lock(ready)
    assert "do cụm mới chọn và công bố" in refused.value.errors["cluster"][0]
    assert _product(db, ready).state == "chosen"


def test_a_year_that_has_not_begun_is_planned_but_not_locked(
    published_work: Make, approve: Act, choose: Make, lock: Act
) -> None:
    work = published_work()
    product_id = choose(work, school_year="2027-2028")
    approve(work, "hoa", "minh")
    with pytest.raises(InvalidInput) as refused:
        lock(product_id)
    assert refused.value.errors == {
        "school_year": ["Năm học 2027–2028 chưa bắt đầu. Sang năm học ấy mới công bố được."]
    }


def test_a_lead_who_was_removed_is_told_whose_work_it_is(
    db: Database, cast: Cast, ready: str, read_again: Act, sign_in: SignIn
) -> None:
    minh = sign_in("minh")
    read_again(ready)
    with db.transaction() as session:
        for row in session.scalars(select(Membership).where(Membership.role == "truong-cum")):
            row.to_year = "2025-2026"
    refused = minh.post(f"/cum/{cast.clusters['K2']}/san-pham-nam/{THIS_YEAR}/{ready}/cong-bo")
    assert refused.status_code == 404 and "Việc này của trưởng cụm" in refused.get_data(as_text=True)
    assert _product(db, ready).state == "chosen"


def test_the_publishing_request_takes_twelve_statements_beside_the_sessions(
    db: Database, cast: Cast, ready: str, read_again: Act, sign_in: SignIn
) -> None:
    minh = sign_in("minh")
    read_again(ready)
    with counted_statements(db) as seen:
        answer = minh.post(f"/api/clusters/{cast.clusters['K2']}/annual-products/{ready}/publish")
    assert answer.json["state"] == "published"
    counted = [each for each in seen if each.split()[0] not in ("BEGIN", "COMMIT")]
    assert 0 < len(counted) <= 12 + 1, "\n".join(counted)


def test_fifty_publishes_at_once_make_one_product(
    db: Database, ready: str, publish: Callable[..., bool], read_again: Act
) -> None:
    read_again(ready)
    outcomes: list[str] = []
    start = threading.Barrier(50)

    def run() -> None:
        start.wait()
        try:
            outcomes.append(f"locked: {publish(ready)}")
        except AlreadyExists:
            outcomes.append("told")

    threads = [threading.Thread(target=run) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["locked: True", *["told"] * 49]
    with db.session(writing=False) as session:
        for counted in (
            select(func.count()).select_from(AnnualProduct),
            select(func.count()).where(AuditEntry.action == "annual_product.published"),
            select(func.count()).where(OutboxRow.topic == "annual_product.published"),
        ):
            assert session.scalar(counted) == 1


def test_no_verb_makes_a_move_that_the_table_does_not_have(
    db: Database, cast: Cast, ready: str, read_again: Act
) -> None:
    read_again(ready)
    for state in PRODUCT_LABELS:
        for move, verb in VERBS.items():
            with db.transaction() as session:
                session.get_one(AnnualProduct, ready).state = state
            try:
                with db.transaction() as session:
                    minh, cluster = viewer_of(cast.minh), session.get_one(Cluster, cast.clusters["K2"])
                    verb(minh, cluster, queries.find_product(cluster, ready, locking=True))
                refused = False
            except MoveNotAllowed:
                refused = True
            assert _product(db, ready).state == PRODUCT_MOVES.get((state, move), state), (state, move)
            assert refused == ((state, move) not in PRODUCT_MOVES), (state, move)


VERBS: dict[str, Callable[..., Any]] = {
    "revise": lambda *whose: service.revise(*whose, "Hợp quê mình.", "Dạy tuần 12."),
    "publish": service.publish,
    "withdraw": lambda *whose: service.withdraw(*whose, "Có trang quét."),
}
