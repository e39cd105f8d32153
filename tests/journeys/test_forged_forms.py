"""Every route that changes something refuses a browser without the form's token; reading writes nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect

from repo_service.core.db import READING_METHODS, KhoFlask
from tests.cast import Cast

UPKEEP = {"usage_events", "outbox"}
"""Tables of counts: a page that is read may count that it was."""


def addresses(app: KhoFlask, unsafe: bool) -> list[tuple[str, str]]:
    """(method, address) of every route, with ids that do not exist."""
    found = []
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<int:[^>]+>", "1", re.sub(r"<any\((\w+)[^>]*>", r"\1", str(rule)))
        address = re.sub(r"<[^>]+>", "0" * 16, address)
        signed = getattr(app.view_functions[rule.endpoint], "signed_by_url", False)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            if (method not in READING_METHODS) == unsafe and not signed:
                found.append((method, address))
    return found


@pytest.fixture
def browser(app: KhoFlask, sign_in: Any) -> FlaskClient:
    """Quantri's browser, with the check of forms on."""
    signed_in: FlaskClient = sign_in("quantri")
    app.config["WTF_CSRF_ENABLED"] = True
    return signed_in


def test_no_change_without_the_token_of_a_form(app: KhoFlask, browser: FlaskClient) -> None:
    swept = addresses(app, unsafe=True)
    assert len(swept) > 40
    taken = [call for call in swept if browser.open(call[1], method=call[0]).status_code != 400]
    assert taken == []
    foreign = {"Origin": "http://ke-xau.example", "Sec-Fetch-Site": "cross-site"}
    assert browser.post("/dang-xuat", data={"csrf_token": "doan-mo"}, headers=foreign).status_code == 400


@pytest.mark.parametrize("person", ["quantri", "minh", None])
def test_reading_writes_nothing(
    app: KhoFlask, sign_in: Any, cast: Cast, client: FlaskClient, person: str | None
) -> None:
    reader = sign_in(person) if person else client
    paths = [path for _method, path in addresses(app, unsafe=False) if not path.startswith("/ngon-ngu")]
    paths += [f"/cum/{cast.clusters['K2']}", "/?next=//evil.example"]
    before = rows(app)
    for path in paths:
        answer = reader.get(path)
        assert answer.status_code < 500, path
        assert answer.headers.get("Location", "/").startswith("/"), path
        assert (
            "default-src 'none'" in answer.headers["Content-Security-Policy"]
            or "sandbox" in answer.headers["Content-Security-Policy"]
        )
    assert rows(app) == before


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%09/evil.example",
        "\\\\evil",
        "/\t/evil.example",
    ],
)
def test_no_address_leads_away(browser: FlaskClient, app: KhoFlask, target: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    for answer in (
        browser.get("/ngon-ngu/en", query_string={"next": target}),
        browser.get("/dang-nhap", query_string={"next": target}),
        browser.post("/dang-nhap", data={"username": "lan", "password": "mot mat khau dai", "next": target}),
        browser.post(
            "/dang-nhap",
            query_string={"next": target},
            data={"username": "lan", "password": "mot mat khau dai"},
        ),
    ):
        place = answer.headers.get("Location", "/")
        assert place.startswith("/") and not re.match(r"/[/\\\t]", place), place


def rows(app: KhoFlask) -> dict[str, int]:
    """How many rows each table has, those of upkeep apart, and a sum of all revisions."""
    with app.database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        counted = {
            name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one() for name in names
        }
    return {name: count for name, count in counted.items() if name not in UPKEEP}
