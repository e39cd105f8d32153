"""Two teachers on their phones: one finds and keeps a lesson plan, one contributes what was typed in an old font."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.samples.old_encodings import to_rtf, to_tcvn3

NAME = "KHBD-NV9-Tuan5-KNTT.rtf"
SENTENCE = "Nhóm em đọc thuộc khổ thơ thứ hai rồi kể vì sao vầng trăng im phăng phắc."
PUPILS = (
    "DANH SÁCH HỌC SINH LỚP 9A",
    "1. Đỗ Khánh Yến 18/03/2012 8,5",
    "2. Lê Hải Sơn 10/03/2012 7",
    "3. Hà Mộc Trà 14/02/2012 9",
)


def test_a_teacher_finds_reads_takes_and_keeps_a_lesson_plan(open_page: OpenPage) -> None:
    page = open_page("quang")
    page.goto("/")
    box = page.get_by_role("combobox", name="Tìm học liệu")
    box.press_sequentially("giao an toan 6 phan so", delay=10)
    box.press("Enter")
    understood = page.locator(".understood")
    for chip in ("Toán", "Lớp 6", "Kế hoạch bài dạy"):
        expect(understood.locator(".chip", has_text=chip)).to_be_visible()
    first = page.locator(".card").first
    marked = " ".join(first.locator("mark").all_inner_texts()).lower()
    assert "phân" in marked and "số" in marked, marked
    keep(page)
    title = first.locator(".card-title a").inner_text()
    first.locator(".card-title a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".badge-version").first).to_have_text(re.compile("mới nhất"))
    expect(page.locator(".timeline time").first).to_have_text(re.compile(r"\d\d/\d\d/\d{4}"))
    expect(page.locator("#to-giay > *").first).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("link", name=re.compile("^Tải")).first.click()
    assert Path(taken.value.path()).stat().st_size > 1000


def keep(page: Page) -> None:
    """One tap, without leaving the results; then it stands among what the teacher keeps."""
    button = page.locator(".card").first.get_by_role("button", name=re.compile("^Lưu"))
    button.click()
    expect(page.locator(".card").first.get_by_role("button", name=re.compile("^Đã lưu"))).to_be_visible()


@pytest.fixture
def old_plan(tmp_path: Path) -> Path:
    """A plan for week 5 as a machine of 2003 kept it: TCVN3 letters in a .VnTime font."""
    lines = ("KẾ HOẠCH BÀI DẠY", "Bài: Ánh trăng của một nhóm học sinh", SENTENCE, *PUPILS)
    path = tmp_path / NAME
    path.write_bytes(to_rtf([(".VnTime", to_tcvn3(line)) for line in lines]))
    return path


def test_a_teacher_contributes_a_plan_typed_in_an_old_font(open_page: OpenPage, old_plan: Path) -> None:
    page = open_page("lan")
    page.goto("/dong-gop")
    page.set_input_files("[data-upload] input[type=file]", old_plan)
    expect(page.get_by_text("đã gửi xong", exact=True)).to_be_visible()
    expect(page.get_by_label("Loại học liệu")).to_have_value("khbd")
    expect(page.get_by_label("Môn, hoạt động giáo dục")).to_have_value("ngu-van")
    expect(page.get_by_label("Lớp 9")).to_be_checked()
    warned = page.get_by_text("Tệp có thông tin riêng của người khác").first
    expect(warned).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Đỗ Khánh Yến 18/03/2012").first).to_be_visible()
    page.get_by_label("Tên bài").fill("Ánh trăng của một nhóm học sinh")
    page.get_by_role("button", name="Gửi phản biện").click()
    expect(page.get_by_text("thầy cô chọn một cách xử lí").first).to_be_visible()
    page.get_by_label("Tên và số liệu đặt ra, không phải người thật").check()
    page.get_by_role("button", name="Gửi phản biện").click()
    expect(page.get_by_role("heading", name="Đã gửi phản biện")).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d\d/\d\d/\d{4}")).first).to_be_visible()  # by when
