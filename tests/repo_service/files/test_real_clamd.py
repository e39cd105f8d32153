"""The real clamd, where it is installed (`TEST_CLAMD=1` installs it): the same words as the stand-in says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from repo_service.files.scanning import Content, Scan, clamd
from repo_service.operations.scanner_checks import TRIAL
from tests.servers import clamd as server

MB = 1 << 20


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if server.program() is None:
        pytest.skip("clamd is not installed: TEST_CLAMD=1 installs clamav-daemon (half a minute)")
    folder = tmp_path_factory.mktemp("clamd")
    yield server.start(folder)
    server.stop(folder)


def scan(url: str, *blocks: bytes) -> Scan:
    return clamd.scan(url, Content(sum(map(len, blocks)), lambda: nullcontext(blocks)))


def test_the_real_clamd_says_what_the_stand_in_says(url: str) -> None:
    clamd.ping(url)
    assert clamd.version(url).startswith("ClamAV ")
    assert scan(url) == scan(url, b"", b"") == scan(url, b"Hoc", b"", b"sinh") == Scan("clean")
    assert scan(url, b"x" * 1000, b"EVIL-", b"MARKER") == Scan("found", f"{server.NAME}.UNOFFICIAL")
    assert scan(url, TRIAL).result == "found"
    blocks = [b"x" * 100_000] * 3
    assert scan(url, *blocks, server.MARKER, *blocks).result == "too_big", "over MaxFileSize: AlertExceedsMax says so"
    for size in (server.LIMIT + 1, 4 * MB, 40 * MB):
        assert scan(url, *[b"x" * 65_536] * (size // 65_536), b"x" * (size % 65_536)) == Scan("too_big")
