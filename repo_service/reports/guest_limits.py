"""How often guests of one address may report: counted in memory, per process; a staff room shares one address."""

from __future__ import annotations

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_ADDRESS = parse("10 per hour")
_limiter = MovingWindowRateLimiter(MemoryStorage())


def allow(address: str) -> bool:
    """Count one report of a guest; False when the address sent too many within the hour."""
    return _limiter.hit(PER_ADDRESS, "report", address)


def forget() -> None:
    """Begin anew: for tests."""
    _limiter.storage.reset()
