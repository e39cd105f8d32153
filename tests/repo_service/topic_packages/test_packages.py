"""Topic packages: begun from a collection or a work, put in order, pinned, told of newer versions, never leaking."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.annual_products import queries as products
from repo_service.annual_products import service as annual_products
from repo_service.collections import service as collections
from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.outbox import OutboxRow
from repo_service.notifications.models import Notification
from repo_service.organizations.models import Cluster
from repo_service.resources import service as resources
from repo_service.resources import succession
from repo_service.resources.bundles.members import members_of
from repo_service.resources.queries import find_resource, find_version
from repo_service.topic_packages import jobs, queries, service
from tests.cast import Cast
from tests.factories import counted_statements, published, viewer_of
from tests.repo_service.annual_products.conftest import WORDS
from tests.repo_service.interop.test_bags import unpacked

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def works(db: Database, cast: Cast) -> list[str]:
    """A plan of Lan's, a film and a bank of questions, all open to the province."""
    with db.transaction():
        made = [
            published(cast.lan, cast.clusters["K2"], title="Kế hoạch: phân số"),
            published(
                cast.hoa, cast.clusters["K2"], title="Phim: trục số", type="video-bai-hoc", grades=["lop-7"]
            ),
            published(cast.quang, cast.clusters["K1"], title="Câu hỏi phân số", type="ngan-hang-cau-hoi"),
        ]
        return [work.id for work in made]


@pytest.fixture
def package(db: Database, cast: Cast, works: list[str]) -> str:
    """Lan's draft package of the three works."""
    with db.transaction():
        lan = viewer_of(cast.lan)
        return service.start(
            lan, "Phân số", works=[(works[0], "Dạy trước."), (works[1], ""), (works[2], "")]
        ).id


def _publish(db: Database, cast: Cast, resource_id: str, by: str = "lan", note: str = "") -> None:
    """The version on its way, or a new one, is published."""
    with db.transaction():
        author = viewer_of(cast.people[by])
        resource = find_resource(author, resource_id)
        if resource.working_version_id is None:
            shown = find_version(resource, resource.current_version_id)
            resources.start_version(author, resource, shown, note or "Sửa vài chỗ.")
        version = find_version(resource, resource.working_version_id)
        resources.submit(author, resource, version)
        resources.move_version(None, resource, version, "approve")
        resources.publish_version(None, resource, version)


def _titles(answer: Any) -> list[str]:
    return [member["title"] for member in answer.json["members"]]


def test_a_package_is_begun_put_in_order_and_read_as_one_work(
    db: Database, cast: Cast, works: list[str], sign_in: SignIn, tmp_path: Any
) -> None:
    lan = sign_in("lan")
    made = lan.post("/api/topic-packages", json={"title": "Phân số", "works": works[:2]})
    assert made.status_code == 201 and made.json["grades"] == ["lop-6", "lop-7"]
    address = f"/api/topic-packages/{made.json['id']}/works"
    lan.post(address, json={"work": works[2], "note": "Kiểm tra cuối chủ đề."})
    assert _titles(lan.post(f"{address}/{works[2]}/up")) == [
        "Kế hoạch: phân số",
        "Câu hỏi phân số",
        "Phim: trục số",
    ]
    assert _titles(lan.delete(f"{address}/{works[1]}")) == ["Kế hoạch: phân số", "Câu hỏi phân số"]
    for refused in (works[2], "0" * 16, made.json["id"], ""):
        assert lan.post(address, json={"work": refused}).status_code == 422
    _publish(db, cast, made.json["id"])
    reader = sign_in("quang")
    page = reader.get(f"/hoc-lieu/{made.json['id']}").get_data(as_text=True)
    assert "Trong gói có 2 bài" in page and "Kiểm tra cuối chủ đề." in page and "Tải cả gói" in page
    data = reader.get(f"/api/resources/{made.json['id']}/package.zip").data
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert names == ["01 Kế hoạch- phân số/bai.txt", "02 Câu hỏi phân số/bai.txt"]
    bag = unpacked(reader.get(f"/api/resources/{made.json['id']}/bag.zip").data, tmp_path)
    assert bag.is_valid() and len(list(bag.payload_entries())) == 2


def test_the_page_of_a_package_costs_three_statements_beside_the_sessions_own(
    db: Database, cast: Cast, package: str, sign_in: SignIn
) -> None:
    _publish(db, cast, package)
    reader = sign_in("quang")
    reader.get(f"/hoc-lieu/{package}")
    with counted_statements(db) as statements:
        assert "Trong gói có 3 bài" in reader.get(f"/hoc-lieu/{package}").get_data(as_text=True)
    assert len(statements) <= 4, statements


