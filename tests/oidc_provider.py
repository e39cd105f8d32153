"""A small OpenID provider on loopback: codes that work once, PKCE, keys that change, and tokens bent as a test says."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

Claims = dict[str, Any]


class OidcProvider:
    """`sign_in` is what the person does there; `bend` changes claims, `mint` replaces how a token is made."""

    def __init__(self) -> None:
        self.keys = {"k1": RSAKey.generate_key(2048)}
        self.issuer = ""
        self.reset()

    def reset(self) -> None:
        self.client_id, self.secret = "kho", "a secret"
        self.bend: Callable[[Claims], object] = lambda claims: None
        self.mint: Callable[[Claims], str] = self.signed
        self.codes: dict[str, dict[str, str]] = {}
        self.person: Claims = {
            "sub": "lan@issuer",
            "email": "lan@truong.example.edu.vn",
            "email_verified": True,
        }
        self.replays, self.away, self.asked = False, False, []  # type: ignore[var-annotated]

    def signed(self, claims: Claims, kid: str = "k1", key: Any = None, **header: str) -> str:
        return jwt.encode({"alg": "RS256", "kid": kid, **header}, claims, key or self.keys[kid])

    def sign_in(self, address: str) -> dict[str, str]:
        """What the browser brings back from the authorization page."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def document(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer, **{name: self.issuer + path for name, path in paths.items()}}

    def key_set(self) -> dict[str, Any]:
        return {"keys": [{**key.as_dict(private=False), "kid": kid} for kid, key in self.keys.items()]}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        known = base64.b64encode(f"{self.client_id}:{quote_plus(self.secret)}".encode()).decode()
        asked = self.codes.get(form["code"]) if self.replays else self.codes.pop(form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if authorization != f"Basic {known}":
            return 401, {"error": "invalid_client"}
        if (
            asked is None
            or challenge.decode().rstrip("=") != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            **self.person,
        }  # fmt: skip
        self.bend(claims)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.mint(claims)}


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    """A running provider on a free port."""
    provider = OidcProvider()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            self._answer(200, provider.key_set() if self.path == "/keys" else provider.document())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(503 if provider.away else status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
