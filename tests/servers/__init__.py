"""Real servers for the tests: each module starts, kills and stops one kind, on loopback, in a folder of its own."""

from __future__ import annotations

import os

import pytest


def url_or_skip(variable: str) -> str:
    """The address of a running server (`python -m tests.servers up`); a skip without one, a failure in CI."""
    url = os.environ.get(variable, "")
    if url:
        return url
    reason = f"{variable} is not set: no such server was started (make test-servers)"
    if os.environ.get("KHO_REQUIRE_SERVERS"):
        pytest.fail(reason)
    pytest.skip(reason)
