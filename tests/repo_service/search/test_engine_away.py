"""While the search engine is away: titles and filters from the database, an honest notice, never an error."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from indexer import EngineUnavailable
from repo_service.core import backends
from repo_service.core.db import Database, time_limit
from tests.cast import Cast
from tests.factories import counted_statements, published

Signer = Callable[[str], FlaskClient]


@pytest.fixture
def lesson(db: Database, cast: Cast) -> str:
    """One published work of Lan, which never reached an index."""
    with db.transaction():
        return published(cast.lan, cast.clusters["K2"], title="Hỗn số dương").id


@pytest.fixture
def engine_away(lesson: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise EngineUnavailable("no route to the engine")

    for name in ("search", "suggest"):
        monkeypatch.setattr(backends.search_engine(), name, away)


def test_titles_are_searched_while_the_engine_is_away(
    engine_away: None, sign_in: Signer, client: FlaskClient
) -> None:
    lan = sign_in("lan")
    answer = lan.get("/api/search?q=HON SO").get_json()
    assert [hit["title"] for hit in answer["hits"]] == ["Hỗn số dương"] and answer["by_title_only"] is True
    page = lan.get("/tim?q=hon+so").get_data(as_text=True)
    assert "Kho tìm theo tên bài" in page and "Hỗn số dương" in page
    assert "Hỗn số dương" not in client.get("/tim?q=hon+so").get_data(as_text=True)
    assert lan.get("/api/suggest?q=hon").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=so+hon", True), ("q=hon+so+am", False), ("q=Hỗn", True), ("q=%25", True), ("grade=lop-6", True),
        ("grade=lop-6&grade=lop-7", True), ("grade=lop-7", False), ("level=thcs&subject=toan&type=khbd", True),
        ("type=video-bai-hoc", False), ("feature=nhan-rong", False), ("state=retired", False),
        ("school_year=2026-2027", True), ("school_year=2025-2026", False), ("textbook=kntt", False),
    ],
)  # fmt: skip
def test_filters_work_while_the_engine_is_away(
    query: str, found: bool, engine_away: None, sign_in: Signer, db: Database
) -> None:
    lan = sign_in("lan")
    answer = lan.get(f"/api/search?{query}").get_json()
    assert [hit["title"] for hit in answer["hits"]] == ["Hỗn số dương"] * found
    grades = {choice["value"]: choice for choice in answer["facets"]["grade"]}
    assert len(grades) == 12 and grades["lop-7"]["count"] is None
    assert grades["lop-7"]["selected"] is ("lop-7" in query)
    with counted_statements(db) as seen:
        assert lan.get(f"/tim?{query}").status_code == 200
    assert len([statement for statement in seen if "FROM" in statement]) <= 4  # the session's among them


def test_a_search_of_titles_that_takes_too_long_is_given_up(
    engine_away: None, sign_in: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = sign_in("lan")

    def slow(*_: object, **__: object) -> list[object]:
        raise OperationalError("SELECT", None, Exception("canceling statement due to statement timeout"))

    monkeypatch.setattr("repo_service.search.service.search_titles", slow)
    answer = lan.get("/tim?q=hon+so")
    assert answer.status_code == 200 and "Kho tìm theo tên bài" in answer.get_data(as_text=True)


def test_the_database_ends_a_statement_that_takes_too_long(db: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with db.session(writing=False) as session:
        with pytest.raises(OperationalError), time_limit(0.2):
            session.execute(text(endless))
        assert session.scalar(text("SELECT 1")) == 1
