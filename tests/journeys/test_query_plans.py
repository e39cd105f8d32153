"""No page walks through a table that grows with use: asked of SQLite's planner for every statement of the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from repo_service.core.db import Database
from tests.cast import Cast
from tests.factories import draft, published

GROWING = (
    "resources", "resource_versions", "resource_authors", "version_files", "stored_files", "file_texts",
    "upload_sessions", "review_rounds", "review_assignments", "review_comments", "verdicts", "notifications",
    "usage_events", "audit_entries", "outbox", "recent_queries", "saved_searches", "colleague_requests",
    "colleague_answers",
)  # fmt: skip
WHOLE = re.compile(rf"SCAN (?:{'|'.join(GROWING)})(?! USING)\b")
PAGES = {
    "lan": (
        "/", "/viec-cua-toi", "/dong-gop", "/tim?q=phân+số", "/tim?sort=title", "/goi-y?q=ph", "/phan-bien", "/cum",
        "/cum/{cluster}", "/cum/{cluster}/san-pham-nam/2026-2027", "/thong-bao", "/tai-khoan", "/bo-suu-tap",
        "/bo-khoi-dau", "/hoc-lieu/{resource}/luu", "/api/collections", "/hoc-lieu/{resource}",
        "/api/resources/{resource}", "/api/resources/{resource}/versions", "/api/reviews", "/api/clusters",
        "/tim/lich-su", "/tim-da-luu", "/loi-nho", "/nho-dong-nghiep?grade=lop-6", "/api/colleague-requests",
    ),
    "minh": ("/", "/ra-soat/bai-gan-giong", "/viec-cua-toi", "/cum/{cluster}", "/phan-bien"),
    "tuan": ("/", "/so", "/so/nhiem-vu", "/so/truong", "/so/cum", "/api/duties?school_year=2026-2027"),
}  # fmt: skip


@contextmanager
def plans(database: Database) -> Iterator[dict[str, list[str]]]:
    """The plan of every SELECT that is executed inside."""
    seen: dict[str, list[str]] = {}

    def ask(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and statement not in seen:
            driver = cursor.connection
            seen[statement] = [
                row[3] for row in driver.execute("EXPLAIN QUERY PLAN " + statement, parameters)
            ]

    event.listen(database.engine, "before_cursor_execute", ask)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", ask)


@pytest.mark.parametrize("who", sorted(PAGES))
def test_no_page_reads_a_growing_table_from_end_to_end(
    who: str, db: Database, cast: Cast, sign_in: Callable[[str], FlaskClient]
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("a planner that weighs sizes walks through tables as small as a test's")
    with db.transaction():
        resource = published(cast.minh, cast.clusters["K2"])
        draft(cast.lan, cast.clusters["K2"])
    browser = sign_in(who)
    with plans(db) as seen:
        for path in PAGES[who]:
            answer = browser.get(path.format(cluster=cast.clusters["K2"], resource=resource.id))
            assert answer.status_code == 200, path
    assert len(seen) > 5
    walked = {
        statement: plan
        for statement, plan in seen.items()
        if any(map(WHOLE.search, plan)) and "title_folded LIKE" not in statement  # while the engine is away
    }
    assert walked == {}


def test_a_walk_through_a_table_is_seen(db: Database) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plans are asked of SQLite")
    with plans(db) as seen, db.session(writing=False) as session:
        session.connection().exec_driver_sql("SELECT id FROM resources WHERE state_reason = 'x'")
    assert [line for plan in seen.values() for line in plan if WHOLE.search(line)] == ["SCAN resources"]
