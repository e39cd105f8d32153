"""Saved searches: one tap on the search page, a list of one's own, the same through the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core.db import Database
from repo_service.core.permissions import GUEST, listed, may
from repo_service.saved_searches import policy
from repo_service.saved_searches.models import SavedSearch
from tests.cast import Cast
from tests.factories import published, viewer_of

SignIn = Callable[[str], FlaskClient]
SEARCH = {"q": "phân số", "grade": ["lop-6"], "subject": ["toan"]}


def keep(browser: FlaskClient, search: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    answer = browser.post("/api/saved-searches", json={"search": search or SEARCH, **more})
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    return answer.get_json()


def mine(browser: FlaskClient) -> list[dict[str, Any]]:
    return browser.get("/api/saved-searches").get_json()["items"]


def test_one_tap_on_the_search_page_keeps_the_search_and_its_filters(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    with db.transaction():
        published(cast.minh, cast.clusters["K2"], title="Phân số")
    work()
    lan = sign_in("lan")
    page = lan.get("/tim?q=phân+số&grade=lop-6&sort=newest").get_data(as_text=True)
    search = unescape(re.findall(r'name="search" value="([^"]*)"', page)[0])
    saved = lan.post("/tim-da-luu", data={"search": search, "viec": "theo-doi"})
    assert saved.status_code == 303 and "q=ph%C3%A2n+s%E1%BB%91" in saved.headers["Location"]
    (kept,) = mine(lan)
    assert (kept["name"], kept["follow"]) == ("phân số · Lớp 6", True)
    assert kept["search"] == {"q": "phân số", "grade": ["lop-6"], "sort": "newest"}
    assert lan.get(kept["url"]).status_code == 200
    part = lan.post("/tim-da-luu", data={"search": search, "viec": "luu"}, headers={"HX-Request": "true"})
    assert 'role="status"' in part.get_data(as_text=True) and mine(lan) == [kept]


def test_a_search_typed_in_keys_is_kept_as_it_was_read(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    with db.transaction():
        published(cast.minh, cast.clusters["K2"], title="Phân số")
    work()
    page = sign_in("lan").get("/tim?q=phaan+soos").get_data(as_text=True)
    assert re.findall(r'name="search" value="([^"]*)"', page) == ["q=ph%C3%A2n+s%E1%BB%91"]


def test_the_same_search_is_kept_once_however_it_is_ordered(sign_in: SignIn) -> None:
    lan = sign_in("lan")
    first = keep(lan)
    again = keep(
        lan, {"subject": ["toan"], "q": "  phân   số ", "grade": ["lop-6"], "sort": "newest"}, follow=True
    )
    assert again["id"] == first["id"] and again["follow"] and len(mine(lan)) == 1
    assert keep(lan)["follow"]  # saving again does not stop following
    assert keep(lan, {"q": "phân số"})["id"] != first["id"]


def test_names_are_guessed_from_words_and_filters(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    assert keep(lan)["name"] == "phân số · Lớp 6 · Toán"
    of_cluster = keep(lan, {"cluster": [cast.clusters["K2"]], "feature": ["san-pham-nam"]})
    assert of_cluster["name"] == "Sản phẩm năm của cụm · Cụm THCS Toán - KHTN đồng bằng"
    years = keep(lan, {"q": "dài", "from_year": "2025-2026"})
    assert years["name"] == "dài · 2025-2026 – …" and "from_year=2025-2026" in years["url"]
    assert len(keep(lan, {"q": "dài " * 200})["name"]) <= 120
    assert keep(lan, {"q": "khác"}, name="  Của   tôi ")["name"] == "Của tôi"


def test_a_person_renames_follows_and_deletes_on_the_page(sign_in: SignIn) -> None:
    lan = sign_in("lan")
    path = f"/tim-da-luu/{keep(lan)['id']}"
    for doing in ({"viec": "doi-ten", "name": "Ôn tập"}, {"viec": "theo-doi"}):
        assert lan.post(path, data=doing).status_code == 303
    assert [(one["name"], one["follow"]) for one in mine(lan)] == [("Ôn tập", True)]
    page = lan.get("/tim-da-luu").get_data(as_text=True)
    assert "Ôn tập" in page and "Thôi theo dõi" in page
    lan.post(path, data={"viec": "thoi"})
    lan.post(path, data={"viec": "doi-ten", "name": "x" * 121})
    assert [(one["name"], one["follow"]) for one in mine(lan)] == [("Ôn tập", False)]
    assert lan.post(path, data={"viec": "?"}).status_code == 404
    lan.post(path, data={"viec": "xoa"})
    assert mine(lan) == [] and "Chưa lưu lần tìm nào" in lan.get("/tim-da-luu").get_data(as_text=True)


def test_the_api_changes_and_deletes(sign_in: SignIn) -> None:
    lan = sign_in("lan")
    path = f"/api/saved-searches/{keep(lan)['id']}"
    assert lan.patch(path, json={"name": "Ôn", "follow": True}).get_json()["name"] == "Ôn"
    assert lan.patch(path, json={"name": ""}).get_json()["name"] == "phân số · Lớp 6 · Toán"
    assert lan.get(path).get_json()["follow"] is True
    assert lan.patch(path, json={"name": "x" * 121}).status_code == 422
    assert lan.delete(path).status_code == 204 and lan.get(path).status_code == 404


@pytest.mark.parametrize(
    "search",
    [{}, {"q": "  "}, {"grade": []}, {"q": "a" * 1001}, {"grade": ["lop-99"]}, {"sort": "popularity"}],
)
def test_what_is_no_search_is_refused_in_words(sign_in: SignIn, search: dict[str, Any]) -> None:
    answer = sign_in("lan").post("/api/saved-searches", json={"search": search})
    assert answer.status_code == 422 and answer.get_json()["errors"]


def test_fifty_searches_are_enough(sign_in: SignIn) -> None:
    lan = sign_in("lan")
    for number in range(50):
        keep(lan, {"q": f"bài số {number}"})
    refused = lan.post("/api/saved-searches", json={"search": {"q": "một bài nữa"}})
    assert refused.status_code == 409 and "50" in refused.get_json()["detail"]
    part = lan.post("/tim-da-luu", data={"search": "q=x+y"}, headers={"HX-Request": "true"})
    assert "50" in part.get_data(as_text=True) and keep(lan, {"q": "bài số 3"})["id"]


def test_nobody_touches_what_another_person_saved(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    path = f"/api/saved-searches/{keep(sign_in('lan'))['id']}"
    for name in ("minh", "quantri", "tuan"):
        other = sign_in(name)
        assert mine(other) == []
        answers = [
            other.get(path), other.patch(path, json={}), other.delete(path), other.patch(path, json={"name": 3}),
            other.post(path.removeprefix("/api").replace("saved-searches", "tim-da-luu"), data={"viec": "xoa"}),
        ]  # fmt: skip
        assert {answer.status_code for answer in answers} == {404}
    for answer in (client.get(path), client.post("/api/saved-searches", json={}), client.delete(path)):
        assert answer.status_code == 401
    with db.transaction() as session:
        kept = session.scalars(select(SavedSearch)).one()
        for name in ("lan", "minh", "quantri"):
            viewer = viewer_of(cast.people[name])
            shown = session.scalars(select(SavedSearch).where(listed(viewer, policy.OWN.action))).all()
            assert bool(shown) == may(viewer, policy.OWN.action, kept) == (name == "lan")
        assert not may(GUEST, policy.OWN.action, kept)
        assert not session.scalars(select(SavedSearch).where(listed(GUEST, policy.OWN.action))).all()


ODD = [
    "a\x00b c",
    "\ud800 phân số",
    "🎒📚 sách",
    "\u200b\u200bhai từ",
    "'; DROP TABLE saved_searches;--",
    "%_\\",
    "Ặ́ Ặ́",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_texts_are_kept_as_text_or_refused_in_words(sign_in: SignIn, cast: Cast, odd: str) -> None:
    lan = sign_in("lan")
    for path, sent in (
        ("/api/saved-searches", {"search": {"q": odd, "bo": [odd]}, "name": odd, "follow": True}),
        ("/api/search-history", {"q": odd}),
        (
            "/api/colleague-requests",
            {"text": f"Tôi cần {odd}", "cluster": cast.clusters["K2"], "subject": odd},
        ),
        ("/api/colleague-requests", {"text": "Tôi cần bài", "cluster": odd}),
    ):
        assert lan.post(path, json=sent).status_code in (201, 204, 400, 422), (path, odd)
    for page in ("/tim-da-luu", "/tim/lich-su", "/loi-nho", "/goi-y?q="):
        assert lan.get(page).status_code == 200, page
    for one in mine(lan):
        assert lan.get(one["url"]).status_code == 200
        renamed = lan.patch(f"/api/saved-searches/{one['id']}", json={"name": odd})
        assert renamed.status_code in (200, 422)
    for one in lan.get("/api/colleague-requests").get_json()["own"]:
        sent = sign_in("hoa").post(f"/api/colleague-requests/{one['id']}/answers", json={"work": odd})
        assert sent.status_code in (400, 422)
