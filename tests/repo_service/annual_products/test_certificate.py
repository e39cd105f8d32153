"""The certificate: who may open it, what it says, how anybody checks it; addenda; clusters that became others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.annual_products import queries, service
from repo_service.annual_products.locking.addenda import add_addendum
from repo_service.annual_products.locking.canonical import fingerprint
from repo_service.annual_products.models import Addendum, AnnualProduct
from repo_service.core.db import Database
from repo_service.core.errors import MoveNotAllowed, NotFound
from repo_service.organizations.models import Cluster
from repo_service.organizations.redrawing import merge_clusters
from repo_service.organizations.service import ClusterDetails
from repo_service.resources import service as resources
from repo_service.resources import succession
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource, find_version
from tests.cast import Cast
from tests.factories import THIS_YEAR, viewer_of
from tests.repo_service.interop.test_bags import unpacked

SignIn = Callable[[str], FlaskClient]
Make = Callable[..., str]
Act = Callable[..., None]


@pytest.fixture
def locked(published_work: Make, approve: Act, choose: Make, lock: Act) -> Callable[..., str]:
    """`locked()` -> id of a locked product of K2."""

    def make(school_year: str = THIS_YEAR, **description: object) -> str:
        work = published_work(**description)
        product_id = choose(work, school_year=school_year)
        approve(work, "hoa", "minh")
        lock(product_id)
        return product_id

    return make


def test_whoever_may_read_the_work_opens_its_certificate_and_checks_it(
    db: Database, locked: Make, sign_in: SignIn, client: FlaskClient, tmp_path: Path
) -> None:
    page = f"/giay-ghi-nhan/{locked(visibility='tinh')}"
    quang = sign_in("quang")
    text = quang.get(page).get_data(as_text=True)
    for words in ("Giấy ghi nhận", "Trần Thị Lan (2026). Phân số", "THCS Dốc Nắng", '<svg viewBox="0 0 '):
        assert words in text
    assert client.get(page).location.startswith("/dang-nhap")
    assert client.get("/giay-ghi-nhan/0000000000000000").location.startswith("/dang-nhap")
    assert quang.get("/giay-ghi-nhan/0000000000000000").status_code == 404
    told = hashlib.sha256(quang.get(page + "/manifest.json").data).hexdigest()
    assert told in text
    bag = unpacked(quang.get(f"/api/annual-products/{page[-16:]}/bag.zip").data, tmp_path)
    assert bag.is_valid() and bag.info["Internal-Sender-Identifier"] == told
    assert hashlib.sha256((Path(bag.path) / "metadata/manifest.json").read_bytes()).hexdigest() == told


def test_a_public_work_has_a_public_certificate_which_outlives_withdrawals(
    db: Database, cast: Cast, locked: Make, client: FlaskClient
) -> None:
    product_id = locked(visibility="cong-khai", licence="mo")
    page = f"/giay-ghi-nhan/{product_id}"
    assert client.get(page).status_code == 200 and client.get(page + "/manifest.json").status_code == 200
    with db.transaction() as session:
        minh, cluster = viewer_of(cast.minh), session.get_one(Cluster, cast.clusters["K2"])
        service.withdraw(minh, cluster, queries.find_product(cluster, product_id), "Rà lại nguồn.")
    assert "Rà lại nguồn." in client.get(page).get_data(as_text=True)
    with db.transaction():
        work = find_resource(minh, _product(db, product_id).resource_id)
        succession.withdraw(minh, work, "Có trang quét.")
    assert client.get(page).status_code == 200
    assert client.get(page + "/manifest.json").status_code == 404
    assert client.get(f"/api/annual-products/{product_id}/bag.zip").status_code == 404


def _product(db: Database, product_id: str) -> AnnualProduct:
    with db.session(writing=False) as session:
        return session.get_one(AnnualProduct, product_id)


def _new_version(db: Database, cast: Cast, work: str) -> None:
    with db.transaction():
        lan = viewer_of(cast.lan)
        resource = find_resource(lan, work)
        shown = find_version(resource, resource.current_version_id)
        version = resources.start_version(lan, resource, shown, "Thêm hai tiết")
        resources.submit(lan, resource, version)
        resources.move_version(None, resource, version, "approve")
        resources.publish_version(None, resource, version)


def test_a_later_version_becomes_an_addendum_and_the_first_record_stays(
    db: Database, cast: Cast, locked: Make, sign_in: SignIn, work: Callable[[], None], tmp_path: Path
) -> None:
    product_id = locked()
    before = _product(db, product_id)
    page = f"/cum/{cast.clusters['K2']}/san-pham-nam/{THIS_YEAR}"
    minh = sign_in("minh")
    assert minh.post(f"{page}/{product_id}/phu-luc", data={"note": "Thêm bài."}).status_code == 422
    _new_version(db, cast, before.resource_id)
    assert "Thêm phụ lục: phiên bản 2" in minh.get(page).get_data(as_text=True)
    assert "Thêm phụ lục" not in sign_in("lan").get(page).get_data(as_text=True)
    assert minh.post(f"{page}/{product_id}/phu-luc", data={"note": " "}).status_code == 422
    asked = minh.post(f"{page}/{product_id}/phu-luc", data={"note": "Thêm hai tiết thực hành."})
    assert asked.status_code == 200 and "Đang xếp hàng" in asked.get_data(as_text=True)
    work()
    assert (
        minh.post(f"{page}/{product_id}/phu-luc", data={"note": "Thêm hai tiết thực hành."}).location == page
    )
    with db.session(writing=False) as session:
        made = session.scalars(select(Addendum)).one()
        assert made.manifest_sha256 == fingerprint(made.manifest)
        assert (made.manifest["version"], made.manifest["follows"]) == (2, before.manifest_sha256)
        assert (before.manifest["reviewers"], made.manifest["reviewers"]) == (2, 0), "who read another version"
    after = _product(db, product_id)
    assert (after.manifest, after.manifest_sha256) == (before.manifest, before.manifest_sha256)
    certificate = minh.get(f"/giay-ghi-nhan/{product_id}").get_data(as_text=True)
    assert "Phụ lục 1" in certificate and "Thêm hai tiết thực hành." in certificate
    data = minh.get(f"/giay-ghi-nhan/{product_id}/phu-luc/1/manifest.json").data
    assert hashlib.sha256(data).hexdigest() == made.manifest_sha256
    assert minh.get(f"/giay-ghi-nhan/{product_id}/phu-luc/2/manifest.json").status_code == 404
    bag = unpacked(minh.get(f"/api/annual-products/{product_id}/bag.zip").data, tmp_path)
    assert bag.is_valid() and "data/phu-luc-1/bai.txt" in bag.payload_entries()
    again = minh.post(f"{page}/{product_id}/phu-luc", data={"note": "Nữa."})
    assert again.status_code == 422 and "chưa có phiên bản mới hơn" in again.get_data(as_text=True)


def test_only_the_lead_adds_to_what_is_locked(
    db: Database, cast: Cast, published_work: Make, choose: Make
) -> None:
    product_id = choose(published_work())
    for name, error in (("lan", NotFound), ("nga", NotFound), ("minh", MoveNotAllowed)):
        with db.transaction() as session:
            cluster = session.get_one(Cluster, cast.clusters["K2"])
            product = queries.find_product(cluster, product_id)
            with pytest.raises(error):
                add_addendum(viewer_of(cast.people[name]), cluster, product, "Thêm bài.")


def test_products_of_a_merged_cluster_are_found_from_its_successor_and_the_year_is_clear(
    db: Database, cast: Cast, locked: Make, sign_in: SignIn
) -> None:
    product_id = locked(school_year="2025-2026", title="Bài của cụm cũ")
    with db.transaction() as session:
        both = [session.get_one(Cluster, cast.clusters[code]) for code in ("K1", "K2")]
        details = ClusterDetails("Cụm hợp nhất", (("cap-hoc", "thcs"),))
        new = merge_clusters(viewer_of(cast.tuan), both, details, THIS_YEAR).id
    page = f"/cum/{new}/san-pham-nam/{THIS_YEAR}"
    tuan = sign_in("tuan")
    text = tuan.get(page).get_data(as_text=True)
    assert "Bài của cụm cũ" in text and "tiền thân: Cụm THCS Toán - KHTN đồng bằng" in text
    assert "chưa có sản phẩm" in text  # the duty of the year of merging is the new cluster's
    assert tuan.get(f"/cum/{cast.clusters['K2']}/san-pham-nam/{THIS_YEAR}").location == page
    several = tuan.get(f"/cum/{new}/san-pham-nam/2025-2026")
    assert several.status_code == 404 and "thuộc về các cụm" in several.get_data(as_text=True)
    kept = tuan.get(f"/cum/{cast.clusters['K2']}/san-pham-nam/2025-2026").get_data(as_text=True)
    assert "Giấy ghi nhận" in kept and f"/giay-ghi-nhan/{product_id}" in kept
    with db.session(writing=False) as session:
        assert session.scalars(select(Resource.annual_product_year)).one() == "2025-2026"
