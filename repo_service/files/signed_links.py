"""Values signed into links that carry their own permission: one purpose, one moment of expiry, no cookie."""

from __future__ import annotations

import hashlib
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from repo_service.core.clock import now


def sign(secret: str, purpose: str, values: list[Any], seconds: int) -> str:
    """A token of `values` (JSON) for `purpose` that works for `seconds`."""
    return str(_serializer(secret, purpose).dumps([int(now().timestamp()) + seconds, *values]))


def read(secret: str, purpose: str, token: str) -> list[Any] | None:
    """The values of a token; None when it was changed, made for another purpose, or its time is over."""
    try:
        expires, *values = _serializer(secret, purpose).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    return values if expires >= now().timestamp() else None


def _serializer(secret: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret,
        salt=f"link:{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
