"""The administrator's *Việc nền* on a phone: readable, tried again at one touch, progress that comes and goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from repo_service.background.progress import Progress
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.test_accessibility import WIDE, axe, violations
from tests.journeys.running_server import RunningServer

PATH = "/so/viec-nen"


@pytest.fixture
def database(server: RunningServer) -> Iterator[Database]:
    opened = Database(server.database_url)
    yield opened
    opened.engine.dispose()


def test_failed_work_is_read_and_tried_again_on_a_phone(open_page: OpenPage, database: Database) -> None:
    with database.transaction() as session:
        for name in ("khongco1", "khongco2"):
            error = "IndexingFailed: " + "mapper_parsing_exception_" * 12
            session.add(
                OutboxRow(
                    topic="resource.changed", object_id=name, attempts=8, dead_at=clock.now(), error=error
                )
            )
    page = open_page("quantri")
    page.goto(PATH)
    for closed in page.locator("main summary").all():
        closed.click()
    page.evaluate(axe())
    assert not violations(page, PHONE["width"]) and not violations(page, 1280)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.evaluate(WIDE)
    page.get_by_label("Lí do").first.fill("tệp mẫu")
    page.locator('button:has-text("Bỏ")').first.click()
    expect(page.get_by_role("heading", name="Việc hỏng: 1")).to_be_visible()
    page.locator('main button:has-text("Thử lại")').click()
    expect(page.get_by_text("Không có việc nào hỏng.")).to_be_visible()
    expect(page.get_by_text("Không có việc nào đang chờ.")).to_be_visible(timeout=20_000)


def test_progress_moves_and_then_the_page_is_quiet(open_page: OpenPage, database: Database) -> None:
    with database.transaction() as session:
        session.add(Progress(job="index.rebuild:index", done=10, total=40))
    page = open_page("quantri")
    page.goto(PATH)
    bar = page.get_by_role("progressbar", name="Lập lại chỉ mục tìm kiếm")
    expect(bar).to_have_attribute("value", "25")
    page.evaluate(axe())
    assert not violations(page, PHONE["width"])
    with database.transaction() as session:
        session.get_one(Progress, "index.rebuild:index").done = 30
    expect(bar).to_have_attribute("value", "75", timeout=20_000)
    with database.transaction() as session:
        session.delete(session.get_one(Progress, "index.rebuild:index"))
    expect(bar).to_have_count(0, timeout=20_000)
    expect(page.locator("#viec-dang-lam[data-hx-get]")).to_have_count(0)
