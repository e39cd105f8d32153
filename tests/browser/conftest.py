"""A real Chromium on a real `kho serve` with the demonstration data, which is filled once for all browser tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.site import Site, sign_in, watch
from tests.journeys.running_server import RunningServer, kho, serving

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 390, "height": 844}

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker takes all of them, so that the demonstration data is written once."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
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
    lines = (server.data / "demo-accounts.txt").read_text("utf-8").splitlines()
    return Site(
        server.url, {name: password for name, password, *_ in (line.split() for line in lines if line)}
    )


@pytest.fixture(scope="session")
def phones(chromium: Browser, site: Site) -> Callable[[str | None], BrowserContext]:
    """`phones("lan")`: the browser of a person who signed in once; None is a guest's."""
    kept: dict[str | None, BrowserContext] = {}

    def phone_of(username: str | None) -> BrowserContext:
        if username not in kept:
            context = chromium.new_context(
                base_url=site.url, viewport=PHONE, locale="vi-VN", reduced_motion="reduce"
            )
            context.set_default_timeout(15_000)
            kept[username] = context
            if username:
                page = context.new_page()
                sign_in(page, username, site.passwords[username])
                page.close()
        return kept[username]

    return phone_of


@pytest.fixture
def open_page(phones: Callable[[str | None], BrowserContext]) -> Iterator[OpenPage]:
    """`open_page("lan")`: a page on her phone; no name: a guest. Console errors fail the test at its end."""
    pages: list[Page] = []
    complaints: list[str] = []

    def opened(username: str | None = None) -> Page:
        page = phones(username).new_page()
        pages.append(page)
        watch(page, complaints)
        return page

    yield opened
    for page in pages:
        page.close()
    assert not complaints, "\n".join(complaints)