def test_works_a_reader_may_not_see_are_not_spoken_of(
    db: Database, cast: Cast, works: list[str], package: str, sign_in: SignIn
) -> None:
    _publish(db, cast, package)
    with db.transaction():
        lan = viewer_of(cast.lan)
        resources.change_reach(lan, find_resource(lan, works[0]), "cum", None)
        minh = viewer_of(cast.minh)
        succession.withdraw(minh, find_resource(minh, works[1]), "Có trang quét.")
    quang = sign_in("quang")
    for path in (f"/hoc-lieu/{package}", f"/api/resources/{package}", f"/hoc-lieu/{package}/phien-ban/1"):
        text = quang.get(path).get_data(as_text=True)
        assert works[2] in text
        for secret in ("Kế hoạch: phân số", "Dạy trước.", "Phim: trục số", works[0], works[1]):
            assert secret not in text, (path, secret)
    names = zipfile.ZipFile(io.BytesIO(quang.get(f"/api/resources/{package}/package.zip").data)).namelist()
    assert names == ["01 Câu hỏi phân số/bai.txt"]
    edit = sign_in("lan").get(f"/goi-chu-de/{package}/soan").get_data(as_text=True)
    assert "Có 1 bài không còn mở được" in edit and "Kế hoạch: phân số" in edit


def test_a_newer_version_is_told_and_taken_over_by_one_click(
    db: Database, cast: Cast, works: list[str], package: str, sign_in: SignIn
) -> None:
    _publish(db, cast, package)
    _publish(db, cast, works[1], by="hoa")
    for _again in range(2):
        with db.transaction():
            jobs.tell_of_newer_work(OutboxRow(topic="", object_id=works[1], values={"number": 2}))
    with db.session(writing=False) as session:
        told = session.scalars(select(Notification).where(Notification.kind == "package.newer_work")).all()
        assert [each.user_id for each in told] == [cast.lan]
    lan, page = sign_in("lan"), f"/goi-chu-de/{package}/soan"
    assert "Lấy phiên bản 2" in lan.get(page).get_data(as_text=True)
    assert lan.post(page, data={"viec": "ban-moi", "work": works[1]}).status_code == 303
    text = lan.get(page).get_data(as_text=True)
    assert "Lấy phiên bản 2" not in text and "Thông tin gói, gửi phản biện" in text
    with db.session(writing=False):
        reader = viewer_of(cast.quang)
        resource = find_resource(reader, package)
        shown = members_of(reader, find_version(resource, resource.current_version_id))
        draft = find_version(resource, resource.working_version_id)
        assert [(m.version.number, m.newest) for m in shown] == [(1, None), (1, 2), (1, None)]
        assert [m.version.number for m in members_of(reader, draft)] == [1, 2, 1]
        assert (draft.number, draft.change_note) == (2, "Dùng bản mới của “Phim: trục số”.")


