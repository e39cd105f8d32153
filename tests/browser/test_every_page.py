"""A document is read page by page in a real browser: with a script by pdf.js, without one as pictures."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.site import Site
from tests.journeys.api_client import ApiClient, multipart
from tests.journeys.running_server import RunningServer, kho
from tests.repo_service.files.samples import pdf

PAGES = 12


@pytest.fixture(scope="module")
def work(server: RunningServer) -> dict[str, Any]:
    """A draft of Lan with a PDF of twelve pages."""
    lan = ApiClient(server.url, kho(server.data, "token", "create", "lan").strip().splitlines()[-1])
    described = {
        "title": "Đọc từng trang",
        "type": "khbd",
        "grades": ["lop-6"],
        "subjects": ["toan"],
        "submit": False,
    }
    body, headers = multipart(
        [
            ("metadata", None, "application/json", json.dumps(described).encode()),
            ("files", "trang.pdf", "application/pdf", pdf(PAGES)),
        ]
    )
    made: dict[str, Any] = lan.post("/api/resources", body, headers).json
    return made


@pytest.fixture
def address(open_page: OpenPage, work: dict[str, Any]) -> str:
    """Of the page, once the background has drawn the first pages."""
    page = open_page("lan")
    page.goto(work["url"])
    page.get_by_role("link", name="Xem từng trang").wait_for(timeout=30_000)
    return f"/hoc-lieu/{work['id']}/xem/{work['files'][0]['id']}?version=1"


def test_pages_are_drawn_as_they_come_and_let_go_again(open_page: OpenPage, address: str) -> None:
    page = open_page("lan")
    page.goto(address)
    page.locator(".sheet-page canvas").first.wait_for()
    assert page.locator(".sheet-page").count() == PAGES
    page.locator(".preview-view").focus()
    page.keyboard.press("End")
    page.locator(f".sheet-page[data-number='{PAGES}'] canvas").wait_for()
    page.locator(".sheet-page[data-number='1'] canvas").wait_for(state="detached")
    assert page.locator(".sheet-page canvas").count() < PAGES
    assert f"{PAGES}/{PAGES}" in page.locator("[data-turner]").inner_text().replace("\n", "")


def test_zoom_and_words_work_on_a_phone_without_sideways_scrolling_of_the_page(
    open_page: OpenPage, address: str
) -> None:
    page = open_page("lan")
    page.goto(address)
    page.locator(".sheet-words span").first.wait_for(state="attached")
    before = _width(page)
    page.get_by_role("button", name="Phóng to").click()
    page.locator(".sheet-page canvas").first.wait_for()
    assert _width(page) == pytest.approx(before * 1.25, abs=2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Thu nhỏ").click()
    assert _width(page) == pytest.approx(before, abs=2)


def test_without_a_script_the_first_pages_are_pictures(
    chromium: Browser, site: Site, phones: Callable[..., Any], address: str
) -> None:
    context = chromium.new_context(
        base_url=site.url,
        viewport=PHONE,
        java_script_enabled=False,
        storage_state=phones("lan").storage_state(),
    )
    page = context.new_page()
    page.goto(address)
    page.locator(".paper > img").first.wait_for()
    assert page.locator(".paper > img").count() == 10
    assert page.get_by_role("link", name="Tải").first.is_visible()
    context.close()


def _width(page: Page) -> float:
    box = page.locator(".sheet-page").first.bounding_box()
    assert box is not None
    return box["width"]
