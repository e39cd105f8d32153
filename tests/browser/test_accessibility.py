"""Every kind of page at both widths: axe finds nothing, nothing scrolls sideways, the console stays empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage

AXE = Path("repo_service/ui/static/dist/dev/axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """tags => axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]})
  .then(found => found.violations.map(each => [each.id,
    ...each.nodes.map(node => node.target.join(" ") + ": " + node.failureSummary)]))"""
WIDE = """() => [...document.querySelectorAll("body *")]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.outerHTML.slice(0, 90)).slice(0, 5)"""
WIDTHS = (390, 1280)


@dataclass(frozen=True)
class Stop:
    """A page: who looks, where it starts, the links (CSS) to follow, and what to do there.

    A step with a slash in front is not a link: it is added to the address.
    """

    who: str | None
    start: str
    steps: tuple[str, ...] = ()
    act: Callable[[Page], Any] | None = None
    dark: bool = False


def link(text: str) -> str:
    return f'main a:has-text("{text}")'


K1, K2 = link("Cụm Tiểu học ven sông"), link("Cụm THCS Toán")
SEARCH, HIT = "/tim?q=giao+an+toan+6+phan+so", ".card-title a"
WITH_PICTURES = "/tim?q=phieu+hoc+tap+nhung+hang+dang+thuc+dang+nho"
PACKAGE = "/tim?q=goi+chu+de+phan+so&type=goi-chu-de"
OF_VERSIONS, LONG_LIVED = "/tim?q=nhat+ky+dang+thuy+tram", link("từ nhật ký Đặng Thuỳ Trâm")

PAGES = {
    "home of a guest": Stop(None, "/"),
    "home of a teacher": Stop("lan", "/", dark=True),
    "home of a cluster lead": Stop("minh", "/"),
    "home of the department": Stop("tuan", "/"),
    "guide": Stop(None, "/huong-dan"),
    "sign-in": Stop(None, "/dang-nhap", dark=True),
    "sign-in refused": Stop(None, "/dang-nhap", act=lambda page: page.keyboard.press("Enter")),
    "API pages": Stop(None, "/api/docs"),
    "not found": Stop(None, "/khong-co-trang-nay"),
    "search without words": Stop(None, "/tim"),
    "search with results": Stop("lan", SEARCH, dark=True),
    "search with suggestions": Stop("lan", "/tim", act=lambda page: suggest(page)),
    "search without hits": Stop("lan", "/tim?q=zzzzqqq+xyzw"),
    "search history": Stop("lan", "/tim/lich-su"),
    "saved searches, none yet": Stop("hoa", "/tim-da-luu"),
    "saved searches": Stop("lan", SEARCH, act=lambda page: follow(page), dark=True),
    "asking colleagues": Stop("lan", "/nho-dong-nghiep?q=tụ+điện&subject=toan&grade=lop-6"),
    "requests to colleagues": Stop("hoa", "/loi-nho", dark=True),
    "a request to help with": Stop("hoa", "/loi-nho", (link("Giúp"),)),
    "an own request": Stop("lan", "/loi-nho", (link("video mở đầu"),)),
    "search filters": Stop("lan", SEARCH + "#bo-loc"),
    "resource": Stop("lan", SEARCH, (HIT,), dark=True),
    "resource read quickly": Stop("lan", WITH_PICTURES, (link("Phiếu học tập: Những hằng"), ".preview-bar a.chip")),
    "resource of another cluster": Stop("quang", SEARCH, (HIT,)),
    "old version": Stop("hoa", OF_VERSIONS, (LONG_LIVED, ".timeline li:last-child a")),
    "comparison": Stop("hoa", OF_VERSIONS, (LONG_LIVED, 'a[href*="so-sanh"]')),
    "contribute": Stop("lan", "/dong-gop", dark=True),
    "contribute with errors": Stop("lan", "/dong-gop", act=lambda page: send(page)),
    "my work": Stop("lan", "/viec-cua-toi"),
    "my work, waiting": Stop("minh", "/viec-cua-toi"),
    "review desk": Stop("hoa", "/phan-bien"),
    "review round": Stop("hoa", "/phan-bien", (".task-acts a",), dark=True),
    "works of the week": Stop("lan", "/tuan-nay?subject=toan&grade=lop-6&week=19"),
    "week without works": Stop("lan", "/tuan-nay?subject=toan&grade=lop-6&week=35"),
    "own collections": Stop("lan", "/bo-suu-tap", dark=True),
    "own collections, none yet": Stop("hoa", "/bo-suu-tap"),
    "a collection": Stop("lan", "/bo-suu-tap", (link("Vào lớp Toán 6"),), dark=True),
    "a collection being edited": Stop("lan", "/bo-suu-tap", (link("Vào lớp Toán 6"), link("Sửa, chia sẻ"))),
    "starter kits": Stop("quang", "/bo-khoi-dau"),
    "a starter kit": Stop("quang", "/bo-khoi-dau", (link("Vào lớp Toán 6"),)),
    "starter kits, none": Stop("lan", "/bo-khoi-dau?subject=toan&grade=lop-12"),
    "a work saved with one tap": Stop("minh", SEARCH, act=lambda page: save(page), dark=True),
    "collections of a work": Stop("lan", SEARCH, (HIT, "/luu")),
    "nearly equal works": Stop("tuan", "/ra-soat/bai-gan-giong", act=lambda page: wait_for_pairs(page), dark=True),
    "comparison of two works": Stop("tuan", "/ra-soat/bai-gan-giong", (link("Xem chỗ khác nhau"),)),
    "clusters": Stop("lan", "/cum"),
    "cluster": Stop("lan", "/cum", (K2,)),
    "annual product to choose": Stop("minh", "/cum", (K2, "/san-pham-nam/2027-2028")),
    "annual product chosen": Stop("minh", "/cum", (K2, "/san-pham-nam/2026-2027")),
    "annual product locked": Stop("minh", "/cum", (K1, "/san-pham-nam/2026-2027"), dark=True),
    "certificate": Stop("minh", "/cum", (K1, "/san-pham-nam/2026-2027", 'a[href^="/giay-ghi-nhan/"]'), dark=True),
    "plan of the year, first step": Stop("minh", "/cum", (K2, "/ke-hoach-nam/2026-2027")),
    "plan of the year": Stop("tuan", "/cum", (link("Cụm THCS miền núi"), "/ke-hoach-nam/2026-2027")),
    "topic package": Stop("lan", PACKAGE, (link("Gói chủ đề: Phân số"),)),
    "topic package arranged": Stop("lan", PACKAGE, (link("Gói chủ đề: Phân số"), 'a[href$="/soan"]'), dark=True),
    "notifications": Stop("lan", "/thong-bao"),
    "account": Stop("lan", "/tai-khoan"),
    "second factor": Stop("hoa", "/tai-khoan/lop-thu-hai"),
    "duty board": Stop("tuan", "/so/nhiem-vu", act=lambda page: explain(page), dark=True),
    "duty over the years": Stop("tuan", "/so/nhiem-vu/nhieu-nam?duty=reviews"),
    "duties of a cluster": Stop("tuan", "/so/nhiem-vu", ('a[href*="/viec-nam/"]',)),
    "figures": Stop("tuan", "/so-lieu", dark=True),
    "own school": Stop("tam", "/truong", dark=True),
    "schools of everybody": Stop("tuan", "/truong"),
    "difficulties": Stop("tam", "/kho-khan"),
    "a difficulty to answer": Stop("tuan", "/kho-khan", (link("bản chữ to"),)),
    "department": Stop("tuan", "/so"),
    "schools": Stop("tuan", "/so/truong"),
    "a school": Stop("tuan", "/so/truong", (link("THCS Dốc Nắng"),)),
    "merging schools": Stop("tuan", "/so/truong/sap-nhap"),
    "clusters of the department": Stop("tuan", "/so/cum"),
    "a cluster of the department": Stop("tuan", "/so/cum", (K2,)),
    "splitting a cluster": Stop("tuan", "/so/cum", (K2, "/tach")),
    "merging clusters": Stop("tuan", "/so/cum/sap-nhap"),
    "settings": Stop("tuan", "/so/cai-dat"),
    "lists": Stop("tuan", "/so/danh-muc"),
    "a list": Stop("tuan", "/so/danh-muc/licences"),
    "background work": Stop("quantri", "/so/viec-nen", dark=True),
    "people": Stop("quantri", "/nguoi"),
    "a person": Stop("quantri", "/nguoi", (link("Hoa"),)),
}  # fmt: skip


@cache
def axe() -> str:
    return AXE.read_text("utf-8")


def send(page: Page) -> None:
    page.get_by_role("button", name="Gửi phản biện").click()


def save(page: Page) -> None:
    page.locator(".card-acts button").first.click()
    page.locator('.card-acts a:has-text("Chọn bộ khác")').wait_for()


def wait_for_pairs(page: Page) -> None:
    """The worker compares works soon after the site began."""
    for _again in range(20):
        if page.locator("#nhom-1").count():
            return
        page.wait_for_timeout(1000)
        page.reload()


def explain(page: Page) -> None:
    page.locator("[aria-expanded]").first.click()


def suggest(page: Page) -> None:
    page.get_by_role("combobox", name="Tìm học liệu").press_sequentially("phan s", delay=20)
    page.locator(".suggest-item").first.wait_for()


def follow(page: Page) -> None:
    page.get_by_role("button", name="Theo dõi").click()
    page.locator('a[href="/tim-da-luu"]:focus').wait_for()
    page.goto("/tim-da-luu")
    page.locator("details.fold summary").first.click()


def walk(page: Page, stop: Stop) -> None:
    page.goto(stop.start)
    for step in stop.steps:
        if step.startswith("/"):
            page.goto(page.url.split("?")[0] + step)
        else:
            page.goto(str(page.locator(step).first.get_attribute("href")))
    if stop.act:
        stop.act(page)
        page.wait_for_load_state()


def violations(page: Page, width: int) -> list[str]:
    """What axe finds with the window as tall as the page: no link is half under a bar then."""
    page.set_viewport_size({"width": width, "height": 844})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(844, height)})
    return [f"{width} px, {rule}: {places}" for rule, *places in page.evaluate(RUN, TAGS)]


@pytest.mark.parametrize("stop", PAGES.values(), ids=PAGES)
def test_everyone_can_use_the_page(open_page: OpenPage, stop: Stop) -> None:
    page = open_page(stop.who)
    walk(page, stop)
    page.evaluate(axe())  # through the debugger: the page's own policy stays in force
    found = [each for width in WIDTHS for each in violations(page, width)]
    if stop.dark:
        page.emulate_media(color_scheme="dark")
        found += violations(page, 390)
    assert not found, "\n".join(found)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.evaluate(WIDE)


def test_axe_would_speak_up(open_page: OpenPage) -> None:
    """The measure itself: a picture without words is found."""
    page = open_page()
    page.goto("/huong-dan")
    page.evaluate(axe())
    page.evaluate("document.querySelector('main').append(new Image(40, 40))")
    assert any("image-alt" in each for each in violations(page, 390))


@pytest.mark.parametrize("width", WIDTHS)
def test_every_menu_opens_inside_the_screen(open_page: OpenPage, width: int) -> None:
    page = open_page("lan")
    page.set_viewport_size({"width": width, "height": 844})
    walk(page, Stop("lan", "/tim?q=phep+cong+phan+so+bai+on", (HIT,)))  # a work of her own
    menus = page.locator("details.menu")
    assert menus.count() == 2
    for menu in menus.all():
        menu.locator("summary").click()
        box = menu.locator(".menu-box").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
