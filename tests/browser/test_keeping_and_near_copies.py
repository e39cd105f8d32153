"""A teacher keeps a work with one tap, and is told that a file nearly equals a work of hers before she sends it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.test_accessibility import WIDTHS, axe, violations


def test_a_work_is_kept_with_one_tap_and_found_again(open_page: OpenPage) -> None:
    page = open_page("quang")
    page.goto("/tim?q=phan+so+bang+nhau")
    card = page.locator(".card").first
    title = card.locator(".card-title").inner_text()
    card.locator("button").click()
    expect(card.locator("button[aria-pressed=true]")).to_be_visible()
    card.get_by_role("link", name="Chọn bộ khác").click()
    page.get_by_label("Hoặc lập một bộ mới với bài này").fill("Toán 6 của tôi")
    page.get_by_role("button", name="Ghi lại").click()
    expect(page.get_by_role("heading", name="Toán 6 của tôi")).to_be_visible()
    expect(page.locator(".card-title", has_text=title)).to_have_count(1)
    page.goto("/bo-suu-tap")
    page.get_by_role("link", name="Bài đã lưu").click()
    page.locator("summary", has_text="Ghi chú").first.click()
    page.get_by_label("Ghi chú cho bài này").first.fill("Dạy thứ ba")
    page.get_by_role("button", name="Lưu ghi chú").first.click()
    expect(page.get_by_text("Dạy thứ ba").first).to_be_visible()


def test_a_file_that_nearly_equals_a_work_becomes_its_new_version(
    open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page("lan")
    page.goto("/tim?q=lap+he+phuong+trinh")
    title = "Kế hoạch bài dạy: Giải bài toán bằng cách lập hệ phương trình"
    page.get_by_role("link", name=title, exact=True).click()
    work = page.url
    page.locator("a.chip", has_text="Đọc nhanh").click()
    expect(page.locator("#to-giay p").nth(12)).to_be_visible()
    lines = page.locator("#to-giay p").all_inner_texts()
    file = tmp_path / "KHBD he phuong trinh sua.txt"
    file.write_text("\n".join([*lines, "Trò chơi chợ phiên: mỗi nhóm đổi một lượt."]), "utf-8")
    page.goto("/dong-gop")
    page.set_input_files("input[type=file]", file)
    notice = page.locator(".notice", has_text="Gần giống một bài đã có")
    expect(notice).to_contain_text("Giải bài toán bằng cách lập hệ", timeout=60_000)
    notice.locator("summary").click()
    expect(notice.locator("ins", has_text="Trò chơi chợ phiên")).to_be_visible()
    page.evaluate(axe())
    assert not [each for width in WIDTHS for each in violations(page, width)]
    notice.get_by_role("link", name="Gửi thành phiên bản mới").click()
    expect(page.locator("[name=kept]:checked")).to_have_count(1)
    page.get_by_label("Bản này khác bản trước chỗ nào").fill("Thêm trò chơi chợ phiên")
    page.get_by_role("button", name="Mở bản nháp mới").click()
    page.wait_for_url(f"{work}/sua")
    expect(page.locator(".file-name")).to_have_text([file.name])
