"""What browser tests share: the address and passwords, signing in, and listening to the console."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PHONE = {"width": 390, "height": 844}

OpenPage = Callable[..., Page]
Phones = Callable[[str | None], BrowserContext]


@dataclass(frozen=True)
class Site:
    """A running demonstration: its address and the passwords of its people."""

    url: str
    passwords: dict[str, str]


def demonstration(data: Path, url: str) -> Site:
    """What `kho seed` wrote into a data folder, served at an address."""
    lines = (data / "demo-accounts.txt").read_text("utf-8").splitlines()
    return Site(url, {name: password for name, password, *_ in (line.split() for line in lines if line)})


def phones_on(chromium: Browser, site: Site) -> Phones:
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


@contextmanager
def watched_pages(phones: Phones) -> Iterator[OpenPage]:
    """`opened("lan")`: a page on her phone; no name: a guest. Console errors fail the test at its end."""
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


def sign_in(page: Page, username: str, password: str) -> None:
    """As a person does: type both, press Enter."""
    page.goto("/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/dang-nhap" not in address)


def watch(page: Page, complaints: list[str]) -> None:
    """Collect errors, warnings and policy violations of the console, and scripts that failed."""

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _is_expected(page, message):
            complaints.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on("dialog", lambda dialog: dialog.accept())  # leaving while a file is on its way


def _is_expected(page: Page, message: ConsoleMessage) -> bool:
    """Chromium reports each answer of 400 and up, wanted or not, and each request of a line that was cut."""
    text = message.text
    of_page = message.location["url"].split("#")[0] == page.url.split("#")[0]
    return "ERR_INTERNET_DISCONNECTED" in text or (of_page and "status of 4" in text)
