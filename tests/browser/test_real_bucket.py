"""A teacher's file goes from a real Chromium straight into a bucket of a real S3 server, in parts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import databases
from tests.browser.conftest import PHONE
from tests.browser.site import sign_in, watch
from tests.cast import PASSWORD
from tests.conftest import Installed
from tests.journeys.api_client import ApiClient, multipart
from tests.journeys.running_server import RunningServer, kho, serving
from tests.repo_service.files.samples import pdf
from tests.servers.buckets import Bucket, fresh_bucket

PARTS = re.compile(r"partNumber=(\d+)")


@pytest.fixture(scope="module", params=["VERSITYGW", "RADOSGW"])
def bucket(request: pytest.FixtureRequest) -> Iterator[Bucket]:
    with fresh_bucket(request.param) as made:
        yield made


@pytest.fixture(scope="module")
def on_bucket(
    installed: Installed, bucket: Bucket, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """`kho serve` with the cast of the tests and a bucket that was set up for it."""
    data = tmp_path_factory.mktemp("on-bucket")
    databases.copy(installed.folder, data)
    with serving(data, STORAGE_URL=bucket.url) as running:
        kho(data, "storage", "setup", "--origin", running.url, STORAGE_URL=bucket.url)
        yield running
    databases.drop(data)


@pytest.fixture
def quang(chromium: Browser, on_bucket: RunningServer) -> Iterator[Page]:
    """Quang, signed in on his phone; whatever the console says against the site fails the test."""
    context = chromium.new_context(base_url=on_bucket.url, viewport=PHONE, locale="vi-VN")
    context.set_default_timeout(15_000)
    page, complaints = context.new_page(), list[str]()
    watch(page, complaints)
    sign_in(page, "quang", PASSWORD)
    yield page
    context.close()
    assert not complaints, "\n".join(complaints)


def test_parts_go_from_the_browser_straight_to_the_bucket(
    quang: Page, bucket: Bucket, tmp_path: Path
) -> None:
    file = tmp_path / "kế hoạch bài dạy.txt"
    file.write_text("Phân số bằng nhau, lớp 6.\n" * 400_000, "utf-8")  # 12 MB: two parts
    sent: list[int] = []
    quang.on(
        "request",
        lambda request: sent.extend(
            int(number)
            for number in PARTS.findall(request.url)
            if request.url.startswith(bucket.client.meta.endpoint_url)
        ),
    )
    quang.goto("/dong-gop")
    quang.set_input_files("[data-upload] input[type=file]", file)
    expect(quang.get_by_text("đã gửi xong", exact=True)).to_be_visible(timeout=30_000)
    assert sorted(set(sent)) == [1, 2]
    stored = bucket.client.list_objects_v2(Bucket=bucket.name, Prefix="files/")["Contents"]
    assert file.stat().st_size in [found["Size"] for found in stored]


def test_a_pdf_is_read_page_by_page_out_of_the_bucket(
    quang: Page, bucket: Bucket, on_bucket: RunningServer
) -> None:
    token = kho(on_bucket.data, "token", "create", "quang", STORAGE_URL=bucket.url).strip().splitlines()[-1]
    described = {
        "title": "Đọc từ kho xa",
        "type": "khbd",
        "grades": ["lop-6"],
        "subjects": ["toan"],
        "submit": False,
    }
    body, headers = multipart(
        [
            ("metadata", None, "application/json", json.dumps(described).encode()),
            ("files", "trang.pdf", "application/pdf", pdf(5)),
        ]
    )
    work = ApiClient(on_bucket.url, token).post("/api/resources", body, headers).json
    asked: list[str] = []
    quang.on("request", lambda request: asked.append(request.url))
    quang.goto(work["url"])
    quang.get_by_role("link", name="Xem từng trang").click(timeout=60_000)
    quang.locator(".sheet-page canvas").first.wait_for()
    assert quang.locator(".sheet-page").count() == 5
    assert any(url.startswith(bucket.client.meta.endpoint_url) for url in asked), "not through us"
