"""On a phone: searches come back, are followed with one tap, and where nothing is found a colleague helps."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage

NEED = "phiếu soi gương âm dương hình"
WANTED = f"/tim?q=qwxz+{NEED.replace(' ', '')}&subject=toan&grade=lop-6"


def test_an_earlier_search_is_offered_before_anything_is_typed(open_page: OpenPage) -> None:
    page = open_page("quang")
    with page.expect_response("**/tim/lich-su") as kept:  # results have stood for two seconds
        page.goto("/tim?q=hình+học+trực+quan")
    assert kept.value.status == 204
    page.goto("/")
    box = page.get_by_role("combobox", name="Tìm học liệu")
    box.focus()
    offered = page.get_by_role("option", name="hình học trực quan")
    expect(offered).to_be_visible()
    page.keyboard.press("Escape")
    expect(offered).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(offered).to_be_visible()
    for _step in ("the button", "what follows the form"):
        page.keyboard.press("Tab")
    expect(offered).to_be_hidden()
    box.focus()
    box.press_sequentially("hinh hoc t", delay=20)
    expect(offered.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tim\?q=h%C3%ACnh"))
    page.goto("/tim/lich-su")
    page.get_by_role("button", name="Xóa lịch sử tìm").click()
    expect(page.get_by_role("heading", name="Chưa có lần tìm nào")).to_be_visible()


def test_half_typed_words_are_not_remembered(open_page: OpenPage) -> None:
    page = open_page("quang")
    page.goto("/tim")
    with page.expect_response("**/tim/lich-su") as kept:
        page.get_by_role("combobox", name="Tìm học liệu").press_sequentially("thi nghiem do am", delay=120)
    assert kept.value.request.post_data == "q=thi+nghiem+do+am"


def test_a_search_is_followed_with_one_tap(open_page: OpenPage) -> None:
    page = open_page("quang")
    page.goto("/tim?q=hình+học&grade=lop-4")
    page.get_by_role("button", name="Theo dõi").click()
    expect(page.get_by_role("status").filter(has_text="Đã lưu “hình học · Lớp 4”")).to_be_visible()
    expect(page.get_by_role("link", name="Các lần tìm đã lưu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Thôi theo dõi")).to_be_visible()
    page.get_by_text("Đổi tên hoặc bỏ").click()
    page.get_by_label("Tên", exact=True).fill("Hình lớp Bốn")
    page.get_by_role("button", name="Lưu tên").click()
    expect(page.get_by_role("link", name="Hình lớp Bốn")).to_be_visible()


def test_where_nothing_is_found_a_colleague_helps(open_page: OpenPage) -> None:
    lan, hoa = open_page("lan"), open_page("hoa")
    lan.goto(WANTED)
    lan.get_by_role("link", name="Nhờ đồng nghiệp", exact=True).click()
    expect(lan.get_by_label("Thầy cô cần gì")).to_have_value(re.compile("qwxz .*Toán, Lớp 6"))
    lan.get_by_role("button", name="Gửi lời nhờ").click()
    expect(lan.get_by_text("Đã gửi tới đồng nghiệp.")).to_be_visible()
    place = lan.url
    expect_notice(hoa, "Cô Lan nhờ đồng nghiệp trong cụm: “Tôi tìm “qwxz")
    expect(hoa).to_have_url(place)
    hoa.get_by_role("button", name="Gửi bài này").first.click()
    expect(hoa.get_by_text("Đã gửi. Cảm ơn thầy cô.")).to_be_visible()
    expect_notice(lan, "Cô Hoa gửi một bài cho lời nhờ của thầy cô")
    expect(lan.get_by_text("cô Hoa gửi")).to_be_visible()
    lan.get_by_role("button", name="Đã tìm được, khép lời nhờ").click()
    expect(lan.get_by_text("Lời nhờ này đã khép.")).to_be_visible()


def expect_notice(page: Page, begins: str) -> None:
    """The worker tells within moments; opening the notice leads to the request."""
    opening = page.get_by_role("listitem").filter(has_text=begins).get_by_role("button").first
    for _again in range(20):
        page.goto("/thong-bao")
        if opening.is_visible():
            break
        page.wait_for_timeout(500)
    opening.click()
