"""What a proxy or a supervisor is told about this process and its parts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from repo_service import health
from repo_service.core import backends
from repo_service.core.db import Database, KhoFlask
from repo_service.settings import Settings
from storage_adapters import Storage, StorageUnavailable


@pytest.fixture(autouse=True)
def _nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "KEPT_SECONDS", -1.0)


def test_a_whole_installation_is_ready_for_any_host(client: FlaskClient, app: KhoFlask) -> None:
    app.config["TRUSTED_HOSTS"] = ["kho.example.edu.vn"]
    try:
        assert client.get("/dang-nhap").status_code == 400
        answer = client.get("/readyz", headers={"Host": "127.0.0.1:8001"})
    finally:
        app.config["TRUSTED_HOSTS"] = None
    assert answer.status_code == 200
    assert answer.json == {"status": "ready", "parts": {"database": "ok", "storage": "ok", "search": "ok"}}
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"


def test_a_process_without_database_is_alive_but_not_ready(client: FlaskClient, db: Database) -> None:
    good = db.engine.url
    db.open("postgresql://kho:secret@127.0.0.1:1/kho")
    try:
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
    finally:
        db.open(good.render_as_string(hide_password=False))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["status"] == "down" and answer.json["parts"]["database"] == "down"
    assert "secret" not in answer.get_data(as_text=True)


def test_an_old_schema_is_not_ready(client: FlaskClient, db: Database) -> None:
    with db.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["parts"]["database"]) == (503, "old schema")


def test_a_store_that_is_away_leaves_the_pages(
    client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Storage:
        raise StorageUnavailable("no answer from the bucket")

    monkeypatch.setattr(backends, "open_storage", away)
    backends.configure(replace(settings, storage_url="s3://away"))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "status": "degraded",
        "parts": {"database": "ok", "storage": "down", "search": "ok"},
    }


def test_many_probes_ask_the_parts_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(health, "KEPT_SECONDS", 60.0)
    monkeypatch.setattr(health, "_ask_search", lambda: asked.append(1) or "ok")
    door = health.HealthDoor(client.application.wsgi_app, client.application.database)  # type: ignore[attr-defined]
    for _ in range(3):
        list(door({"PATH_INFO": "/readyz"}, lambda *_: lambda _: None))
    assert len(asked) == 1
