"""What the tests of files share: an uploader that speaks the protocol of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from repo_service.accounts.models import User
from repo_service.accounts.service import create_token
from repo_service.core.db import Database, KhoFlask
from tests.cast import Cast

Upload = Callable[..., dict[str, Any]]


def path_of(url: str) -> str:
    """Path and query of an absolute link."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def start(browser: FlaskClient, name: str, size: int, **more: Any) -> dict[str, Any]:
    """An open upload as the API answers it."""
    answer = browser.post("/api/uploads", json={"filename": name, "size": size, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def send(browser: FlaskClient, upload: dict[str, Any], content: bytes) -> list[dict[str, Any]]:
    """PUT every part still missing; the list that completion wants."""
    sent = []
    for part in upload["parts"]:
        begin = (part["number"] - 1) * upload["part_size"]
        answer = browser.put(path_of(part["url"]), data=content[begin : begin + part["size"]])
        assert answer.status_code == 200, answer.text
        sent.append({"number": part["number"], "etag": answer.headers["ETag"]})
    return sent


def finish(browser: FlaskClient, upload: dict[str, Any], parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The completed file."""
    answer = browser.post(f"/api/uploads/{upload['id']}/complete", json={"parts": parts})
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json()["file"])


@pytest.fixture
def bearer(app: KhoFlask, db: Database, cast: Cast) -> Callable[[str], FlaskClient]:
    """`bearer("lan")` -> a program that works with Lan's token."""

    def with_token(username: str) -> FlaskClient:
        with db.transaction() as session:
            token = create_token(session.get_one(User, cast.people[username]), "thử")
        browser = app.test_client()
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return browser

    return with_token


@pytest.fixture
def lan(bearer: Callable[[str], FlaskClient]) -> FlaskClient:
    """Lan's program."""
    return bearer("lan")


@pytest.fixture
def upload(lan: FlaskClient) -> Upload:
    """`upload("bai.txt", b"...")` -> the stored file as the API tells it."""

    def whole(name: str, content: bytes) -> dict[str, Any]:
        opened = start(lan, name, len(content))
        return finish(lan, opened, send(lan, opened, content))

    return whole
