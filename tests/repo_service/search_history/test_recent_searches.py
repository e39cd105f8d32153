"""What a person searched for: kept for that person alone, offered again, deleted for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from repo_service.accounts import service as accounts
from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.search_history.models import RecentQuery
from repo_service.search_history.service import remember
from tests.cast import Cast
from tests.factories import REFERENCE_MOMENT, counted_statements, published, viewer_of

SignIn = Callable[[str], FlaskClient]


def search_for(browser: FlaskClient, *texts: str) -> None:
    for words in texts:
        assert browser.post("/tim/lich-su", data={"q": words}).status_code == 204


def kept(browser: FlaskClient) -> list[str]:
    return [item["q"] for item in browser.get("/api/search-history").get_json()["items"]]


def offered(browser: FlaskClient, q: str) -> list[Any]:
    items = browser.get("/api/suggest", query_string={"q": q}).get_json()["items"]
    return [item["text"] for item in items if item["kind"] == "recent"]


def test_searches_come_back_newest_first_each_once(sign_in: SignIn) -> None:
    lan = sign_in("lan")
    search_for(lan, "phân số", "ma trận đề", "PHAN  SO")
    assert kept(lan) == offered(lan, "") == ["PHAN SO", "ma trận đề"]


def test_a_search_on_the_way_to_another_is_not_kept(db: Database, cast: Cast) -> None:
    def type_at(minutes: int, *texts: str) -> None:
        for words in texts:
            with clock.pinned(REFERENCE_MOMENT + timedelta(minutes=minutes)), db.transaction():
                remember(viewer_of(cast.lan), words)

    type_at(0, "toán", "toán 6 ph", "toán 6 phân số")
    type_at(5, "toán 6 phân số bằng nhau")
    with db.session(writing=False) as session:
        texts = session.scalars(select(RecentQuery.text).order_by(RecentQuery.id)).all()
    assert texts == ["toán 6 phân số", "toán 6 phân số bằng nhau"]


def test_unmarked_letters_bring_back_what_was_typed_with_marks(sign_in: SignIn) -> None:
    lan = sign_in("lan")
    search_for(lan, "đề kiểm tra giữa kì", "phân số", "số thập phân")
    assert offered(lan, "phan") == ["số thập phân", "phân số"]
    assert offered(lan, "de k") == ["đề kiểm tra giữa kì"]
    assert offered(lan, "d") == ["đề kiểm tra giữa kì"] and offered(lan, "hóa") == []


def test_own_searches_stand_before_topics_and_titles(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    with db.transaction():
        published(cast.minh, cast.clusters["K2"], title="Toán vui mỗi ngày")
    work()
    lan = sign_in("lan")
    search_for(lan, "toán 6", "Toán")
    with counted_statements(db) as seen:
        items = lan.get("/api/suggest?q=toan").get_json()["items"]
    assert [(item["text"], item["kind"]) for item in items] == [
        ("Toán", "recent"), ("toán 6", "recent"), ("Toán vui mỗi ngày", "resource")
    ]  # fmt: skip
    assert len(seen) <= 3  # who asks, own searches, titles
    page = lan.get("/goi-y?q=").get_data(as_text=True)
    assert "Thầy cô đã tìm" in page and 'data-href="/tim/lich-su"' in page


def test_nobody_else_sees_them_whatever_the_role(sign_in: SignIn, client: FlaskClient) -> None:
    search_for(sign_in("lan"), "bai rat rieng")
    for name in ("minh", "hoa", "tuan", "quantri", "hanh"):
        browser = sign_in(name)
        assert kept(browser) == offered(browser, "") == offered(browser, "bai") == []
        assert "rieng" not in browser.get("/tim/lich-su").get_data(as_text=True)
    assert offered(client, "") == offered(client, "bai") == []


def test_guests_leave_nothing_behind(db: Database, client: FlaskClient) -> None:
    assert client.get("/api/search-history").status_code == 401
    assert client.post("/api/search-history", json={"q": "phân số"}).status_code == 401
    assert 'data-hx-post="/tim/lich-su"' not in client.get("/tim?q=phân+số").get_data(as_text=True)
    client.application.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/tim/lich-su", data={"q": "phân số"}).status_code in (302, 401)
    client.application.config["WTF_CSRF_ENABLED"] = True
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(RecentQuery)) == 0


def test_the_search_page_asks_to_be_remembered_once_results_have_stood(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    with db.transaction():
        published(cast.minh, cast.clusters["K2"], title="Phân số")
    work()
    lan = sign_in("lan")
    with counted_statements(db) as seen:
        page = lan.get("/tim?q=phân+số").get_data(as_text=True)
    assert 'value="phân số" data-hx-post="/tim/lich-su"' in page and len(seen) <= 4
    assert not [one for one in seen if "recent_queries" in one]  # reading a page writes nothing
    assert 'data-hx-post="/tim/lich-su"' not in lan.get("/tim").get_data(as_text=True)


def test_only_the_newest_fifty_are_kept_and_only_their_first_letters(sign_in: SignIn) -> None:
    lan = sign_in("lan")
    search_for(lan, *(f"bài số {number} nhé" for number in range(53)), "x", "  ", "a\x00b" * 200)
    texts = kept(lan)
    assert len(texts) == 50 and texts[1] == "bài số 52 nhé" and texts[-1] == "bài số 4 nhé"
    assert len(texts[0]) <= 200


@pytest.mark.parametrize("whole", [True, False])
def test_a_person_deletes_one_search_or_all(sign_in: SignIn, whole: bool) -> None:
    lan, minh = sign_in("lan"), sign_in("minh")
    search_for(lan, "phân số", "ma trận đề")
    search_for(minh, "của thầy Minh")
    page = lan.get("/tim/lich-su").get_data(as_text=True)
    first = page.split('name="id" value="')[1].split('"')[0]
    assert minh.post("/tim/lich-su/xoa", data={"id": first}).status_code == 303  # not his
    assert len(kept(lan)) == 2
    assert lan.post("/tim/lich-su/xoa", data={} if whole else {"id": first}).status_code == 303
    assert kept(lan) == ([] if whole else ["phân số"])
    assert lan.post("/tim/lich-su/xoa", data={"id": "9" * 40}).status_code == 303
    assert kept(minh) == ["của thầy Minh"]
    assert minh.delete("/api/search-history").status_code == 204 and kept(minh) == []


def test_searches_go_when_the_account_is_closed(
    db: Database, cast: Cast, work: Callable[[], None], sign_in: SignIn
) -> None:
    search_for(sign_in("lan"), "phân số")
    search_for(sign_in("minh"), "ma trận đề")
    with db.transaction() as session:
        accounts.deactivate(session.get_one(User, cast.lan), cast.tuan)
    work()
    with db.session(writing=False) as session:
        assert session.scalars(select(RecentQuery.text)).all() == ["ma trận đề"]


def test_what_was_searched_for_is_named_in_no_error_of_the_database(db: Database) -> None:
    """Errors are logged as they are."""
    with db.session(writing=False) as session, pytest.raises(DBAPIError) as raised:
        session.execute(text("SELECT :said FROM no_such_table"), {"said": "chuyện rất riêng"})
    assert "no_such_table" in str(raised.value) and "riêng" not in str(raised.value)
