"""The whole story on a phone: deposit, review, publication, product of the year, found and taken by another cluster."""

from __future__ import annotations

import hashlib
import io
import random
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from repo_service.office import BulletList, Heading, Paper, Paragraph, write_docx
from tests.browser.conftest import OpenPage
from tests.browser.site import PHONE

TITLE = "Phân số bằng nhau qua chuyện chia bánh ít lá gai"
NAME = "KHBD Toán 6 - Phân số bằng nhau.docx"
TEXT = "Mỗi nhóm chia một chiếc bánh ít lá gai rồi viết các phân số bằng nhau vừa thấy."
DESK = {"width": 1200, "height": 900}
CLUSTER = "Cụm THCS Toán - KHTN đồng bằng"
PARTS = re.compile(r"(?:/api/uploads/[^/]+/parts/|[?&]partNumber=)(\d+)")


@pytest.fixture(scope="module")
def lesson_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Word file that is sent in two parts, as one with photographs would be."""
    path = tmp_path_factory.mktemp("plan") / NAME
    blocks = [
        Paragraph("Môn Toán, lớp 6"),
        Heading("Mục tiêu"),
        BulletList(["Nhận biết hai phân số bằng nhau."]),
        Paragraph(TEXT),
    ]
    write_docx(path, Paper(f"Kế hoạch bài dạy: {TITLE}", blocks))
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(
            "word/media/anh.jpg", b"\xff\xd8\xff\xe0" + random.Random(6).randbytes(9 * 1024 * 1024)
        )
    return path


def test_a_lesson_plan_goes_from_lan_to_the_whole_province(open_page: OpenPage, lesson_plan: Path) -> None:
    lan, hoa, minh, quang = (open_page(name) for name in ("lan", "hoa", "minh", "quang"))
    contribute(lan, lesson_plan)
    review(hoa)
    expect_published(lan)
    choose_for_the_year(minh)
    read_a_second_time(minh)
    lock(minh)
    look_at_the_certificate(minh)
    find_and_take(quang, lesson_plan)


def contribute(page: Page, file: Path) -> None:
    page.goto("/")
    page.get_by_role("link", name="Đóng góp").last.click()
    page.set_input_files("[data-upload] input[type=file]", file)
    expect(page.get_by_text("đã gửi xong", exact=True)).to_be_visible()
    title = page.get_by_label("Tên bài")
    expect(title).to_have_value(re.compile("Phân số bằng nhau"))
    expect(page.get_by_label("Loại học liệu")).to_have_value("khbd")
    expect(page.get_by_label("Môn, hoạt động giáo dục")).to_have_value("toan")
    expect(page.get_by_label("Lớp 6")).to_be_checked()
    title.fill(TITLE)
    page.get_by_role("button", name="Gửi phản biện").click()
    expect(page.get_by_role("heading", name="Đã gửi phản biện")).to_be_visible()


def review(page: Page) -> None:
    page.goto("/phan-bien")
    page.locator(".task", has_text=TITLE).get_by_role("link").click()
    approve(page)
    expect(page.get_by_text("Bài đã được công bố.")).to_be_visible()


def approve(page: Page) -> None:
    wait_until_read(page)
    page.get_by_role("button", name="Tôi nhận đọc").click()
    for line in page.locator("#danh-muc input[value=ok]").all():
        line.check()
    page.get_by_label("Lời nhắn cho tác giả").fill("Bài rất gần đời sống của các em.")
    page.get_by_role("button", name="Đồng ý công bố").click()


def wait_until_read(page: Page) -> None:
    """Text comes out of a file in the background and then appears by itself."""
    expect(page.get_by_text(TEXT)).to_be_visible(timeout=20_000)


def expect_published(page: Page) -> None:
    page.goto("/viec-cua-toi")
    expect(page.get_by_role("row", name=TITLE)).to_contain_text("Đã công bố")


def choose_for_the_year(page: Page) -> None:
    """The demonstration's cluster has chosen another work, which waits for its second reader: it is taken back."""
    page.goto("/cum")
    page.get_by_role("link", name=CLUSTER).click()
    page.get_by_role("link", name="Mở sản phẩm năm").click()
    page.get_by_text("Rút sản phẩm này").click()
    page.get_by_label("Lí do, một dòng").fill("Cụm chọn bài mới hơn.")
    page.get_by_role("button", name="Rút sản phẩm").click()
    page.get_by_label("Bài đã công bố").select_option(label=TITLE)
    page.get_by_label("Vì sao hợp với địa phương").fill("Bánh ít lá gai nhà nào cũng làm dịp giỗ Tết.")
    page.get_by_label("Các trường dùng thế nào").fill("Mỗi trường dạy thử một tiết trong học kì này.")
    page.get_by_role("button", name="Chọn làm sản phẩm năm").click()
    expect(page.get_by_text("Đã có 1 trong 2 phản biện của trường khác.")).to_be_visible()


def read_a_second_time(page: Page) -> None:
    """Minh, who works at a third school, opens a further round and reads it himself."""
    page.get_by_role("button", name="Mở thêm vòng phản biện").click()
    approve(page)
    expect(page.get_by_role("heading", name="Bàn phản biện")).to_be_visible()


