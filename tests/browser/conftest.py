"""A real Chromium on a real `kho serve` with the demonstration data, which is filled once for all browser tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.site import PHONE as PHONE
from tests.browser.site import OpenPage, Phones, Site, demonstration, phones_on, watched_pages
from tests.journeys.running_server import RunningServer, kho, serving

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker takes all that use the same site, so that the demonstration data is written once."""
    for item in items:
        if Path(__file__).parent in item.path.parents and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, or a skip that says why there is none; with KHO_REQUIRE_BROWSER=1 a failure."""
    if not CHROMIUM.exists():
        refuse = pytest.fail if os.environ.get("KHO_REQUIRE_BROWSER") == "1" else pytest.skip
        refuse(f"no browser: {CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """`kho serve` on what `kho seed` wrote."""
    data = tmp_path_factory.mktemp("seeded")
    kho(data, "seed")
    with serving(data) as running:
        yield running


@pytest.fixture(scope="session")
def site(server: RunningServer) -> Site:
    """Where it is and who may sign in."""
    return demonstration(server.data, server.url)


@pytest.fixture(scope="session")
def phones(chromium: Browser, site: Site) -> Phones:
    """`phones("lan")`: the browser of a person who signed in once; None is a guest's."""
    return phones_on(chromium, site)


@pytest.fixture
def open_page(phones: Phones) -> Iterator[OpenPage]:
    """`open_page("lan")`: a page on her phone; no name: a guest. Console errors fail the test at its end."""
    with watched_pages(phones) as opened:
        yield opened
