"""The picture of the README, written only when asked for: KHO_SCREENSHOTS=1 make test TESTS=tests/browser."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage

PICTURE = Path("docs/search.png")


@pytest.mark.skipif(
    not os.environ.get("KHO_SCREENSHOTS"), reason="writes docs/search.png; set KHO_SCREENSHOTS=1"
)
def test_the_readme_shows_a_search(open_page: OpenPage) -> None:
    page = open_page("lan")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/tim?q=giao+an+toan+6+phan+so")
    page.reload()  # a first visit may show the system's font, the second one ours
    expect(page.locator(".card").nth(3)).to_be_visible()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURE)
