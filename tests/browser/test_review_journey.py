"""A work comes back from a reviewer, is improved, read again by who knows it, and published with its badge."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

TITLE = "Bài giảng số: Tập hợp các số hữu tỉ"
DESK = {"width": 1280, "height": 900}
REMARK = "Thêm một hình trục số ở đây giúp nhé."


def test_reviewer_author_and_lead_bring_a_work_to_publication(open_page: OpenPage) -> None:
    hoa, lan, minh = (open_page(name) for name in ("hoa", "lan", "minh"))
    minh.set_viewport_size(DESK)
    send_back(hoa)
    improve(lan)
    ask_again(minh)
    hoa.set_viewport_size(DESK)
    approve(hoa)
    see_the_badge(lan)


def open_desk(page: Page) -> None:
    """From the list of what waits to the paper."""
    page.goto("/phan-bien")
    page.locator(".task", has_text=TITLE).get_by_role("link", name=re.compile("^Mở bàn phản biện")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def send_back(page: Page) -> None:
    """On the phone: what changed, a remark on a paragraph, one line to mend, a word."""
    open_desk(page)
    expect(page.get_by_text("So với phiên bản 1")).to_be_visible()
    page.get_by_role("link", name="Chỗ thay đổi").click()
    expect(page.locator(".paper ins").first).to_be_visible()
    page.get_by_role("link", name="Bản sạch").click()
    expect(page.get_by_text("không còn trong bản mới")).to_be_visible()
    page.locator(".paper p", has_text="Mỗi số hữu tỉ").get_by_role("link").click()
    expect(page.get_by_label("Chỗ cần nói")).to_have_value(re.compile("^Mỗi số hữu tỉ"))
    page.get_by_label("Góp ý", exact=True).fill(REMARK)
    page.get_by_role("button", name="Thêm góp ý").click()
    expect(page.locator(".paper p", has_text="Mỗi số hữu tỉ").locator(".anchor")).to_be_visible()
    page.get_by_role("group", name="Hòa nhập").get_by_role("radio", name="Cần sửa").check()
    page.get_by_label("Lời nhắn cho tác giả").fill("Bài rất gần các em. Còn một ý hòa nhập.")
    page.get_by_role("button", name="Cần chỉnh sửa").click()
    expect(page.get_by_text("Đã gửi lời nhắn cho tác giả.")).to_be_visible()


def improve(page: Page) -> None:
    """The author reads the word, answers, settles, and sends a new version."""
    page.goto("/viec-cua-toi")
    page.locator(".task", has_text=TITLE).get_by_role("link", name=re.compile("^Xem góp ý")).click()
    expect(page.get_by_text("Còn một ý hòa nhập.").first).to_be_visible()
    thread = page.locator(".thread", has_text=REMARK)
    thread.get_by_text("Trả lời", exact=True).click()
    thread.get_by_label(re.compile("^Trả lời góp ý")).fill("Đã thêm hình.")
    thread.get_by_role("button", name="Gửi").click()
    page.locator(".thread", has_text=REMARK).get_by_role("button", name="Đã xong").click()
    expect(page.locator(".thread", has_text=REMARK).get_by_text("Xong ngày")).to_be_visible()
    page.get_by_role("link", name="Sửa thành bản mới").click()
    page.get_by_label("Bản này khác bản trước chỗ nào").fill("Thêm việc cho học sinh chậm hơn.")
    page.get_by_role("button", name="Mở bản nháp mới").click()
    page.get_by_role("button", name="Gửi phản biện").click()
    expect(page.get_by_role("heading", name="Đã gửi phản biện")).to_be_visible()
    page.get_by_role("link", name="Xem bài").click()
    expect(page.get_by_text("Đã gửi, chưa ai nhận đọc")).to_be_visible()


def ask_again(page: Page) -> None:
    """The lead finds who read it before ticked already: one click."""
    open_desk(page)
    first = page.locator("#reviewer .choice").first
    expect(first).to_contain_text("cô Hoa: đã đọc vòng 2")
    expect(first.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Nhờ đọc").click()
    expect(page.get_by_text("Đã nhờ 1 đồng nghiệp đọc.")).to_be_visible()


def approve(page: Page) -> None:
    """At a desk: six lines in order, and it is published."""
    open_desk(page)
    expect(page.get_by_text("1 đang mở, 2 đã xong")).to_be_visible()
    for line in page.locator(".check").all():
        line.get_by_role("radio", name="Ổn").check()
    page.get_by_role("button", name="Đồng ý công bố").click()
    expect(page.get_by_text("Bài đã được công bố.")).to_be_visible()


def see_the_badge(page: Page) -> None:
    """It says whose school and when, and no figure of how good it is."""
    page.goto("/viec-cua-toi")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.locator(".res-head .badge", has_text="Đã phản biện: THCS Dốc Nắng")).to_be_visible()
