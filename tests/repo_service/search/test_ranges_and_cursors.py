"""Ranges of school years and days, and walking on from page to page while others publish."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from repo_service.core.db import Database
from tests.cast import Cast
from tests.factories import published

Signer = Callable[[str], FlaskClient]
Work = Callable[[], None]


@pytest.fixture
def shelf(db: Database, cast: Cast, work: Work) -> None:
    """Twelve works about phân số of three school years, one of each month."""
    with db.transaction():
        for number in range(12):
            resource = published(cast.lan, cast.clusters["K2"], title=f"Phân số, bài {number}")
            year, month = 2023 + number // 4, 9 + number % 4
            resource.school_year = f"{year}-{year + 1}"
            resource.updated_at = datetime(year, month, 5, 3, tzinfo=UTC)
    work()


def asked(browser: FlaskClient, **params: Any) -> dict[str, Any]:
    answer = browser.get("/api/search", query_string={"q": "phân số", **params})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


@pytest.mark.parametrize(
    ("ranges", "total"),
    [
        ({"from_year": "2024-2025"}, 8),
        ({"to_year": "2024-2025"}, 8),
        ({"from_year": "2024-2025", "to_year": "2024-2025"}, 4),
        ({"updated_from": "2025-10-05"}, 3),
        ({"updated_to": "2023-09-05"}, 1),
        ({"updated_from": "2024-09-01", "updated_to": "2024-10-31", "from_year": "2023-2024"}, 2),
        ({"from_year": "2025-2026", "to_year": "2023-2024"}, 0),
        ({"from_year": "", "updated_to": ""}, 12),
    ],
)
def test_a_range_narrows_hits_and_counts(
    shelf: None, sign_in: Signer, ranges: dict[str, str], total: int
) -> None:
    lan = sign_in("lan")
    answer = asked(lan, **ranges)
    assert answer["total"] == total
    assert sum(value["count"] for value in answer["facets"]["school_year"]) == total
    page = lan.get("/tim", query_string={"q": "phân số", "size": 2, **ranges}).get_data(as_text=True)
    for name, value in ranges.items():
        assert not value or f"{name}={value}" in page or total <= 2  # the address of "Xem thêm" keeps it
        assert not value or re.search(rf'name="{name}".*?(value="{value}")', page, re.DOTALL)


def test_ranges_hold_while_the_engine_is_away(shelf: None, settings: Any, sign_in: Signer) -> None:
    from repo_service.core import backends

    backends.configure(settings)
    answer = asked(sign_in("lan"), from_year="2024-2025", updated_to="2024-10-31")
    assert answer["by_title_only"] and answer["total"] == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("from_year", "2024"), ("to_year", "2024-2026"), ("updated_from", "5/9/2025"), ("updated_to", "0001-01-01"),
     ("updated_from", "2025-02-30"), ("cursor", "x"), ("cursor", "đ" * 500), ("cursor", "x" * 5000)],
)  # fmt: skip
def test_a_bound_that_does_not_fit_is_named_by_the_api_and_ignored_by_the_page(
    shelf: None, sign_in: Signer, name: str, value: str
) -> None:
    lan = sign_in("lan")
    refused = lan.get("/api/search", query_string={"q": "phân số", name: value})
    assert refused.status_code == 422 and name in refused.get_json()["errors"]
    assert "12 học liệu" in lan.get("/tim", query_string={"q": "phân số", name: value}).get_data(as_text=True)


@pytest.mark.parametrize("sort", ["relevance", "newest", "title"])
def test_a_walk_by_cursor_neither_repeats_nor_skips_while_others_publish(
    shelf: None, db: Database, cast: Cast, work: Work, sign_in: Signer, sort: str
) -> None:
    lan, cursor, walked = sign_in("lan"), None, []
    while True:
        answer = asked(lan, sort=sort, size=5, **({"cursor": cursor} if cursor else {}))
        walked += [hit["title"] for hit in answer["hits"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
        with db.transaction():
            published(cast.lan, cast.clusters["K2"], title=f"Phân số, bài mới {len(walked)}")
        work()
    assert len(walked) == len(set(walked))
    assert {f"Phân số, bài {number}" for number in range(12)} <= set(walked)


def test_further_items_of_the_page_go_on_behind_the_last_one(
    shelf: None, db: Database, cast: Cast, work: Work, sign_in: Signer
) -> None:
    lan = sign_in("lan")
    page = lan.get("/tim?q=phân+số&size=5&sort=newest").get_data(as_text=True)
    seen = re.findall(r"Phân số, bài \d+", re.sub("</?mark>", "", page))
    with db.transaction():
        published(cast.lan, cast.clusters["K2"], title="Phân số, bài vừa đăng")
    work()
    onward = re.search(r'href="(/tim\?[^"]*cursor=[^"]*)"', page)
    assert onward
    address = onward[1].replace("&amp;", "&")
    for headers in ({}, {"HX-Request": "true"}):
        further = lan.get(address, headers=headers).get_data(as_text=True)
        found = re.findall(r"Phân số, bài \d+", re.sub("</?mark>", "", further))
        assert found and not set(found) & set(seen)
        assert "Đang xem 10 trong 13" in further


def test_a_forged_cursor_costs_nothing(shelf: None, sign_in: Signer) -> None:
    lan = sign_in("lan")
    for forged in (
        '["relevance", 1.0, 5, 99999999999]', '["relevance", 1e400, 5, 1]', '["newest", 1, -5, 1]', "[" * 900,
        '["relevance", NaN, 5, 1]', '["title", "a", true, 1]', '["title", ["a"], 1, 1]', "null", '"newest"',
    ):  # fmt: skip
        cursor = base64.urlsafe_b64encode(forged.encode()).decode()
        assert lan.get("/api/search", query_string={"q": "phân số", "cursor": cursor}).status_code in (
            200,
            422,
        )
        assert (
            lan.get("/tim", query_string={"q": "phân số", "cursor": cursor, "page": "999999"}).status_code
            == 200
        )
