"""Log lines are for the operator: structured, and without what would open a door or name a person."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import structlog
from flask.testing import FlaskClient

from repo_service.accounts import service
from repo_service.accounts.models import User
from repo_service.app import KhoFlask
from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.core.logs import configure_logs, strike_out_secrets
from repo_service.core.urls import link_path
from repo_service.settings import Settings
from tests.cast import PASSWORD, Cast


class Lines:
    """What the process says, as its supervisor keeps it."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys, self._kept = capsys, ""

    def getvalue(self) -> str:
        self._kept += self._capsys.readouterr().err
        return self._kept


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    configure_logs()
    yield Lines(capsys)
    structlog.reset_defaults()


def test_a_line_is_one_json_object_without_secrets_by_name_or_inside_addresses(lines: Lines) -> None:
    url = "postgresql://kho:geheim@db/kho and http://s3/x?X-Amz-Signature=geheim&part=1"
    structlog.get_logger().warning("tried", password="geheim", session_key="geheim", url=url, tệp="bài\n2")
    line = json.loads(lines.getvalue())
    assert line["event"] == "tried" and line["level"] == "warning" and line["tệp"] == "bài\n2"
    assert line["password"] == line["session_key"] == "***"
    assert "geheim" not in lines.getvalue() and "part=1" in line["url"] and lines.getvalue().count("\n") == 1


@pytest.mark.parametrize("terminal", [True, False])
def test_a_traceback_shows_no_values_of_variables(
    lines: Lines, monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    configure_logs()
    password = "geheim" + "geheim"

    def check(given: str) -> None:
        raise RuntimeError("the check broke")

    try:
        check(password)
    except RuntimeError:
        structlog.get_logger().exception("failed")
    assert "the check broke" in lines.getvalue() and "check(password)" in lines.getvalue(), lines.getvalue()
    assert "geheimgeheim" not in lines.getvalue()


def test_signing_in_tokens_and_links_leave_no_secret_and_no_name_in_the_log(
    lines: Lines,
    client: FlaskClient,
    db: Database,
    cast: Cast,
    sign_in: Callable[[str], FlaskClient],
    app: KhoFlask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with db.transaction() as session:
        link = service.create_link(session.get_one(User, cast.lan), cast.tuan)
    browser = sign_in("lan")
    app.config["RAISE_UNEXPECTED"] = False

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the table is gone")

    monkeypatch.setattr("repo_service.accounts.service.authenticate", broken)
    monkeypatch.setattr("repo_service.accounts.queries.claim_of_token", broken)
    monkeypatch.setattr("repo_service.accounts.service.use_link", broken)
    try:
        client.post("/dang-nhap", data={"username": "lan", "password": PASSWORD})
        client.get("/api/resources/x", headers={"Authorization": "Bearer kho_geheim"})
        browser.post(link_path(link), data={"password": "new-secret-words", "again": "new-secret-words"})
    finally:
        app.config["RAISE_UNEXPECTED"] = True
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [line["event"] for line in told] == ["unexpected_error"] * 3, lines.getvalue()
    for secret in (PASSWORD, "kho_geheim", link, "new-secret-words", cast.lan, '"lan"'):
        assert secret not in lines.getvalue()


def test_a_store_that_is_away_is_logged_without_its_key(
    lines: Lines, settings: Settings, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "geheim")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "kho")
    monkeypatch.setattr("repo_service.health.KEPT_SECONDS", -1.0)
    backends.configure(replace(settings, storage_url="s3://kho-x?endpoint=http://127.0.0.1:1"))
    client.get("/readyz")
    assert "part_down" in lines.getvalue() and "geheim" not in lines.getvalue()


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, kept: str) -> None:
    assert strike_out_secrets(None, "info", {"event": "x", "address": address})["address"] == kept
