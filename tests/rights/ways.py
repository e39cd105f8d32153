"""Ways to routes that a browser comes to in two steps: back from the provider, after the password."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pyotp
from werkzeug.test import TestResponse

from repo_service.accounts.models import User
from repo_service.accounts.oidc import provider as providers
from repo_service.accounts.second_factor.codes import sealed
from repo_service.accounts.second_factor.models import SecondFactor
from repo_service.core.db import KhoFlask
from tests.cast import PASSWORD
from tests.oidc_provider import OidcProvider

if TYPE_CHECKING:
    from tests.rights.stage import Stage, Way

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""On the phone of Mai, the only one with a second factor."""
_NEW_SECRET = re.compile(r"secret=([A-Z2-7]{32})")


def know_provider(app: KhoFlask, issuer: OidcProvider) -> None:
    """Tell Kho of the provider; it speaks of Lan's address."""
    app.config["KHO"] = replace(
        app.config["KHO"], oidc_issuer=issuer.issuer, oidc_client_id="kho", oidc_client_secret="a secret",
        oidc_name="Tài khoản ngành",
    )  # fmt: skip
    providers._providers.clear()
    issuer.reset()
    with app.database.transaction() as session:
        issuer.person["email"] = session.query(User).filter_by(username="lan").one().email


def protect(app: KhoFlask, user_id: str) -> None:
    """Give somebody who is signed in a second factor."""
    kept = sealed(app.config["KHO"].secret_key, SECRET)
    with app.database.transaction() as session:
        session.add(SecondFactor(user_id=user_id, sealed_secret=kept, last_step=0))


def ways(issuer: OidcProvider) -> dict[str, Callable[[Stage, str], Way]]:
    """The steps before each route that wants some."""
    from tests.rights.stage import Way

    def back_from_provider(stage: Stage, role: str) -> Way:
        left = stage.open(role, "/dang-nhap/nha-cung-cap")
        return Way(_cookie(stage, role, left), issuer.sign_in(left.headers["Location"]))

    def after_password(stage: Stage, role: str) -> Way:
        half = stage.open(role, "/dang-nhap", method="POST", data={"username": "mai", "password": PASSWORD})
        return Way(_cookie(stage, role, half), names={"code": pyotp.TOTP(SECRET).now()})

    def with_new_secret(stage: Stage, role: str) -> Way:
        typed = {"current_password": PASSWORD}
        shown = stage.open(role, "/tai-khoan/lop-thu-hai/bat-dau", method="POST", data=typed)
        secret = _NEW_SECRET.search(shown.get_data(as_text=True))
        return Way(_cookie(stage, role, shown), names={"code": pyotp.TOTP(secret[1]).now()} if secret else {})

    return {
        "GET /dang-nhap/nha-cung-cap/ve": back_from_provider, "GET /dang-nhap/ma": after_password,
        "POST /dang-nhap/ma": after_password, "POST /tai-khoan/lop-thu-hai/bat": with_new_secret,
    }  # fmt: skip


def _cookie(stage: Stage, role: str, answer: TestResponse) -> str:
    told = [each.split(";")[0] for each in answer.headers.getlist("Set-Cookie")]
    return "; ".join(told) or stage.cookies[role]
