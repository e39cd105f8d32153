"""A head of school and an officer of the Sở, each at the width of a phone and of a desk (journeys F and G)."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from repo_service.demo import expected
from repo_service.demo.cast import CLUSTERS
from tests.browser.conftest import PHONE, OpenPage

DESK = {"width": 1280, "height": 800}
NAMES = {cluster.key: cluster.name for cluster in CLUSTERS}
QUIET = ("K1", "K3", "K5", "K6")
"""Clusters in which no other browser test works."""


def test_an_officer_reads_the_board_nudges_opens_evidence_and_takes_the_files(open_page: OpenPage) -> None:
    page = open_page("tuan")
    page.goto("/so/nhiem-vu")
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc năm học của các cụm")
    compare_with_the_plan(page)
    lost = page.locator("button.cell-bad")
    lost.click()
    reason = page.locator(f"#{lost.get_attribute('aria-controls')}")
    expect(reason.locator("p").get_by_text("đã được chọn rồi rút lại")).to_be_visible()
    expect(reason.get_by_label("Nhắc nhẹ")).to_have_value(
        re.compile("ơi, việc “sản phẩm năm” của cụm còn dở")
    )
    page.set_viewport_size(DESK)
    reason.get_by_role("button", name="Gửi lời nhắc").click()
    expect(page.get_by_text("Đã gửi lời nhắc tới trưởng cụm.")).to_be_visible()
    shown = page.locator("tbody tr:not(.is-open)")
    with page.expect_download() as taken:
        page.get_by_role("link", name="XLSX").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes())).active
    assert sheet is not None and sheet.max_row - 1 == shown.count() == 6
    for line, row in enumerate(sheet.iter_rows(min_row=2, values_only=True)):
        expect(shown.nth(line)).to_contain_text(str(row[2]))
    page.get_by_label("Cấp học").select_option("tieu-hoc")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator("tbody th a").filter(has_text=NAMES["K1"])).to_be_visible()
    expect(page.get_by_text(NAMES["K6"])).to_have_count(0)
    page.locator('a[href*="/viec-nam/"]').first.click()
    expect(page.get_by_role("heading", name="Các vòng phản biện tới hẹn trong năm")).to_be_visible()
    figures_fit(page)
    spread_and_take_back(page)


def compare_with_the_plan(page: Page) -> None:
    """The board says of each quiet cluster what the table of expected figures says."""
    rows = {
        item["cluster_name"]: item["cells"] for item in page.request.get("/api/duty-board").json()["items"]
    }
    for duty in expected.DUTIES:
        if duty.school_year == "2026-2027" and duty.cluster in QUIET:
            assert rows[NAMES[duty.cluster]][0]["met"] == duty.met, duty
    for cluster in QUIET:
        assert rows[NAMES[cluster]][1]["state"] == expected.REVIEWS[cluster], cluster


def figures_fit(page: Page) -> None:
    """The drawing, the table and the plan agree on what was published in the year before."""
    page.set_viewport_size(PHONE)
    page.goto("/so-lieu?school_year=2025-2026")
    expect(page.locator("figure.plot svg")).to_have_count(3)
    total = page.locator("#bang-thang tbody tr").last.locator("td").all_inner_texts()
    assert (
        dict(zip(("sent", "published", "downloads"), map(int, total), strict=True))
        == expected.FIGURES["2025-2026"]
    )


def spread_and_take_back(page: Page) -> None:
    """Mark a work "Nhân rộng" and take the mark away again, so that the site is as before."""
    hits = [hit["id"] for hit in page.request.get("/api/search?q=phân+số").json()["hits"]]
    work = next(hit for hit in hits if "spread" in page.request.get(f"/api/resources/{hit}").json()["actions"])
    page.goto(f"/hoc-lieu/{work}")
    page.get_by_text("Việc khác").click()
    page.get_by_role("link", name="Nhân rộng", exact=True).click()
    page.get_by_label("Vì sao nên nhân rộng").fill("Trường nào cũng làm theo được.")
    page.get_by_role("button", name="Nhân rộng").click()
    expect(page.locator(".res-head .badge", has_text="Nhân rộng")).to_be_visible()
    page.get_by_text("Việc khác").click()
    page.get_by_role("link", name="Thôi nhân rộng").click()
    page.get_by_role("button", name="Thôi nhân rộng").click()
    expect(page.locator(".res-head .badge", has_text="Nhân rộng")).to_have_count(0)


def test_a_head_of_school_sees_the_school_takes_the_calendar_and_sends_a_difficulty(
    open_page: OpenPage,
) -> None:
    page = open_page("tam")
    page.goto("/")
    page.locator("header .menu summary").click()
    page.get_by_role("link", name="Trường tôi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("THCS Bờ Xe Nước")
    names = page.locator("dl.facts dt").all_inner_texts()
    assert "Trần Thị Lan" in names
    expect(page.get_by_role("heading", name="Môn chưa có ai tham gia")).to_be_visible()
    expect(page.get_by_role("heading", name="Bài dùng chung mà trường đang dùng")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    with page.expect_download() as taken:
        page.get_by_role("link", name="Lịch việc của các cụm").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    page.set_viewport_size(DESK)
    page.goto("/kho-khan")
    page.get_by_label("Về việc gì").first.select_option("thoi-gian")
    page.get_by_label("Trường đang vướng gì").fill("Cụm họp trùng lịch thi giữa kì.")
    page.get_by_role("button", name="Gửi đi").click()
    expect(page.get_by_text("Đã gửi. Kho báo cho thầy cô khi có trả lời.")).to_be_visible()
    officer = open_page("tham")
    officer.goto("/kho-khan")
    officer.get_by_role("link", name="Cụm họp trùng lịch thi giữa kì.").click()
    officer.get_by_label("Trả lời cho trường").fill("Xã đã nhờ cụm dời sang tuần sau.")
    officer.get_by_role("button", name="Gửi trả lời").click()
    expect(officer.get_by_text("Xã đã nhờ cụm dời sang tuần sau.")).to_be_visible()
