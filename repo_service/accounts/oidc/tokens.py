"""Is this identity token for us, by our provider, of now, and for this very sign-in? Everything else is refused."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from repo_service.accounts.oidc.provider import IdentityRefused, Provider

if TYPE_CHECKING:
    from joserfc import jwt

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures by a key pair alone: what is "signed" with what everybody knows (none, HS256) is not signed."""
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
"""A token is made for this sign-in, so it was issued a moment ago."""


@dataclass(frozen=True)
class Identity:
    """Who somebody is at the provider; `email` only when the provider has verified it."""

    issuer: str
    subject: str
    email: str | None


def read_identity(provider: Provider, answer: dict[str, Any], nonce: str) -> Identity:
    """The identity of a token answer. IdentityRefused with the reason; ProviderUnavailable when its keys are away."""
    from joserfc import jwt  # loads half of cryptography: only where a provider is really asked
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    token = answer.get("id_token")
    if not isinstance(token, str) or len(token) > 32_768:
        raise IdentityRefused("no token")
    header = _header(token)
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise IdentityRefused("algorithm")
    kid = header.get("kid")
    key = provider.key(kid if isinstance(kid, str) else None)
    if key.get("kty") not in ("RSA", "EC", "OKP"):
        raise IdentityRefused("kind of key")
    try:
        signed = jwt.decode(token, import_key(_public(key)), algorithms=[algorithm])
        _check(provider, signed, answer, nonce)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise IdentityRefused(f"{type(error).__name__}: {str(error)[:60]}") from error
    return _identity(provider, signed.claims)


def _check(provider: Provider, signed: jwt.Token, answer: dict[str, Any], nonce: str) -> None:
    from authlib.oidc.core import CodeIDToken

    client = provider.client
    options: dict[str, Any] = {
        "iss": {"essential": True, "value": client.issuer},
        "aud": {"essential": True, "value": client.client_id},
        "nonce": {"essential": True, "value": nonce},
    }
    params = {"nonce": nonce, "client_id": client.client_id, "access_token": answer.get("access_token")}
    now = int(time.time())  # the provider's clock knows nothing of KHO_TODAY
    CodeIDToken(signed.claims, signed.header, options, params).validate(now=now, leeway=LEEWAY_SECONDS)
    issued = signed.claims["iat"]
    if not isinstance(issued, int | float) or now - issued > OLDEST_SECONDS:
        raise IdentityRefused("issued long ago")
    if isinstance(signed.claims["aud"], list) and set(signed.claims["aud"]) != {client.client_id}:
        raise IdentityRefused("made for others too")


def _identity(provider: Provider, claims: dict[str, Any]) -> Identity:
    subject, email = claims.get("sub"), claims.get("email")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        raise IdentityRefused("subject")
    verified = claims.get("email_verified") is True and isinstance(email, str)
    return Identity(provider.client.issuer, subject, str(email).strip().lower() if verified else None)


def _public(key: dict[str, Any]) -> Any:
    """The key without what a careless provider may say of its use."""
    return {name: key[name] for name in ("kty", "n", "e", "crv", "x", "y", "kid") if name in key}


def _header(token: str) -> dict[str, Any]:
    try:
        first = token.split(".")[0]
        found = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except ValueError as error:
        raise IdentityRefused("not a token") from error
    if not isinstance(found, dict) or "crit" in found or token.count(".") != 2:
        raise IdentityRefused("not a token we know")
    return found
