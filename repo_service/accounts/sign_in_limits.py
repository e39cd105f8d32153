"""How often a password may be guessed: wrong tries are counted per name and address, and per address.

Codes of a second factor are counted per person: whoever guesses them knows the password already.
"""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from repo_service.core.i18n import _l

PER_NAME = parse("10 per 5 minutes")
PER_ADDRESS = parse("30 per 5 minutes")
"""A whole staff room shares one address; only its wrong tries count."""

TOO_MANY = _l("Thầy cô thử hơi nhiều lần. Đợi năm phút rồi thử lại nhé.")
WAIT_SECONDS = PER_NAME.get_expiry()
"""The window of the limits above, as it is said and as Retry-After."""

PER_PERSON = (parse("10 per 5 minutes"), parse("50 per day"))
"""Codes: three of a million are right at any moment, so 50 guesses a day find one in eighteen years."""


class SignInLimits:
    """Counts in memory, per process. A name is counted together with the address that guesses it, so a
    stranger's guesses never lock the owner out.
    """

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def allow(self, name: str, address: str) -> bool:
        """Count one try before the password is looked at; False when there were too many."""
        return self._limiter.test(PER_ADDRESS, address) and self._limiter.hit(PER_NAME, name, address)

    def note_wrong(self, address: str) -> None:
        """The try was wrong: it also counts against the address."""
        self._limiter.hit(PER_ADDRESS, address)

    def forget(self, name: str, address: str) -> None:
        """The try was right: the owner begins anew."""
        self._limiter.clear(PER_NAME, name, address)

    def allow_code(self, user_id: str, address: str) -> bool:
        """Count one try of a person's code, from wherever it comes; False when there were too many."""
        return self._limiter.test(PER_ADDRESS, address) and all(
            self._limiter.hit(limit, "code", user_id) for limit in PER_PERSON
        )

    def forget_codes(self, user_id: str) -> None:
        """The code was right: the owner begins anew."""
        for limit in PER_PERSON:
            self._limiter.clear(limit, "code", user_id)
