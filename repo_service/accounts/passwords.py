"""Passwords: argon2id (19 MiB, two passes), a few at a time, and the rules for choosing one (A35)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from indexer.vietnamese import fold
from repo_service.core.i18n import _

MIN_LENGTH = 8
MAX_LENGTH = 1000
"""Only so that nobody sends megabytes to hash."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_room = BoundedSemaphore(4)
"""Each hash takes 19 MiB; more at once would only make them all slower."""


def hash_password(password: str) -> str:
    """The argon2id hash to keep."""
    with _room:
        return _hasher.hash(password)


def password_matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one behind `kept`; without a hash it takes just as long to say no."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        with _room:
            return _hasher.verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether `kept` was made with other costs than today's."""
    return _hasher.check_needs_rehash(kept)


def password_problems(password: str, *names: str) -> list[str]:
    """What speaks against a new password; no rule about which characters it holds (ASVS 6.2)."""
    if len(password) < MIN_LENGTH:
        return [
            _("Mật khẩu cần ít nhất %(number)s kí tự. Một câu ngắn dễ nhớ là tốt nhất.", number=MIN_LENGTH)
        ]
    if len(password) > MAX_LENGTH:
        return [_("Mật khẩu dài nhất %(number)s kí tự.", number=MAX_LENGTH)]
    folded = _bare(password)
    if folded in _common() or len(set(folded)) < 3 or folded in {_bare(name) for name in names}:
        return [_("Mật khẩu này nhiều người dùng nên dễ đoán. Chọn một câu chỉ thầy cô nghĩ ra.")]
    return []


def _bare(text: str) -> str:
    return "".join(letter for letter in fold(text) if letter.isalnum())


@cache
def _common() -> frozenset[str]:
    words = files(__package__).joinpath("data", "common_passwords.txt").read_text("utf-8").split()
    return frozenset(words) | {word + year for word in words for year in ("123", "2025", "2026", "2027")}


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
