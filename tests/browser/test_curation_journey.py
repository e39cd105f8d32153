"""Journey E: a curator works through a round with keys at a desk, by thumb on a phone, and takes the last one back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_accessibility import WIDTHS, axe, violations

DESK = {"width": 1280, "height": 900}


def done(page: Page, count: int) -> None:
    """So many of the twelve are seen."""
    expect(page.get_by_text(f"{count}/12 mục đã xem")).to_be_visible()


def test_a_curator_reads_a_round_at_the_desk_and_on_the_phone(open_page: OpenPage) -> None:
    page = open_page("hoa")
    page.set_viewport_size(DESK)
    page.goto("/viec-cua-toi")
    page.locator(".task", has_text="Rà soát tháng 11").get_by_role("link").click()
    done(page, 5)
    expect(page.locator(".queue a[aria-current]")).to_contain_text("Phòng, chống bạo lực học đường")
    expect(page.get_by_text("Có tệp hỏng hoặc không đọc được").last).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_text("Mục 2 trong 7 mục còn chờ")).to_be_visible()
    page.keyboard.press("k")
    page.get_by_label("Lời nhắn cho nhóm tác giả").press("1")
    done(page, 5)  # a key in a text field is a letter
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("2")
    done(page, 6)
    page.get_by_role("button", name="Hoàn tác kết luận vừa ghi").click()
    done(page, 5)
    page.keyboard.press("3")
    expect(page.get_by_role("button", name="Chọn").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("4")
    expect(page.get_by_role("heading", name="Ngừng sử dụng bài này?")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate(axe())
    assert not [each for width in WIDTHS for each in violations(page, width)]
    page.set_viewport_size(PHONE)
    page.goto(page.url)
    page.get_by_role("button", name="Giữ nguyên").first.click()
    done(page, 6)
    page.get_by_role("button", name="Hoàn tác kết luận vừa ghi").click()
    done(page, 5)
