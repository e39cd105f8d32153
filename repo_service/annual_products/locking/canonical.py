"""One form of JSON for fingerprints: keys sorted, no blanks, UTF-8; anybody can compute the SHA-256 again."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: dict[str, Any]) -> bytes:
    """The bytes that a fingerprint is made of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(value: dict[str, Any]) -> str:
    """SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()
