"""A running provider that Kho knows, and the way through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from repo_service.accounts.models import User
from repo_service.accounts.oidc import provider as providers
from repo_service.core.db import Database, KhoFlask
from repo_service.settings import Settings
from tests.cast import Cast
from tests.oidc_provider import OidcProvider, oidc_provider

START, BACK = "/dang-nhap/nha-cung-cap", "/dang-nhap/nha-cung-cap/ve"


def through(browser: FlaskClient, issuer: OidcProvider, back_to: str = "/") -> TestResponse:
    left = browser.get(START, query_string={"next": back_to})
    assert left.status_code == 302, left.get_data(as_text=True)
    return browser.get(BACK, query_string=issuer.sign_in(left.headers["Location"]))


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/tai-khoan").status_code == 200


@pytest.fixture(scope="module")
def running() -> Iterator[OidcProvider]:
    with oidc_provider() as provider:
        yield provider


@pytest.fixture
def issuer(app: KhoFlask, db: Database, cast: Cast, running: OidcProvider) -> Iterator[OidcProvider]:
    """The provider, known to Kho; Lan has the address it will speak of."""
    running.reset()
    before: Settings = app.config["KHO"]
    app.config["KHO"] = replace(
        before, oidc_issuer=running.issuer, oidc_client_id="kho", oidc_client_secret="a secret",
        oidc_name="Tài khoản ngành",
    )  # fmt: skip
    providers._providers.clear()
    with db.transaction() as session:
        session.get_one(User, cast.lan).email = "lan@truong.example.edu.vn"
    yield running
    app.config["KHO"] = before
