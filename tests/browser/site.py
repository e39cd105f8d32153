"""What browser tests share: the address and passwords, signing in, and listening to the console."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import ConsoleMessage, Page


@dataclass(frozen=True)
class Site:
    """A running demonstration: its address and the passwords of its six people."""

    url: str
    passwords: dict[str, str]


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
