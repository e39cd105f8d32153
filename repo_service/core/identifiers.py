"""Identifiers of rows: 16 characters, sortable by time, safe in URLs and file names."""

from __future__ import annotations

import hashlib
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_EPOCH_MS = 1_577_836_800_000  # 2020-01-01: 40 bits of milliseconds last until 2054


def new_id() -> str:
    """A new identifier: 8 characters of time in milliseconds, 8 of chance (40 bits)."""
    return _spelt(((time.time_ns() // 1_000_000 - _EPOCH_MS) & (1 << 40) - 1) << 40 | secrets.randbits(40))


def id_of(*words: str) -> str:
    """The identifier that belongs to these words: the same words always give the same one."""
    return _spelt(int.from_bytes(hashlib.sha256("\0".join(words).encode()).digest()[:10]))


def _spelt(value: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(75, -5, -5))


def is_id(text: str) -> bool:
    """Whether `text` has the form of an identifier."""
    return len(text) == 16 and all(letter in _ALPHABET for letter in text)
