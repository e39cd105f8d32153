"""A person's own collections: made, filled with one tap, arranged, shared, copied; nobody sees more through them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from typing import Any

import docx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from repo_service.collections import policy, queries, service
from repo_service.collections.models import Collection, CollectionItem
from repo_service.core.db import Database, current_session
from repo_service.core.permissions import GUEST, listed, may
from repo_service.notifications.models import Notification
from repo_service.resources import service as resources
from repo_service.resources import succession
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_version
from tests.cast import PEOPLE, Cast
from tests.factories import counted_statements, draft, published, viewer_of

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def works(db: Database, cast: Cast) -> dict[str, str]:
    """Published works by title, in reaches that people differ in."""
    with db.transaction():
        made = {
            "Phân số": published(cast.lan, cast.clusters["K2"], title="Phân số", visibility="tinh"),
            "Số thập phân": published(cast.minh, cast.clusters["K2"], title="Số thập phân", visibility="cum"),
            "Hình học": published(cast.quang, cast.clusters["K1"], title="Hình học", visibility="tinh"),
        }
        return {title: work.id for title, work in made.items()}


def made_by(browser: FlaskClient, title: str = "Toán 6", **fields: Any) -> str:
    answer = browser.post("/api/collections", json={"title": title, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json["id"])


def titles(browser: FlaskClient, collection_id: str) -> list[str]:
    answer = browser.get(f"/api/collections/{collection_id}")
    assert answer.status_code == 200
    return [item["title"] for item in answer.json["items"]]


def test_one_tap_saves_a_work_and_another_takes_it_out(
    db: Database, cast: Cast, works: dict[str, str], sign_in: SignIn
) -> None:
    lan, work = sign_in("lan"), works["Hình học"]
    assert f'action="/hoc-lieu/{work}/luu"' in lan.get(f"/hoc-lieu/{work}").text
    for _twice in range(2):
        part = lan.post(f"/hoc-lieu/{work}/luu", headers={"HX-Request": "true"}).text
        assert 'aria-pressed="true"' in part and "?bo=1" in part and "<html" not in part
    (kept,) = lan.get("/api/collections").json["items"]
    assert kept["title"] == "Bài đã lưu" and kept["count"] == 1 and kept["visibility"] == "rieng"
    plain = lan.post(f"/hoc-lieu/{work}/luu?bo=1", headers={"Referer": "http://localhost/tim?q=a"})
    assert plain.headers["Location"] == "/tim?q=a", "without a script the page comes back"
    assert titles(lan, kept["id"]) == []
    away = lan.post(f"/hoc-lieu/{work}/luu", headers={"Referer": "https://elsewhere.test/x"})
    assert away.headers["Location"] == f"/bo-suu-tap/{kept['id']}"


def test_search_offers_to_save_to_people_but_not_to_guests(
    cast: Cast, works: dict[str, str], work: Callable[[], None], sign_in: SignIn, client: FlaskClient
) -> None:
    work()
    assert f'action="/hoc-lieu/{works["Phân số"]}/luu"' in sign_in("quang").get("/tim?q=phân+số").text
    assert "/luu" not in client.get("/tim").text
    assert client.post(f"/hoc-lieu/{works['Phân số']}/luu").status_code == 401


def test_a_collection_is_private_until_it_is_shared_and_deleted_without_its_works(
    db: Database, cast: Cast, works: dict[str, str], sign_in: SignIn, client: FlaskClient
) -> None:
    lan, collection_id = sign_in("lan"), None
    page = lan.post("/bo-suu-tap", data={"title": "Toán 6 học kì I"})
    collection_id = page.headers["Location"].rpartition("/")[2]
    others = {name: sign_in(name) for name in ("thao", "quang", "tuan")}
    address = f"/bo-suu-tap/{collection_id}"
    for visibility, cluster, seeing in (
        ("rieng", "", ()),
        ("cum", cast.clusters["K2"], ("thao", "tuan")),
        ("tinh", "", ("thao", "quang", "tuan")),
    ):
        form = {"title": "Toán 6", "note": "Dùng dần", "visibility": visibility, "cluster": cluster}
        assert lan.post(f"{address}/sua", data=form).status_code == 303
        assert {name for name, browser in others.items() if browser.get(address).status_code == 200} == set(
            seeing
        )
    assert client.get(address).status_code == 302, "a guest signs in first"
    for browser in others.values():
        assert browser.post(f"{address}/xoa").status_code == 404
        assert browser.get(f"{address}/sua").status_code == 404
        assert (
            browser.put(f"/api/collections/{collection_id}/items/{works['Phân số']}", json={}).status_code
            == 404
        )
    lan.put(f"/api/collections/{collection_id}/items/{works['Phân số']}", json={})
    assert lan.post(f"{address}/xoa").status_code == 303
    assert lan.get(address).status_code == 404 and lan.get(f"/hoc-lieu/{works['Phân số']}").status_code == 200


def test_the_check_and_the_list_say_the_same(db: Database, cast: Cast) -> None:
    with db.transaction():
        for owner, (reach, cluster) in itertools.product(
            ("lan", "quang"), (("rieng", None), ("cum", "K1"), ("cum", "K2"), ("tinh", None))
        ):
            home = cast.clusters[cluster] if cluster else None
            place = {"owner_id": cast.people[owner], "visibility": reach, "cluster_id": home}
            current_session().add(Collection(title="Bộ", **place))
    with db.session(writing=False) as session:
        everything = session.scalars(select(Collection)).all()
        for name, action in itertools.product((*PEOPLE, None), (policy.OPEN.action, policy.CHANGE.action)):
            viewer = viewer_of(cast.people[name]) if name else GUEST
            seen = set(session.scalars(select(Collection.id).where(listed(viewer, action))))
            assert seen == {one.id for one in everything if may(viewer, action, one)}, (name, action)


def test_a_shared_collection_shows_each_reader_only_what_they_may_read(
    cast: Cast, works: dict[str, str], sign_in: SignIn
) -> None:
    lan, quang = sign_in("lan"), sign_in("quang")
    collection_id = made_by(lan, visibility="tinh")
    for title, note in (("Số thập phân", "bí mật của cụm"), ("Phân số", "dạy tuần 5")):
        lan.put(f"/api/collections/{collection_id}/items/{works[title]}", json={"note": note})
    page = quang.get(f"/bo-suu-tap/{collection_id}").text
    assert "Phân số" in page and "dạy tuần 5" in page
    assert "Số thập phân" not in page and "bí mật" not in page and works["Số thập phân"] not in page
    paper = docx.Document(io.BytesIO(quang.get(f"/bo-suu-tap/{collection_id}/danh-sach.docx").data))
    cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert any("Phân số" in cell for cell in cells) and not any("bí mật" in cell for cell in cells)
    made = quang.post(f"/api/collections/{collection_id}/copy", json={"title": "Của tôi"}).json
    assert made["title"] == "Của tôi"
    assert titles(quang, made["id"]) == ["Phân số"] and made["visibility"] == "rieng"
    assert quang.get(f"/api/collections/{made['id']}").json["items"][0]["note"] == "dạy tuần 5"
    assert sign_in("lan").get(f"/api/collections/{made['id']}").status_code == 404
    (line,) = quang.get("/api/collections").json["items"]
    assert line["count"] == 1


def test_works_are_arranged_noted_and_taken_out(cast: Cast, works: dict[str, str], sign_in: SignIn) -> None:
    lan = sign_in("lan")
    collection_id = made_by(lan)
    address = f"/bo-suu-tap/{collection_id}"
    for title in works:
        lan.put(f"/api/collections/{collection_id}/items/{works[title]}", json={})
    assert titles(lan, collection_id) == ["Phân số", "Số thập phân", "Hình học"]

    def press(title: str, **form: str) -> None:
        assert lan.post(f"{address}/bai/{works[title]}", data=form).status_code == 303

    press("Hình học", viec="len")
    assert titles(lan, collection_id) == ["Phân số", "Hình học", "Số thập phân"]
    press("Phân số", viec="len")
    press("Phân số", viec="xuong")
    assert titles(lan, collection_id) == ["Hình học", "Phân số", "Số thập phân"]
    press("Phân số", viec="ghi-chu", note="<b>tuần 5</b>")
    assert "&lt;b&gt;tuần 5&lt;/b&gt;" in lan.get(address).text
    order = {"items": [works["Số thập phân"], works["Phân số"]]}
    assert lan.put(f"/api/collections/{collection_id}/items", json=order).status_code == 200
    assert titles(lan, collection_id) == ["Số thập phân", "Phân số", "Hình học"]
    press("Phân số", viec="bo")
    assert titles(lan, collection_id) == ["Số thập phân", "Hình học"]
    assert lan.post(f"{address}/bai/{works['Phân số']}", data={"viec": "len"}).status_code == 404
    assert lan.post(f"{address}/bai/{works['Hình học']}", data={"viec": "?"}).status_code == 404


def test_a_work_is_put_into_the_ticked_collections_and_a_new_one(
    cast: Cast, works: dict[str, str], sign_in: SignIn
) -> None:
    lan, work = sign_in("lan"), works["Phân số"]
    first, second, foreign = made_by(lan, "Một"), made_by(lan, "Hai"), made_by(sign_in("quang"), "Của Quang")
    lan.put(f"/api/collections/{first}/items/{work}", json={})
    assert f'value="{first}" checked' in lan.get(f"/hoc-lieu/{work}/luu").text
    lan.post(f"/hoc-lieu/{work}/bo-suu-tap", data={"chosen": [second, foreign], "title": "Ba"})
    held = {line["title"]: line["count"] for line in lan.get("/api/collections").json["items"]}
    assert held == {"Một": 0, "Hai": 1, "Ba": 1}
    assert titles(sign_in("quang"), foreign) == []


def test_what_was_replaced_or_withdrawn_says_so_and_the_successor_takes_its_place(
    db: Database, cast: Cast, works: dict[str, str], sign_in: SignIn
) -> None:
    lan = sign_in("lan")
    collection_id = made_by(lan)
    for title in ("Phân số", "Số thập phân"):
        lan.put(f"/api/collections/{collection_id}/items/{works[title]}", json={"note": "của tuần 5"})
    with db.transaction():
        minh = viewer_of(cast.minh)
        old, new, gone = (
            service.find_resource(viewer_of(cast.tuan), works[each], changing=True)
            for each in ("Phân số", "Hình học", "Số thập phân")
        )
        succession.replace(minh, old, new)
        succession.withdraw(minh, gone, "sai sót")
    page = lan.get(f"/bo-suu-tap/{collection_id}").text
    assert "Đã thay thế" in page and "Đã gỡ" in page and "Đổi sang bài thay thế" in page
    assert f"/api/resources/{works['Số thập phân']}/files/" not in page, "no bytes of a withdrawn work"
    lan.post(f"/bo-suu-tap/{collection_id}/bai/{works['Phân số']}", data={"viec": "thay"})
    items = lan.get(f"/api/collections/{collection_id}").json["items"]
    assert [(item["title"], item["state"], item["note"]) for item in items] == [
        ("Hình học", "active", "của tuần 5"),
        ("Số thập phân", "withdrawn", "của tuần 5"),
    ]
    refused = lan.put(f"/api/collections/{made_by(lan)}/items/{works['Số thập phân']}", json={})
    assert refused.status_code == 409


def test_only_published_works_within_reach_go_in(
    db: Database, cast: Cast, works: dict[str, str], sign_in: SignIn
) -> None:
    with db.transaction():
        own, _version = draft(cast.lan, cast.clusters["K2"])
        own_id = own.id
    lan = sign_in("lan")
    collection_id = made_by(lan)
    assert lan.put(f"/api/collections/{collection_id}/items/{own_id}", json={}).status_code == 409
    secret = f"/api/collections/{made_by(sign_in('quang'))}/items/{works['Số thập phân']}"
    assert sign_in("quang").put(secret, json={}).status_code == 404


def test_a_change_needs_the_revision_that_was_read(cast: Cast, sign_in: SignIn) -> None:
    lan = sign_in("lan")
    address = f"/api/collections/{made_by(lan)}"
    etag = lan.get(address).headers["ETag"]
    assert lan.patch(address, json={"title": "Mới"}).status_code == 428
    assert lan.patch(address, json={"title": "Mới"}, headers={"If-Match": etag}).json["title"] == "Mới"
    assert lan.patch(address, json={"title": "Nữa"}, headers={"If-Match": etag}).status_code == 412
    fresh = {"If-Match": lan.get(address).headers["ETag"]}
    for wrong in ({"title": " "}, {"visibility": "ai-cung-thay"}, {"visibility": "cum"}, {"x": 1}, ["title"]):
        assert lan.patch(address, json=wrong, headers=fresh).status_code == 422, wrong
    assert lan.delete(address).status_code == 204 and lan.get(address).status_code == 404


def test_a_form_that_another_window_overtook_comes_back_as_typed(cast: Cast, sign_in: SignIn) -> None:
    lan = sign_in("lan")
    address = f"/bo-suu-tap/{made_by(lan, 'Một')}/sua"
    assert lan.post(address, data={"title": "Hai", "revision": "1"}).status_code == 303
    late = lan.post(address, data={"title": "Ba", "revision": "1"})
    assert late.status_code == 422 and 'value="Ba"' in late.text and "vừa được sửa ở nơi khác" in late.text
    assert 'value="2"' in late.text, "who has read that may save on purpose"


def test_collections_and_their_number_are_bounded(
    db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, works: dict[str, str], sign_in: SignIn
) -> None:
    monkeypatch.setattr(service, "MOST_OWN", 2)
    monkeypatch.setattr(service, "MOST_ITEMS", 1)
    lan = sign_in("lan")
    full = made_by(lan)
    made_by(lan)
    assert lan.post("/api/collections", json={"title": "Ba"}).status_code == 409
    assert lan.put(f"/api/collections/{full}/items/{works['Phân số']}", json={}).status_code == 200
    assert lan.put(f"/api/collections/{full}/items/{works['Hình học']}", json={}).status_code == 409


def test_a_page_of_a_collection_costs_the_same_for_one_work_and_for_many(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    lan, spent = sign_in("lan"), []
    collection_id = made_by(lan)
    for many in (1, 8):
        with db.transaction():
            found = queries.find_collection(viewer_of(cast.lan), collection_id)
            for number in range(many):
                work = published(cast.lan, cast.clusters["K2"], title=f"Bài {many} {number}")
                service.add(viewer_of(cast.lan), found, work.id)
        with counted_statements(db) as seen:
            assert lan.get(f"/bo-suu-tap/{collection_id}").status_code == 200
        spent.append(len(seen))
    assert spent[0] == spent[1] <= 5


def test_the_way_to_save_costs_a_works_page_no_statement(
    db: Database, cast: Cast, works: dict[str, str], sign_in: SignIn
) -> None:
    lan, address = sign_in("lan"), f"/hoc-lieu/{works['Phân số']}"
    lan.get(address)
    with counted_statements(db) as seen:
        assert f'action="{address}/luu"' in lan.get(address).text
    assert len(seen) <= 1 + 3, seen  # the session's own and the page's three


def test_a_deleted_collection_leaves_no_items(
    db: Database, cast: Cast, works: dict[str, str], sign_in: SignIn
) -> None:
    lan = sign_in("lan")
    lan.post(f"/hoc-lieu/{works['Phân số']}/luu")
    (kept,) = lan.get("/api/collections").json["items"]
    lan.delete(f"/api/collections/{kept['id']}")
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(CollectionItem)) == 0


def test_who_keeps_a_work_is_told_of_its_new_version_once_and_within_reach(
    db: Database, cast: Cast, works: dict[str, str], work: Callable[[], None], sign_in: SignIn
) -> None:
    for name in ("lan", "hoa", "quang"):
        sign_in(name).post(f"/hoc-lieu/{works['Phân số']}/luu")
    sign_in("hoa").post("/api/collections", json={"title": "Bộ khác"})
    other = sign_in("hoa").get("/api/collections").json["items"][0]["id"]
    sign_in("hoa").put(f"/api/collections/{other}/items/{works['Phân số']}", json={})
    work()

    def publish_next(visibility: str) -> None:
        with db.transaction() as session:
            lan, resource = viewer_of(cast.lan), session.get_one(Resource, works["Phân số"])
            session.refresh(resource, ["authors"])
            base = find_version(resource, resource.current_version_id)
            version = resources.start_version(lan, resource, base, "Thêm trò chơi")
            resources.submit(lan, resource, version)
            resources.move_version(None, resource, version, "approve")
            resources.publish_version(None, resource, version)
            resource.visibility = visibility
        work()

    def told(name: str, number: int) -> int:
        with db.session(writing=False) as session:
            of_kind = Notification.kind == "collection.new_version", Notification.user_id == cast.people[name]
            notices = session.scalars(select(Notification).where(*of_kind)).all()
            return sum(notice.values["number"] == number for notice in notices)

    publish_next("tinh")
    assert [told(name, 2) for name in ("lan", "hoa", "quang", "thao")] == [0, 1, 1, 0]
    publish_next("cum")
    assert "“Phân số” mà thầy cô đã lưu có phiên bản 2." in sign_in("quang").get("/thong-bao").text
    assert [told(name, 3) for name in ("hoa", "quang")] == [1, 0], "out of Quang's reach by now"


def test_a_collection_shared_with_no_cluster_is_given_back_with_a_sentence(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    lan = sign_in("lan")
    made = lan.post("/api/collections", json={"title": "Toán 6"}).get_json()["id"]
    for cluster in ("", "zzzz"):
        sent = {"title": "Toán 6", "visibility": "cum", "cluster": cluster}
        answer = lan.post(f"/bo-suu-tap/{made}/sua", data=sent)
        assert answer.status_code == 422 and "Chọn một cụm mà thầy cô đang tham gia." in answer.text
