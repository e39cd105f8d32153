"""Searching, downloading and exporting at a machine's pace: told to wait, alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from repo_service.accounts import service
from repo_service.accounts.queries import find_user
from repo_service.accounts.request_limits import (
    EXPORT,
    MOST_BUCKETS,
    OF_ENDPOINT,
    SEARCH,
    RequestLimits,
    network_of,
)
from repo_service.app import create_app
from repo_service.core.db import KhoFlask
from repo_service.settings import ConfigurationError, Settings
from tests.cast import Cast
from tests.factories import counted_statements


class Hand:
    """A clock whose hand is moved by the test; seconds."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def strict(app: KhoFlask, settings: Settings) -> Iterator[KhoFlask]:
    """The same installation, a five hundredth as generous: two searches of a person at once, six of an address."""
    found = create_app(replace(settings, rate_limits=0.002))
    found.testing = True
    yield found
    found.database.engine.dispose()


def test_who_searches_like_a_machine_waits_and_nobody_else_does(strict: KhoFlask, cast: Cast) -> None:
    with strict.database.transaction():
        lan, minh = (
            {"Authorization": f"Bearer {service.create_token(find_user(user_id), 'máy')}"}
            for user_id in (cast.lan, cast.minh)
        )
    browser = strict.test_client()
    answers = [browser.get("/api/search?q=toan", headers=lan) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    refused = answers[-1]
    assert 1 <= int(refused.headers["Retry-After"]) <= 50
    assert refused.content_type == "application/problem+json"
    assert refused.json is not None and refused.json["title"] == "too-many-requests"
    page = browser.get("/tim?q=toan", headers=lan)
    assert page.status_code == 429 and "thử lại nhé" in page.get_data(as_text=True)
    assert browser.get("/api/search?q=toan", headers=minh).status_code == 200, "another person"
    assert browser.get("/tim?q=toan").status_code == 200, "guests of the same address"
    assert browser.get("/viec-cua-toi", headers=lan).status_code == 200, "and all other pages"


def test_guests_of_one_address_share_what_they_have(strict: KhoFlask) -> None:
    browser = strict.test_client()
    first, second = ({"REMOTE_ADDR": address} for address in ("10.0.0.1", "10.0.0.2"))
    answers = [browser.get("/goi-y?q=a", environ_base=first).status_code for _ in range(13)]
    assert answers == [200] * 12 + [429]
    assert browser.get("/goi-y?q=a", environ_base=second).status_code == 200
    assert (
        browser.get("/goi-y?q=a", environ_base=first, headers={"X-Forwarded-For": "10.9.9.9"}).status_code
        == 429
    )


def test_a_limit_costs_no_statement(strict: KhoFlask, app: KhoFlask) -> None:
    counts = []
    for each in (app, strict):
        each.test_client().get("/tim?q=toan")
        with counted_statements(each.database) as seen:
            each.test_client().get("/tim?q=toan")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_bucket_fills_again_and_holds_no_more_than_its_burst() -> None:
    hand = Hand()
    limits = RequestLimits(clock=hand)

    def allowed() -> int:
        return sum(limits.take("search.results", "lan", "") == 0 for _ in range(2000))

    assert allowed() == SEARCH.person.burst
    assert limits.take("search.results", "lan", "") == 1
    hand.at += 10
    assert allowed() == 10 * SEARCH.person.per_second
    hand.at += 100_000
    assert allowed() == SEARCH.person.burst
    assert limits.take("statistics.figures_file", "lan", "") == 0, "each kind by itself"
    for _ in range(EXPORT.person.burst):
        wait = limits.take("statistics.figures_file", "lan", "")
    assert wait == 2
    hand.at += wait
    assert limits.take("statistics.figures_file", "lan", "") == 0, "what Retry-After says is true"


def test_a_flood_of_addresses_does_not_fill_the_memory() -> None:
    hand = Hand()
    limits = RequestLimits(clock=hand)
    for number in range(MOST_BUCKETS + 10):
        limits.take("search.results", None, f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(limits._buckets) <= MOST_BUCKETS


def test_an_address_of_ipv6_counts_with_its_network() -> None:
    assert network_of("2001:db8:1:2:3:4:5:6") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of("10.0.0.1") == "10.0.0.1"


def test_every_search_download_and_export_has_its_limit(built_app: KhoFlask) -> None:
    searches = r"/(tim|goi-y|search|suggest|tuong-tu|moi)$"
    files = re.compile(searches + r"|\.(zip|docx|<\w+>)$|/files/<file_id>(/pdf)?$|/tep/<file_id>$")
    free = {
        "search_history.history",  # one's own list
        "files_api.File",  # what is known of one's own file, no bytes
        "topic_packages.new",  # an empty form
    }
    routes = [rule for rule in built_app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    unnamed = {rule.endpoint for rule in routes if files.search(rule.rule)} - set(OF_ENDPOINT) - free
    assert not unnamed, f"give {sorted(unnamed)} a line in accounts/request_limits.py"
    assert set(OF_ENDPOINT) <= {rule.endpoint for rule in routes}


def test_the_operator_says_how_generous_they_are() -> None:
    env = {"SECRET_KEY": "x" * 32}
    assert Settings.from_env(env).rate_limits == 1
    assert Settings.from_env({**env, "RATE_LIMITS": "2.5"}).rate_limits == 2.5
    assert RequestLimits(0).take("search.results", "lan", "") == 0
    for wrong in ("-1", "viel", "nan"):
        with pytest.raises(ConfigurationError):
            Settings.from_env({**env, "RATE_LIMITS": wrong})