def lock(page: Page) -> None:
    page.goto("/cum")
    page.get_by_role("link", name=CLUSTER).click()
    page.get_by_role("link", name="Mở sản phẩm năm").click()
    expect(page.locator("#kiem-tra")).to_contain_text("Mọi tệp còn nguyên vẹn", timeout=20_000)  # read again by now
    page.get_by_role("button", name="Công bố sản phẩm năm").click()
    expect(page.get_by_role("heading", name="Giấy ghi nhận sản phẩm dùng chung")).to_be_visible()
    expect(page.locator(".cert")).to_contain_text(TITLE)
    expect(page.get_by_text("Đã có sản phẩm năm")).to_be_visible()


def look_at_the_certificate(page: Page) -> None:
    """On a phone and on a desk nothing is wider than the screen; the bag for the archive comes as one zip."""
    page.get_by_role("link", name="Mở giấy ghi nhận").click()
    expect(page.get_by_role("img", name="Mã QR mở trang này")).to_be_visible()
    expect(page.locator("#trich-dan")).to_contain_text("Sản phẩm chuyên môn năm học 2026–2027")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), size
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải bản lưu trữ (BagIt)").click()
    assert taken.value.suggested_filename.startswith("kho-san-pham-")


def find_and_take(page: Page, original: Path) -> None:
    page.goto("/tim")
    page.get_by_role("combobox", name="Tìm học liệu").press_sequentially("phan so banh it la gai", delay=15)
    hit = page.locator(".card-title a").first
    expect(hit).to_have_text(TITLE)  # without Enter: results follow the typing
    expect(page).to_have_url(re.compile("q=phan"))  # what one sees can be shared
    expect(page.locator(".card").first).to_contain_text("Sản phẩm năm 2026–2027")
    page.keyboard.press("Escape")
    hit.click()
    expect(page.locator("#to-giay > *").first).to_be_visible()
    if page.locator("#to-giay img").count():  # where LibreOffice is installed the pages themselves come first
        page.get_by_role("link", name="Đọc nhanh").click()
    expect(page.locator("#to-giay").get_by_text(TEXT)).to_be_visible()  # a short text is there whole
    expect(page.locator("#to-giay .stands-out").first).to_contain_text("Phân số bằng nhau")
    name, content = download(page, page.locator(".res-acts a", has_text="Tải"))
    assert name == NAME
    assert hashlib.sha256(content).digest() == hashlib.sha256(original.read_bytes()).digest()
    address = page.url.replace("/hoc-lieu/", "/api/resources/") + "/package.zip"
    package = page.request.get(address)
    with zipfile.ZipFile(io.BytesIO(package.body())) as parts:
        inside = next(each for each in parts.namelist() if each.endswith(".docx"))
        assert parts.read(inside) == original.read_bytes()


def download(page: Page, link: object) -> tuple[str, bytes]:
    with page.expect_download() as started:
        link.click()  # type: ignore[attr-defined]
    return started.value.suggested_filename, Path(started.value.path()).read_bytes()


def test_an_upload_goes_on_after_a_reload_and_a_cut_line(open_page: OpenPage, lesson_plan: Path) -> None:
    page = open_page("quang")
    sent: list[int] = []

    def only_the_first_part(route: Route) -> None:
        number = int(PARTS.search(route.request.url)[1])  # type: ignore[index]
        if number > 1:
            route.abort("internetdisconnected")
        else:
            sent.append(number)
            route.continue_()

    page.goto("/dong-gop")
    page.route(PARTS, only_the_first_part)
    with page.expect_response(lambda answer: bool(PARTS.search(answer.url)) and answer.ok):
        page.set_input_files("[data-upload] input[type=file]", lesson_plan)
    page.reload()
    expect(page.get_by_text("đang gửi dở, chọn lại tệp để gửi tiếp", exact=True)).to_be_visible()
    page.unroute(PARTS)
    page.on("request", lambda request: sent.extend(int(n) for n in PARTS.findall(request.url)))
    page.context.set_offline(True)
    expect(page.get_by_text("Đang mất mạng.")).to_be_visible()
    page.set_input_files("[data-upload] input[type=file]", lesson_plan)
    page.context.set_offline(False)
    expect(page.get_by_text("đã gửi xong", exact=True)).to_be_visible(timeout=30_000)
    assert sent == [1, 2]  # the first part was not sent again


def test_an_upload_waits_while_it_is_paused(open_page: OpenPage, lesson_plan: Path) -> None:
    page = open_page("quang")
    page.goto("/dong-gop")
    page.route(PARTS, lambda route: None)  # a line so slow that nothing arrives
    page.set_input_files("[data-upload] input[type=file]", lesson_plan)
    page.get_by_role("button", name="Tạm dừng").click()
    expect(page.get_by_text("đang tạm dừng", exact=True)).to_be_visible()
    page.unroute(PARTS)
    page.get_by_role("button", name="Gửi tiếp").click()
    expect(page.get_by_text("đã gửi xong", exact=True)).to_be_visible(timeout=30_000)
