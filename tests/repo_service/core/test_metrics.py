"""`/metrics`: figures for whoever has the token, with a bounded number of names and nothing about people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from repo_service.app import create_app
from repo_service.core import backends
from repo_service.core.db import Database, KhoFlask
from repo_service.core.outbox import emit
from repo_service.settings import Settings
from storage_adapters import StorageUnavailable
from tests.cast import Cast

TOKEN = {"Authorization": "Bearer a-long-token"}


@pytest.fixture
def measured(app: KhoFlask, settings: Settings, tmp_path: Path) -> Iterator[FlaskClient]:
    """A guest's browser on a second application of this test's installation, with the token set."""
    built = create_app(replace(settings, metrics_token="a-long-token", backup_folder=tmp_path / "backup"))
    built.testing = True
    yield built.test_client()
    built.database.engine.dispose()
    backends.configure(settings)


def test_without_a_token_in_the_settings_or_the_request_there_is_nothing(
    client: FlaskClient, measured: FlaskClient
) -> None:
    wrong = {"Authorization": "Bearer a-long-tokem"}
    asked = [client.get("/metrics"), client.get("/metrics", headers=TOKEN)]
    asked += [measured.get("/metrics", headers=headers) for headers in ({}, wrong)]
    assert [answer.status_code for answer in asked] == [404, 302, 404, 302], "as for any path that is not there"
    assert "kho_" not in "".join(answer.get_data(as_text=True) for answer in asked)


def test_requests_are_timed_by_route_and_the_background_and_keeping_are_told(
    measured: FlaskClient, db: Database, cast: Cast
) -> None:
    with db.transaction():
        emit("resource.changed", "x" * 16)
    measured.get("/dang-nhap")
    for number in range(30):
        measured.get(f"/hoc-lieu/{number:016}?q=bi-mat")
        measured.open(f"/khong-co-{number}", method=f"ODD{number}")
    said = measured.get("/metrics", headers=TOKEN)
    text = said.get_data(as_text=True)
    assert said.status_code == 200 and said.headers["Cache-Control"] == "no-store"
    assert 'kho_request_seconds_count{method="GET",route="/dang-nhap",status="2xx"} 1.0' in text
    assert re.search(r'route="/hoc-lieu/<[^"]+>",status="4xx"} 30\.0', text)
    assert 'kho_outbox_waiting{topic="resource.changed"} 1.0' in text
    assert "kho_index_changes_waiting 1.0" in text and "kho_backup_age_seconds +Inf" in text
    assert 'kho_part_up{part="storage"} 1.0' in text and "kho_audit_unsealed " in text
    routes = set(re.findall(r"kho_request_seconds_count\{([^}]*)\}", text))
    assert len([labels for labels in routes if 'method="other"' in labels]) == 1
    for private in ("bi-mat", "khong-co", "000000000", cast.lan, "ODD"):
        assert private not in text


def test_a_part_that_is_away_is_counted(measured: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("no answer")

    monkeypatch.setattr("repo_service.accounts.pages.render_template", away)
    assert measured.get("/dang-nhap").status_code == 503
    text = measured.get("/metrics", headers=TOKEN).get_data(as_text=True)
    assert 'kho_outages_total{error="StorageUnavailable"} 1.0' in text


def test_without_the_database_it_still_says_which_parts_are_up(measured: FlaskClient) -> None:
    database = measured.application.database  # type: ignore[attr-defined]
    database.open("postgresql://kho:secret@127.0.0.1:1/kho")
    said = measured.get("/metrics", headers=TOKEN)
    assert said.status_code == 200 and 'kho_part_up{part="database"} 0.0' in said.get_data(as_text=True)
