"""The provider of `OIDC_ISSUER`: its addresses and keys, read when needed, and a code turned into an identity."""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import urllib3
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from urllib3.util import Timeout

from repo_service.settings import Settings, is_this_machine

KEPT_SECONDS = 3600
"""How long addresses and keys are believed before they are asked for again."""
BETWEEN_KEY_READS = 30
"""Seconds between two looks for a key nobody knows: a stranger's tokens must not make Kho knock all the time."""
_MOST_BYTES = 1 << 20


class ProviderUnavailable(Exception):
    """The provider does not answer, or not as the standard says."""


class IdentityRefused(Exception):
    """What came back proves nothing; `reason` is a word for the log, never shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Client:
    """Kho as the provider knows it."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)


class Provider:
    """One provider as this process knows it; safe to share between threads."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._http = urllib3.PoolManager(timeout=Timeout(connect=4, read=8), retries=False)
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: dict[str, Any] = {}
        self._read_at = {"metadata": -1e9, "keys": -1e9}

    def authorize_url(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in, with PKCE (S256). ProviderUnavailable."""
        asked = {
            "response_type": "code", "client_id": self.client.client_id, "redirect_uri": redirect_uri,
            "scope": "openid email profile", "state": state, "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        address = self._address("authorization_endpoint")
        return address + ("&" if "?" in address else "?") + urlencode(asked)

    def exchange(self, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """The token answer for a code, once. IdentityRefused: the provider does not take the code."""
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        known = self._known().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self.client.secret and "client_secret_basic" in known:
            pair = f"{quote_plus(self.client.client_id)}:{quote_plus(self.client.secret)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            body["client_id"] = self.client.client_id
            body |= {"client_secret": self.client.secret} if self.client.secret else {}
        status, answer = self._ask("POST", self._address("token_endpoint"), urlencode(body), headers)
        if 400 <= status < 500:
            raise IdentityRefused(f"code: {str(answer.get('error', status))[:40]}")
        if status != 200:
            raise ProviderUnavailable(f"token endpoint: HTTP {status}")
        return answer

    def key(self, kid: str | None) -> dict[str, Any]:
        """The public key a token names; looked for anew once when it is not known. IdentityRefused: no such key."""
        for fresh in (False, True):
            keys = [key for key in self._all_keys(fresh).get("keys", []) if isinstance(key, dict)]
            found = [key for key in keys if key.get("kid") == kid] if kid else keys
            if len(found) == 1:
                return found[0]
        raise IdentityRefused("unknown key")

    def check(self) -> None:
        """Ask for addresses and keys now. ProviderUnavailable."""
        self._known()
        self._all_keys(fresh=True)

    def _address(self, name: str) -> str:
        found = self._known().get(name)
        if not isinstance(found, str) or not is_believable(found):
            raise ProviderUnavailable(f"{name} is missing or not https")
        return found

    def _known(self) -> dict[str, Any]:
        with self._lock:
            if time.monotonic() - self._read_at["metadata"] > KEPT_SECONDS:
                found = self._read(self.client.issuer.rstrip("/") + "/.well-known/openid-configuration")
                if found.get("issuer") != self.client.issuer:
                    raise ProviderUnavailable("the provider calls itself by another name than OIDC_ISSUER")
                self._metadata, self._read_at["metadata"] = found, time.monotonic()
            return self._metadata

    def _all_keys(self, fresh: bool) -> dict[str, Any]:
        address = self._address("jwks_uri")
        with self._lock:
            age = time.monotonic() - self._read_at["keys"]
            if age > KEPT_SECONDS or (fresh and age > BETWEEN_KEY_READS):
                self._keys, self._read_at["keys"] = self._read(address), time.monotonic()
            return self._keys

    def _read(self, address: str) -> dict[str, Any]:
        status, answer = self._ask("GET", address, None, {"Accept": "application/json"})
        if status != 200:
            raise ProviderUnavailable(f"HTTP {status}")
        return answer

    def _ask(
        self, method: str, address: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        try:
            answer = self._http.request(
                method, address, body=body, headers=headers, redirect=False, preload_content=False
            )
            content = answer.read(_MOST_BYTES)
            answer.release_conn()
            found = json.loads(content)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise ProviderUnavailable(type(error).__name__) from error
        if not isinstance(found, dict):
            raise ProviderUnavailable("not an object")
        return answer.status, found


def is_believable(address: str) -> bool:
    """https, or this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname or ""))


_providers: dict[Client, Provider] = {}


def provider_of(settings: Settings) -> Provider | None:
    """The provider of an installation, one per process; None where people sign in with passwords alone."""
    if settings.oidc_issuer is None:
        return None
    client = Client(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    return _providers.setdefault(client, Provider(client))
