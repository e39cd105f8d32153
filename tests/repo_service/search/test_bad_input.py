"""Whatever is typed or sent: the page answers, the API says which field is wrong."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from repo_service.core.db import Database
from tests.cast import Cast
from tests.factories import published

NASTY = [
    '"', '""', '"a"', "*", "* OR *", "a:b", "title:[a TO b]", "(((", "-", "~2",
    "^4", "/", "\\", "'; DROP TABLE resources;--",
    "%", "_", "\x00", "a\x00b", "\u200b", "Ặ́", "e\u0301", "🎒📚", "中文", "𝒜", "\ud7ff", "<script>alert(1)</script>",
    "4069/BGDĐT-GDPT", "10A1", "20.000",
    "?" * 50, "a " * 5000, "đ" * 10_000, '"phân số', "“phân” “số", "NOT AND OR", "{}", "{{7*7}}",
]  # fmt: skip


@pytest.fixture
def filled(db: Database, cast: Cast, work: object) -> None:
    with db.transaction():
        published(cast.minh, cast.clusters["K2"], title="Phân số", licence="mo", visibility="cong-khai")
    work()  # type: ignore[operator]


def test_any_text_gets_an_answer(filled: None, client: FlaskClient) -> None:
    for q in NASTY:
        for path in ("/goi-y", "/api/search", "/api/suggest", "/tim"):
            answer = client.get(path, query_string={"q": q})
            assert answer.status_code == 200, (path, q)
        page = answer.get_data(as_text=True)
        assert "<script>alert" not in page and "49" not in page.split("<h1")[1][:200], q


def test_bytes_that_are_no_text_get_an_answer(filled: None, client: FlaskClient) -> None:
    assert client.get("/tim?q=%ff%fe%ed%a0%80").status_code == 200
    assert client.get("/api/search?q=%ff%fe%ed%a0%80").status_code == 200


BAD = [
    ("grade", "lop-99"), ("subject", "khong-co"), ("type", "<b>"), ("level", "dai-hoc"), ("school_year", "2026"),
    ("cluster", "a b"),
    ("textbook", "x"), ("feature", "diem-cao"), ("state", "withdrawn"), ("sort", "popularity"),
    ("page", "0"), ("page", "-1"),
    ("page", "một"), ("page", "1" * 40), ("size", "0"), ("size", "101"), ("size", "nhiều"), ("q", "a" * 10_001),
]  # fmt: skip


def test_a_value_that_does_not_fit_is_ignored_by_the_page_and_named_by_the_api(
    filled: None, client: FlaskClient
) -> None:
    for name, value in BAD:
        assert client.get("/tim", query_string={name: value}).status_code == 200
        refused = client.get("/api/search", query_string={name: value})
        assert refused.status_code == 422 and refused.content_type == "application/problem+json"
        assert next(iter(refused.get_json()["errors"])).split(".")[0] == name


def test_the_good_values_beside_a_bad_one_still_count(filled: None, client: FlaskClient) -> None:
    page = client.get("/tim?grade=lop-6&grade=lop-99&sort=popularity").get_data(as_text=True)
    assert 'value="lop-6" checked' in page and "lop-99" not in page.split("</header>")[1]


def test_deep_pages_and_empty_choices_get_an_answer(filled: None, client: FlaskClient) -> None:
    for query in [
        "page=500",
        "page=10000",
        "page=2&size=1",
        "grade=",
        "grade=&subject=&sort=newest",
        "bo=" + "x" * 500,
    ]:
        assert client.get(f"/tim?{query}").status_code == 200
        assert client.get(f"/tim?{query}", headers={"HX-Request": "true"}).status_code == 200


def test_very_many_values_get_an_answer(filled: None, client: FlaskClient) -> None:
    many = "&".join(f"cluster=c{number}" for number in range(300))
    assert client.get(f"/tim?{many}").status_code == 200
