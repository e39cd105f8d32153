"""Codes of a phone's app (RFC 6238), recovery codes, and the seal under which a secret is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

import pyotp

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

STEP_SECONDS = 30
RECOVERY_CODES = 8
_NEIGHBOURS = (-1, 0, 1)
"""Phones' clocks are wrong by up to half a minute, and people type slowly."""


def new_secret() -> str:
    """160 random bits in base32, as apps take them."""
    return pyotp.random_base32()


def address_for_app(secret: str, username: str, issuer: str) -> str:
    """What the QR code says: `otpauth://totp/…`."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def matching_step(secret: str, typed: str, seconds: float) -> int | None:
    """The half minute whose code was typed at the Unix time `seconds`; None when it is none of now.

    All three candidates are compared in constant time, whichever fits.
    """
    clock, present = pyotp.TOTP(secret), int(seconds) // STEP_SECONDS
    plain = "".join(typed.split())
    fitting = [
        present + beside
        for beside in _NEIGHBOURS
        if hmac.compare_digest(clock.generate_otp(present + beside).encode(), plain.encode())
    ]
    return max(fitting, default=None)


def new_recovery_codes() -> list[str]:
    """Codes of 80 random bits in four groups, easy to copy by hand: `k3wd-7qma-…`."""
    texts = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(text[start : start + 4] for start in range(0, 16, 4)) for text in texts]


def bare_recovery_code(typed: str) -> str:
    """The code as it is kept, however it was typed."""
    return "".join(letter for letter in typed.lower() if letter.isalnum())


def sealed(secret_key: str, secret: str) -> str:
    """A secret encrypted (Fernet) under a key made of SECRET_KEY: a stolen database alone makes no codes."""
    return _seal(secret_key).encrypt(secret.encode()).decode()


def unsealed(secret_key: str, kept: str, most_seconds: int | None = None) -> str | None:
    """The secret; None when SECRET_KEY is another one now, or the seal is older than `most_seconds`."""
    from cryptography.fernet import InvalidToken

    try:
        return _seal(secret_key).decrypt(kept, ttl=most_seconds).decode()
    except InvalidToken:
        return None


def _seal(secret_key: str) -> Fernet:
    from cryptography.fernet import (
        Fernet,  # loads half of cryptography: only where a second factor is looked at
    )

    key = hmac.digest(secret_key.encode(), b"kho second factor", hashlib.sha256)
    return Fernet(base64.urlsafe_b64encode(key))
