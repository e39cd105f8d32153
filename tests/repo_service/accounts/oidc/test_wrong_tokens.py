"""A wrong token opens nothing: every way a token can be wrong, and keys that change."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from repo_service.accounts.oidc import provider as providers
from repo_service.core.db import KhoFlask
from tests.oidc_provider import Claims, OidcProvider
from tests.repo_service.accounts.oidc.conftest import is_in, through

OTHER = RSAKey.generate_key(2048)


def _parts(algorithm: str, claims: Claims) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": algorithm, "kid": "k1"}, claims)]
    return ".".join(_base64(part) for part in parts)


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unsigned(claims: Claims) -> str:
    return _parts("none", claims) + "."


def _confused(issuer: OidcProvider) -> Callable[[Claims], str]:
    """Signed with what everybody has: the public key as if it were a shared secret."""

    def make(claims: Claims) -> str:
        head = _parts("HS256", claims)
        pem = issuer.keys["k1"].as_pem(private=False)
        return f"{head}.{_base64(hmac.digest(pem, head.encode(), 'sha256'))}"

    return make


def _put(**claims: Any) -> Callable[[OidcProvider], object]:
    return lambda issuer: setattr(issuer, "bend", lambda held: held.update(claims))


def _without(name: str) -> Callable[[OidcProvider], object]:
    return lambda issuer: setattr(issuer, "bend", lambda held: held.pop(name))


def _minted(make: Callable[[OidcProvider], Callable[[Claims], str]]) -> Callable[[OidcProvider], object]:
    return lambda issuer: setattr(issuer, "mint", make(issuer))


def _cut(issuer: OidcProvider) -> Callable[[Claims], str]:
    return lambda claims: issuer.signed(claims)[:-6] + "AAAAAA"


NOW = int(time.time())
WRONG: dict[str, Callable[[OidcProvider], object]] = {
    "bad signature": _minted(_cut),
    "signed by another key under our name": _minted(lambda i: lambda c: i.signed(c, key=OTHER)),
    "alg none": _minted(lambda _issuer: _unsigned),
    "HS256 with the public key": _minted(_confused),
    "wrong issuer": _put(iss="https://evil.example"),
    "no issuer": _without("iss"),
    "other client's token": _put(aud="another client"),
    "made for others too": _put(aud=["kho", "another client"], azp="kho"),
    "no audience": _without("aud"),
    "wrong azp": _put(azp="another client"),
    "expired": _put(exp=NOW - 3600, iat=NOW - 4000),
    "never ends": _without("exp"),
    "not yet": _put(nbf=NOW + 3600),
    "issued in the future": _put(iat=NOW + 3600),
    "issued long ago": _put(iat=NOW - 7200, exp=NOW + 3600),
    "no time of issue": _without("iat"),
    "wrong nonce": _put(nonce="another"),
    "no nonce": _without("nonce"),
    "unknown kid": _minted(lambda i: lambda c: i.signed(c, key=OTHER, kid="k9")),
    "no subject": _without("sub"),
    "not a token": _minted(lambda _issuer: lambda _claims: "x.y.z"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_token_opens_nothing(fault: str, issuer: OidcProvider, client: FlaskClient) -> None:
    WRONG[fault](issuer)
    answer = through(client, issuer)
    assert answer.status_code == 403 and not is_in(client)
    assert "bấm đăng nhập lại" in answer.get_data(as_text=True)


def test_a_changed_key_is_found_by_itself(
    issuer: OidcProvider, app: KhoFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert through(app.test_client(), issuer).status_code == 302
    monkeypatch.setitem(issuer.keys, "k2", OTHER)
    issuer.mint = lambda claims: issuer.signed(claims, kid="k2")
    assert through(app.test_client(), issuer).status_code == 403, "looked a moment ago"
    monkeypatch.setattr(providers, "BETWEEN_KEY_READS", 0)
    assert through(app.test_client(), issuer).status_code == 302
    reads = issuer.asked.count("/keys")
    assert through(app.test_client(), issuer).status_code == 302 and issuer.asked.count("/keys") == reads
