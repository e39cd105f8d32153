"""Finding published works through the page and the API: words, filters, paging, what nobody may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.resources import succession
from repo_service.resources.queries import find_resource
from repo_service.search.understanding import is_one_edit
from tests.cast import Cast
from tests.factories import counted_statements, draft, published, viewer_of

Shelf = dict[str, str]


@pytest.fixture
def shelf(db: Database, cast: Cast, work: Callable[[], None]) -> Shelf:
    """Works of K2 in each reach and state, all about phân số; ids by short name."""
    k2 = cast.clusters["K2"]
    with db.transaction():
        made = {
            "tinh": published(cast.lan, k2, title="Phân số với tử và mẫu là số nguyên"),
            "cum": published(
                cast.lan, k2, title="Phân số quanh phiên chợ", visibility="cum", type="goi-chu-de"
            ),
            "rieng": published(cast.lan, k2, title="Phân số ghi chép riêng", visibility="rieng"),
            "cong-khai": published(
                cast.minh,
                k2,
                title="Phân số cho mọi người",
                licence="mo",
                visibility="cong-khai",
                grades=["lop-4"],
            ),
            "draft": draft(cast.lan, k2, title="Phân số bản nháp")[0],
            "withdrawn": published(cast.lan, k2, title="Phân số đã gỡ"),
            "retired": published(cast.lan, k2, title="Phân số ngừng dùng"),
            "other": published(
                cast.quang, cast.clusters["K1"], title="Hình học quanh sân trường", grades=["lop-4"]
            ),
        }
        minh = viewer_of(cast.minh)
        succession.withdraw(minh, find_resource(minh, made["withdrawn"].id), "Trùng bài")
        succession.retire(minh, find_resource(minh, made["retired"].id), "Theo sách cũ")
        ids = {name: resource.id for name, resource in made.items()}
    work()
    return ids


def found(browser: FlaskClient, **params: Any) -> dict[str, Any]:
    answer = browser.get("/api/search", query_string=params)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def names(shelf: Shelf, answer: dict[str, Any]) -> set[str]:
    by_id = {id_: name for name, id_ in shelf.items()}
    return {by_id[hit["id"]] for hit in answer["hits"]}


@pytest.mark.parametrize("q", ["phân số", "phan so", "PHAN SO", "Phân số", "phan so lop 6 toan"])
def test_marked_and_unmarked_words_find_the_same(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient], q: str
) -> None:
    answer = found(sign_in("lan"), q=q)
    assert {"tinh", "cum"} <= names(shelf, answer)
    assert answer["by_title_only"] is False


@pytest.mark.parametrize(
    ("q", "read"), [("phaan soos", "phân số"), ("hinhf hocj", "hình học"), ("hi2nh ho5c", "hình học")]
)
def test_keys_that_no_input_method_turned_into_letters_are_read(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient], q: str, read: str
) -> None:
    answer = found(sign_in("lan"), q=q)
    assert (answer["read_as"], answer["total"]) == (read, found(sign_in("lan"), q=read)["total"])
    assert f"Kho đọc “{q}” là “{read}”." in sign_in("lan").get("/tim", query_string={"q": q}).text


@pytest.mark.parametrize(("one", "other", "near"), [
    ("trihn", "trinh", True), ("phan", "phna", True), ("soo", "so", True), ("sa", "xa", True), ("so", "so", False),
    ("abcd", "badc", False), ("trinh", "tinhr", False), ("", "a", True),
])  # fmt: skip
def test_what_counts_as_one_edit(one: str, other: str, near: bool) -> None:
    assert is_one_edit(one, other) is is_one_edit(other, one) is near


def test_one_wrong_letter_is_answered_and_the_right_word_offered(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient]
) -> None:
    answer = found(sign_in("lan"), q="phiem cho")
    assert answer["hits"][0]["id"] == shelf["cum"]
    assert (answer["did_you_mean"], answer["read_as"]) == ("phiên cho", None)
    assert answer["fuzzy"] and answer["relaxed"]  # little is near: what holds a part of it follows
    page = sign_in("lan").get("/tim?q=phiem+cho&grade=lop-6").text
    assert 'href="/tim?q=phi%C3%AAn+cho&amp;grade=lop-6">phiên cho</a>' in page
    assert found(sign_in("lan"), q="phiên chợ")["did_you_mean"] is None


def test_the_label_of_type_subject_and_class_finds_a_work(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient]
) -> None:
    assert names(shelf, found(sign_in("lan"), q="giao an toan 6 phan so")) >= {"tinh"}
    first = found(sign_in("lan"), q="giao an toan 6 phan so")["hits"][0]
    assert (first["type"], first["grades"], first["subjects"]) == ("khbd", ["lop-6"], ["toan"])


SEES = [
    ("lan", {"tinh", "cum", "rieng", "cong-khai"}),
    ("minh", {"tinh", "cum", "cong-khai"}), ("hoa", {"tinh", "cum", "cong-khai"}),
    ("quang", {"tinh", "cong-khai"}), ("tuan", {"tinh", "cum", "cong-khai"}), (None, {"cong-khai"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "visible"), SEES)
def test_each_role_finds_what_it_may_see_in_hits_and_counts(
    shelf: Shelf,
    sign_in: Callable[[str], FlaskClient],
    client: FlaskClient,
    name: str | None,
    visible: set[str],
) -> None:
    answer = found(sign_in(name) if name else client, q="phan so")
    assert names(shelf, answer) == visible
    assert answer["total"] == len(visible)
    assert sum(choice["count"] for choice in answer["facets"]["grade"]) == len(visible)


@pytest.mark.parametrize(("name", "visible"), SEES)
def test_each_role_gets_suggestions_of_what_it_may_see(
    shelf: Shelf,
    sign_in: Callable[[str], FlaskClient],
    client: FlaskClient,
    name: str | None,
    visible: set[str],
) -> None:
    browser = sign_in(name) if name else client
    items = browser.get("/api/suggest?q=phan s").get_json()["items"]
    assert {item["id"] for item in items if "id" in item} == {shelf[one] for one in visible}


def test_a_hit_that_the_database_denies_is_dropped(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient], db: Database, cast: Cast
) -> None:
    with db.transaction():
        lan = viewer_of(cast.lan)
        find_resource(lan, shelf["tinh"]).visibility = "rieng"  # the index does not know yet
    quang = sign_in("quang")
    assert names(shelf, found(quang, q="phan so")) == {"cong-khai"}
    assert shelf["tinh"] not in {
        item.get("id") for item in quang.get("/api/suggest?q=phan").get_json()["items"]
    }


def test_retired_works_are_found_only_when_asked_for(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient]
) -> None:
    assert names(shelf, found(sign_in("lan"), q="phan so", state="retired")) == {"retired"}
    everything = found(sign_in("lan"), q="phan so", state=["active", "retired", "replaced"])
    assert "withdrawn" not in names(shelf, everything) and "retired" in names(shelf, everything)


def test_values_of_a_filter_are_alternatives_and_filters_narrow(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient]
) -> None:
    lan = sign_in("lan")
    assert names(shelf, found(lan, grade="lop-4")) == {"cong-khai", "other"}
    assert found(lan, grade=["lop-4", "lop-6"])["total"] == 5
    narrowed = found(lan, grade=["lop-4", "lop-6"], type="goi-chu-de")
    assert names(shelf, narrowed) == {"cum"}
    grades = {choice["value"]: choice for choice in narrowed["facets"]["grade"]}
    assert grades["lop-4"] == {"value": "lop-4", "label": "Lớp 4", "count": 0, "selected": True}
    assert {choice["value"]: choice["count"] for choice in narrowed["facets"]["type"]} == {
        "khbd": 4,
        "goi-chu-de": 1,
    }


def test_what_kho_understood_can_be_dropped_and_never_filters(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient]
) -> None:
    lan = sign_in("lan")
    answer = found(lan, q="toán lớp 6 phân số")
    assert {reading["value"] for reading in answer["understood"]} == {"toan", "lop-6"}
    assert {reading["value"] for reading in found(lan, q="toán lớp 6 phân số", bo="lop-6")["understood"]} == {
        "toan"
    }
    page = lan.get("/tim?q=toán lớp 6 phân số").get_data(as_text=True)
    assert "Kho hiểu là" in page and "bo=lop-6" in page


def test_pages_follow_each_other_without_repeats(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        for number in range(7):
            published(cast.lan, cast.clusters["K2"], title=f"Bài số {number}")
    work()
    lan, seen, page = sign_in("lan"), [], 1
    while page is not None:
        answer = found(lan, page=page, size=3, sort="title")
        seen += [hit["title"] for hit in answer["hits"]]
        page = answer["next"]
    assert seen == [f"Bài số {number}" for number in range(7)]


def test_a_search_page_asks_the_database_three_times_and_the_engine_once(
    shelf: Shelf, db: Database, sign_in: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    from repo_service.core import backends

    engine, calls = backends.search_engine(), []
    search = engine.search
    monkeypatch.setattr(engine, "search", lambda request: calls.append(request) or search(request))
    for address in ("/tim?q=phan+so&grade=lop-6", "/api/search?q=phan+so&grade=lop-6"):
        for name in ("lan", "tuan"):
            browser = sign_in(name)
            with counted_statements(db) as statements:
                assert browser.get(address).status_code == 200
            assert len(statements) <= 1 + 3, statements
    assert len(calls) == 4


def test_the_words_are_marked_and_everything_else_is_escaped(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction():
        published(
            cast.lan,
            cast.clusters["K2"],
            title="Phép <b>cộng</b>",
            summary="<script>alert(1)</script> phân số & hỗn số",
        )
    work()
    lan = sign_in("lan")
    snippet = found(lan, q="phan so")["hits"][0]["snippet"]
    assert "<mark>phân</mark>" in snippet or "<mark>phân số</mark>" in snippet
    assert "<script>" not in snippet and "&lt;script&gt;" in snippet
    page = lan.get("/tim?q=phan+so").get_data(as_text=True)
    assert "<script>alert" not in page and "Phép &lt;b&gt;" in page


def test_old_names_of_a_cluster_find_its_works(
    shelf: Shelf, db: Database, cast: Cast, work: Callable[[], None], sign_in: Callable[[str], FlaskClient]
) -> None:
    from repo_service.core.outbox import emit
    from repo_service.organizations.models import Cluster

    assert (
        found(sign_in("lan"), q="đồng bằng Mộ Đức")["relaxed"]
        or found(sign_in("lan"), q="đồng bằng Mộ Đức")["total"] == 0
    )
    with db.transaction() as session:
        session.get_one(Cluster, cast.clusters["K2"]).old_names = ["Cụm Mộ Đức"]
        emit("cluster.changed", cast.clusters["K2"])
    work()
    assert {"tinh", "cum"} <= names(shelf, found(sign_in("lan"), q="cum mo duc"))


def test_a_guest_searches_without_a_login_wall(shelf: Shelf, client: FlaskClient) -> None:
    page = client.get("/tim?q=phan+so")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    assert "Phân số cho mọi người" in text and "phiên chợ" not in text and "bản nháp" not in text


def test_htmx_gets_the_results_part_and_further_items_only(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient]
) -> None:
    lan, asks = sign_in("lan"), {"HX-Request": "true"}
    part = lan.get("/tim?q=phan+so", headers=asks)
    assert "<html" not in part.get_data(as_text=True) and 'id="ket-qua"' in part.get_data(as_text=True)
    assert "HX-Request" in part.headers["Vary"]
    more = lan.get("/tim?q=phan+so&size=1&page=2", headers=asks).get_data(as_text=True)
    assert more.count("<article") == 1 and 'id="ket-qua"' not in more and "data-hx-swap-oob" in more
    again = lan.get("/tim?q=phan+so", headers={**asks, "HX-History-Restore-Request": "true"})
    assert "<html" in again.get_data(as_text=True)


def test_nothing_found_says_what_to_do(shelf: Shelf, sign_in: Callable[[str], FlaskClient]) -> None:
    page = sign_in("lan").get("/tim?q=zzzzqqq&grade=lop-6").get_data(as_text=True)
    assert "Chưa có bài nào khớp" in page and "Bỏ hết bộ lọc" in page


def test_works_like_one_are_listed_for_who_may_read_them(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient], client: FlaskClient
) -> None:
    lan = sign_in("lan").get(f"/api/resources/{shelf['tinh']}/similar").json["items"]
    assert {item["id"] for item in lan} == {shelf["cum"], shelf["rieng"], shelf["cong-khai"]}
    guest = client.get(f"/api/resources/{shelf['cong-khai']}/similar").json["items"]
    assert [item["id"] for item in guest] == []
    assert client.get(f"/api/resources/{shelf['tinh']}/similar").status_code == 404
    address = f"/hoc-lieu/{shelf['tinh']}/tuong-tu"
    assert address in sign_in("lan").get(f"/hoc-lieu/{shelf['tinh']}").text
    assert "Phân số quanh phiên chợ" in sign_in("lan").get(address).text
    part = sign_in("lan").get(address, headers={"HX-Request": "true"}).text
    assert "Phân số quanh phiên chợ" in part and "<html" not in part
    assert sign_in("lan").get("/hoc-lieu/nothing/tuong-tu").status_code == 404


def test_the_page_has_one_first_heading_and_labelled_controls(
    shelf: Shelf, sign_in: Callable[[str], FlaskClient]
) -> None:
    page = sign_in("lan").get("/tim?q=phan+so").get_data(as_text=True)
    assert page.count("<h1") == 1
    for control in re.findall(r"<(?:input|select)[^>]*>", page):
        if 'type="hidden"' not in control and 'type="checkbox"' not in control:
            identity = re.search(r'\bid="([^"]+)"', control)
            assert identity and f'for="{identity[1]}"' in page, control
