"""A search without hits teaches: which filter to drop, words that find something, works close by, whom to ask."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from indexer import EngineUnavailable
from repo_service.core.backends import search_engine
from repo_service.core.db import Database
from repo_service.search.guidance.nothing_found import MOST_QUESTIONS
from tests.cast import Cast
from tests.factories import counted_statements, published

SignIn = Callable[[str], FlaskClient]
SECRET = "Xylophon"


@pytest.fixture
def shelf(db: Database, cast: Cast, work: Callable[[], None]) -> None:
    k1, k2 = cast.clusters["K1"], cast.clusters["K2"]
    with db.transaction():
        published(cast.minh, k2, title="Phân số bằng nhau", grades=["lop-6"])
        published(cast.minh, k2, title="Phân số tối giản", grades=["lop-6"], type="goi-chu-de")
        published(cast.hoa, k2, title="Hình học trực quan", grades=["lop-7"])
        published(cast.nga, k1, title=f"{SECRET} của cụm khác", grades=["lop-6"], visibility="cum")
        published(cast.lan, k2, title=f"{SECRET} riêng", grades=["lop-6"], visibility="rieng")
    work()


def page(browser: FlaskClient, **params: object) -> str:
    answer = browser.get("/tim", query_string=params)  # type: ignore[arg-type]
    assert answer.status_code == 200
    text = unescape(answer.get_data(as_text=True))
    assert "Chưa có bài nào khớp" in text
    return text


def buttons(text: str) -> dict[str, str]:
    """Ways of the empty state: words -> address."""
    return {
        words: href for href, words in re.findall(r'<a class="btn[^"]*" href="([^"]*)">(Bỏ [^<]*bài)</a>', text)
    }


def test_each_filter_says_what_is_found_without_it(shelf: None, sign_in: SignIn) -> None:
    lan = sign_in("lan")
    found = buttons(page(lan, q="phân số", grade="lop-7", type="goi-chu-de"))
    assert found["Bỏ “Lớp 7”: 1 bài"] == "/tim?q=ph%C3%A2n+s%E1%BB%91&type=goi-chu-de"
    assert found["Bỏ “hết bộ lọc”: 2 bài"] == "/tim?q=ph%C3%A2n+s%E1%BB%91"
    assert not [words for words in found if "Gói" in words]  # without the type there is still nothing
    for href in found.values():
        assert "Chưa có bài nào khớp" not in lan.get(href).get_data(as_text=True)


def test_a_single_filter_is_offered_once(shelf: None, sign_in: SignIn) -> None:
    assert list(buttons(page(sign_in("lan"), q="trực quan", grade="lop-6"))) == ["Bỏ “Lớp 6”: 1 bài"]


def test_words_that_find_something_are_offered_with_their_counts(shelf: None, sign_in: SignIn) -> None:
    text = page(sign_in("lan"), q="truccq phaannz")
    chips = re.findall(r'<a class="chip" href="([^"]*)">([^<]*)<span class="n num">(\d+)', text)
    assert ("/tim?q=tr%E1%BB%B1c", "trực", "1") in chips and ("/tim?q=ph%C3%A2n", "phân", "2") in chips


def test_a_word_with_more_than_one_wrong_letter_is_corrected_from_titles_one_may_read(
    shelf: None, sign_in: SignIn
) -> None:
    text = page(sign_in("lan"), q="hinhh hocjj truccq")
    assert re.search(r'Ý thầy cô là <a href="[^"]*">hình học trực</a>', text)


def test_the_newest_works_of_the_subject_and_class_that_were_meant_are_shown(
    shelf: None, sign_in: SignIn
) -> None:
    text = page(sign_in("minh"), q="qwrtz zxcvb", subject="toan", grade="lop-6")
    assert "Bài mới của Toán, Lớp 6" in text and "Phân số tối giản" in text
    assert "Xem cả 2 bài" in text


@pytest.mark.parametrize("who", ["minh", "hoa", "thao", None])
def test_nothing_hints_at_what_one_may_not_see(
    shelf: None, sign_in: SignIn, client: FlaskClient, who: str | None
) -> None:
    browser = sign_in(who) if who else client
    for asked in (
        {"q": "xylofonn"},
        {"q": "xylphn zzzz", "grade": "lop-6"},
        {"q": "xylo riengg", "subject": "toan"},
    ):
        text = page(browser, **asked)
        assert "xylophon" not in text.lower() and "riêng" not in text.lower()
    filtered = browser.get("/tim?q=xylophon&grade=lop-12").get_data(as_text=True)
    assert not buttons(unescape(filtered))


def test_asking_colleagues_begins_with_what_was_searched_for(
    shelf: None, sign_in: SignIn, client: FlaskClient
) -> None:
    text = page(sign_in("lan"), q="tụ điện qwrtz", subject="toan", grade="lop-7")
    href = re.findall(r'href="(/nho-dong-nghiep[^"]*)"', text)[0]
    assert href == "/nho-dong-nghiep?q=t%E1%BB%A5+%C4%91i%E1%BB%87n+qwrtz&subject=toan&grade=lop-7"
    assert "Đăng nhập để nhờ đồng nghiệp" in page(client, q="qwrtz zxcvb")


def test_the_page_keeps_its_budget(
    db: Database, shelf: None, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan, asked = sign_in("lan"), []
    engine = search_engine()
    for name in ("search", "suggest"):
        ask = getattr(engine, name)
        monkeypatch.setattr(engine, name, lambda *args, ask=ask: asked.append(1) or ask(*args))
    words = " ".join(f"qw{number}zx" for number in range(60))
    with counted_statements(db) as seen:
        page(
            lan,
            q=words,
            grade="lop-6",
            type="khbd",
            subject="toan",
            level="thcs",
            from_year="2025-2026",
        )
    assert len(seen) <= 4 and len(asked) <= MOST_QUESTIONS + 2
    asked.clear()
    lan.get("/tim?q=phân+số")
    assert len(asked) == 1


def test_while_the_engine_is_away_colleagues_can_still_be_asked(
    shelf: None, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_request: object) -> None:
        raise EngineUnavailable("away")

    monkeypatch.setattr(search_engine(), "search", away)
    text = page(sign_in("lan"), q="tụ điện lớp 7")
    assert "/nho-dong-nghiep?q=t%E1%BB%A5+%C4%91i%E1%BB%87n+l%E1%BB%9Bp+7&grade=lop-7" in text