def test_pages_begin_a_package_from_a_collection_and_from_a_work(
    db: Database, cast: Cast, works: list[str], sign_in: SignIn
) -> None:
    with db.transaction():
        lan = viewer_of(cast.lan)
        kept = collections.create(lan, {"title": "Phân số lớp 6"})
        collections.add(lan, kept, works[0], "Mở đầu.")
        collections.add(lan, kept, works[2])
        kept_id = kept.id
    browser = sign_in("lan")
    assert f"/goi-chu-de/moi?collection={kept_id}" in browser.get(f"/bo-suu-tap/{kept_id}").get_data(
        as_text=True
    )
    form = browser.get(f"/goi-chu-de/moi?collection={kept_id}").get_data(as_text=True)
    assert 'value="Phân số lớp 6"' in form and "bắt đầu với 2 bài" in form
    assert browser.post(f"/goi-chu-de/moi?collection={kept_id}", data={"title": " "}).status_code == 422
    page = browser.post(f"/goi-chu-de/moi?collection={kept_id}", data={"title": "Phân số lớp 6"}).location
    assert "Mở đầu." in browser.get(page).get_data(as_text=True)
    choice = browser.get(f"/hoc-lieu/{works[1]}/vao-goi").get_data(as_text=True)
    package = page.split("/")[2]
    assert f'value="{package}"' in choice
    assert browser.post(f"/hoc-lieu/{works[1]}/vao-goi", data={"package": package}).location == page
    assert "Bài này đã có trong gói" in browser.post(
        f"/hoc-lieu/{works[1]}/vao-goi", data={"package": package}, follow_redirects=True
    ).get_data(as_text=True)
    found = browser.get(f"{page}?q=phan so").get_data(as_text=True)
    assert (
        found.count("Thêm<span") == 0 and "Không thấy bài nào" in found
    )  # what is in it is not offered again
    for data, status in (
        ({"viec": "len", "work": works[1]}, 303), ({"viec": "ghi-chu", "work": works[1], "note": "Xem phim."}, 303),
        ({"viec": "ghi-chu", "work": works[1], "note": "x" * 501}, 422), ({"viec": "bo", "work": works[0]}, 303),
        ({"viec": "them", "work": f"https://kho.example/hoc-lieu/{works[0]}"}, 303), ({"viec": "bo-an"}, 303),
        ({"viec": "lạ", "work": works[0]}, 404), ({"viec": "len", "work": "0" * 16}, 404),
    ):  # fmt: skip
        assert browser.post(page, data=data).status_code == status, data
    with db.session(writing=False):
        lan = viewer_of(cast.lan)
        members = members_of(lan, queries.find_package(lan, package)[1])
        assert [(m.resource.id, m.note) for m in members] == [
            (works[1], "Xem phim."), (works[2], ""), (works[0], ""),
        ]  # fmt: skip
    for name in ("quang", "minh", "tuan"):
        assert sign_in(name).get(page).status_code == 404
        assert sign_in(name).post(page, data={"viec": "bo", "work": works[0]}).status_code == 404
    assert browser.get(f"/goi-chu-de/{works[0]}/soan").status_code == 409


def test_what_is_no_finished_work_cannot_be_in_a_package(
    db: Database, cast: Cast, works: list[str], package: str
) -> None:
    _publish(db, cast, package)
    with db.transaction():
        lan = viewer_of(cast.lan)
        succession.withdraw(viewer_of(cast.minh), find_resource(lan, works[1]), "Có trang quét.")
        made = service.start(
            lan, "Gói khác", works=[(package, ""), (works[1], ""), (works[0], ""), (works[0], "")]
        )
        version = queries.worked_on(made)
        assert [each["resource"] for each in version.members] == [works[0]]
        with pytest.raises(InvalidInput):
            service.start(lan, "Gói", cluster_id=cast.clusters["K1"])
        with pytest.raises(NotFound):
            service.move(lan, made, version, works[2], 1)


def test_a_package_becomes_the_years_product_with_every_file_of_its_works(
    db: Database, cast: Cast, works: list[str], package: str, approve: Callable[..., None], lock: Callable[..., None],
    sign_in: SignIn, tmp_path: Any,
) -> None:  # fmt: skip
    _publish(db, cast, package)
    with db.transaction() as session:
        minh, cluster = viewer_of(cast.minh), session.get_one(Cluster, cast.clusters["K2"])
        product_id = annual_products.choose(minh, cluster, "2026-2027", package, **WORDS).id
    approve(package, "hoa", "minh")
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        resources.change_reach(hoa, find_resource(hoa, works[1]), "rieng", None)
    with pytest.raises(InvalidInput) as refused:
        lock(product_id)
    assert "“Phim: trục số”" in refused.value.errors["resource"][0]
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        resources.change_reach(hoa, find_resource(hoa, works[1]), "tinh", None)
    lock(product_id)
    with db.session(writing=False) as session:
        manifest = session.get_one(products.AnnualProduct, product_id).manifest
    assert [work["title"] for work in manifest["works"]] == [
        "Kế hoạch: phân số",
        "Phim: trục số",
        "Câu hỏi phân số",
    ]
    assert all(len(file["sha256"]) == 64 for work in manifest["works"] for file in work["files"])
    quang = sign_in("quang")
    bag = unpacked(quang.get(f"/api/annual-products/{product_id}/bag.zip").data, tmp_path)
    assert bag.is_valid() and len(list(bag.payload_entries())) == 3
    with db.transaction():
        lan = viewer_of(cast.lan)
        resources.change_reach(lan, find_resource(lan, works[0]), "cum", None)
    text = quang.get(f"/giay-ghi-nhan/{product_id}").get_data(as_text=True)
    assert "Kế hoạch: phân số" not in text and "Câu hỏi phân số" not in text
    assert quang.get(f"/giay-ghi-nhan/{product_id}/manifest.json").status_code == 404
    assert quang.get(f"/api/annual-products/{product_id}/bag.zip").status_code == 404
