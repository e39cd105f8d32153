"""The lead's page, the board of the department and the same through JSON."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.factories import THIS_YEAR
from tests.repo_service.annual_products.conftest import WORDS

SignIn = Callable[[str], FlaskClient]
Make = Callable[..., str]
Act = Callable[..., None]


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/cum/{cast.clusters['K2']}/san-pham-nam/{THIS_YEAR}"


@pytest.fixture
def products(cast: Cast) -> str:
    return f"/api/clusters/{cast.clusters['K2']}/annual-products"


def test_the_lead_chooses_and_publishes_in_the_browser(
    page: str, sign_in: SignIn, published_work: Make, approve: Act, work: Callable[[], None]
) -> None:
    do_background_work = work
    minh = sign_in("minh")
    assert "Cụm chưa có bài nào đã công bố" in minh.get(page).get_data(as_text=True)
    work = published_work()
    assert f'value="{work}"' in minh.get(page).get_data(as_text=True)
    assert minh.post(page, data={"resource": work, **WORDS}).status_code == 303
    shown = minh.get(page).get_data(as_text=True)
    assert "Đã có 0 trong 2 phản biện" in shown and "Đủ phản biện thì nút Công bố sản phẩm năm" in shown
    chosen = re.search(rf'action="({page}/\w{{16}})/rut"', shown)
    assert chosen and "/cong-bo" not in shown
    lock = f"{chosen[1]}/cong-bo"
    early = minh.post(lock)
    assert early.status_code == 422 and "Cần thêm 2 phản biện của trường khác." in early.get_data(
        as_text=True
    )
    approve(work, "hoa", "minh")
    assert f'action="{lock}"' in minh.get(page).get_data(as_text=True)
    assert minh.post(lock).location.endswith("#kiem-tra")  # the files are read again first
    part = minh.get(f"{chosen[1]}/kiem-tra").get_data(as_text=True)
    assert "Đang xếp hàng" in part and 'data-hx-trigger="every 2s"' in part
    do_background_work()
    part = minh.get(f"{chosen[1]}/kiem-tra").get_data(as_text=True)
    assert "Mọi tệp còn nguyên vẹn" in part and "data-hx" not in part
    assert minh.post(lock).location == page
    certificate = minh.get(page).get_data(as_text=True)
    assert '<svg viewBox="0 0 ' in certificate and "Mã QR" in certificate
    assert (
        "Giấy ghi nhận" in certificate
        and "Không cần báo cáo thêm" in certificate
        and WORDS["use"] in certificate
    )
    assert minh.post(page, data={"resource": work, **WORDS}).status_code == 409


def test_the_lead_sees_who_reads_the_chosen_work(
    page: str, sign_in: SignIn, published_work: Make, cast: Cast
) -> None:
    minh, work = sign_in("minh"), published_work()
    minh.post(page, data={"resource": work, **WORDS})
    assert "Mở thêm vòng phản biện" in minh.get(page).get_data(as_text=True)
    desk = minh.post(f"/hoc-lieu/{work}/phan-bien-them").location
    opened = minh.get(page).get_data(as_text=True)
    assert "chưa có ai nhận đọc" in opened and f'href="{desk}"' in opened
    assert "Mở thêm vòng phản biện" not in opened
    minh.post(f"{desk}/nhan", data={"reviewer": cast.hoa})
    assert "Đang đọc: cô Hoa, hẹn" in minh.get(page).get_data(as_text=True)


def test_wrong_input_keeps_what_was_typed(page: str, sign_in: SignIn, published_work: Make) -> None:
    work = published_work()
    answer = sign_in("minh").post(page, data={"resource": work, "local_fit": "Hợp <quê> mình", "use": " "})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert (
        "Hợp &lt;quê&gt; mình" in text
        and "các trường trong cụm dùng thế nào" in text
        and f'value="{work}" selected' in text
    )


def test_the_words_are_revised_until_the_lock(
    page: str, sign_in: SignIn, published_work: Make, choose: Make
) -> None:
    choose(published_work())
    minh = sign_in("minh")
    assert minh.post(page, data={"local_fit": "Mới", "use": "Mới hơn"}).status_code == 303
    assert "Mới hơn" in minh.get(page).get_data(as_text=True)
    assert minh.post(page, data={"local_fit": "", "use": "Mới hơn"}).status_code == 422


def test_withdrawing_asks_for_a_reason(
    page: str, sign_in: SignIn, published_work: Make, choose: Make
) -> None:
    product, minh = choose(published_work()), sign_in("minh")
    assert minh.post(f"{page}/{product}/rut", data={"reason": " "}).status_code == 422
    assert minh.post(f"{page}/{product}/rut", data={"reason": "Có trang quét."}).status_code == 303
    assert "Có trang quét." in minh.get(page).get_data(as_text=True)
    assert sign_in("lan").post(f"{page}/{product}/rut", data={"reason": "x"}).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("lan", 200), ("tuan", 200), ("phuc", 200), ("quang", 404)])
def test_who_opens_the_page_of_the_year(name: str, status: int, page: str, sign_in: SignIn) -> None:
    browser = sign_in(name)
    assert browser.get(page).status_code == status
    assert browser.post(page, data=WORDS).status_code == 404
    assert browser.get(page.replace(THIS_YEAR, "2026")).status_code == 404


def test_guests_are_led_to_sign_in(page: str, client: FlaskClient) -> None:
    for path in (page, "/so/nhiem-vu"):
        assert client.get(path).location.startswith("/dang-nhap")


def test_the_board_shows_clusters_with_reasons_and_contacts(
    cast: Cast, sign_in: SignIn, published_work: Make, choose: Make, approve: Act, lock: Act
) -> None:
    work = published_work()
    product = choose(work)
    approve(work, "hoa", "minh")
    lock(product)
    text = sign_in("tuan").get("/so/nhiem-vu").get_data(as_text=True)
    for words in ("1 trong 2 cụm", "Có từ 16/11", "Chưa chọn bài nào", "Hồ Thị Nga", "còn 196 ngày"):
        assert words in text
    filtered = sign_in("tuan").get("/so/nhiem-vu?level=tieu-hoc&school_year=2025-2026").get_data(as_text=True)
    assert "Cụm Tiểu học ven sông" in filtered and "Cụm THCS Toán" not in filtered
    assert "Không có cụm nào" in sign_in("tuan").get("/so/nhiem-vu?level=thpt").get_data(as_text=True)
    assert sign_in("tuan").get("/so/nhiem-vu?school_year=abc&level=%00").status_code == 200


def test_a_commune_officer_sees_the_clusters_of_the_communes_schools(sign_in: SignIn) -> None:
    text = sign_in("phuc").get("/so/nhiem-vu").get_data(as_text=True)
    assert "Cụm THCS Toán" in text and "Cụm Tiểu học" not in text
    assert sign_in("lan").get("/so/nhiem-vu").status_code == 404


def test_the_api_chooses_locks_and_counts_duties(
    cast: Cast, products: str, sign_in: SignIn, published_work: Make, approve: Act, read_again: Act
) -> None:
    work, minh = published_work(), sign_in("minh")
    body = {"school_year": THIS_YEAR, "resource": work, **WORDS}
    made = minh.post(products, json=body)
    assert (made.status_code, made.json["state"], made.json["manifest"]) == (201, "chosen", None)
    assert minh.post(products, json=body).status_code == 409
    early = minh.post(f"{products}/{made.json['id']}/publish")
    assert (early.status_code, early.json["errors"]) == (
        422,
        {"reviews": ["Cần thêm 2 phản biện của trường khác."]},
    )
    approve(work, "hoa", "minh")
    waiting = minh.post(f"{products}/{made.json['id']}/publish")
    assert (waiting.status_code, waiting.json["state"]) == (202, "chosen")
    assert waiting.json["check"] == {"state": "waiting", "finished_at": None, "findings": []}
    read_again(made.json["id"])
    assert sign_in("lan").get(f"{products}/{made.json['id']}").json["check"]["state"] == "clean"
    locked = minh.post(f"{products}/{made.json['id']}/publish")
    assert (locked.status_code, locked.json["state"]) == (200, "published")
    assert (
        locked.json["manifest"]["files"][0]["name"] == "bai.txt" and len(locked.json["manifest_sha256"]) == 64
    )
    assert minh.post(f"{products}/{made.json['id']}/publish").status_code == 409
    duties = {
        item["cluster"]: item
        for item in sign_in("tuan").get(f"/api/duties?school_year={THIS_YEAR}").json["items"]
    }
    assert {code: duties[cast.clusters[code]]["met"] for code in ("K1", "K2")} == {"K1": False, "K2": True}
    assert (
        duties[cast.clusters["K1"]]["sentence"]
        == "Năm học 2026–2027: chưa có sản phẩm; hạn 31/5, còn 196 ngày."
    )


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (None, {"school_year", "resource", "local_fit", "use"}), ([1], {"school_year", "resource", "local_fit", "use"}),
        ({"school_year": 5}, {"school_year"}), ({"school_year": THIS_YEAR, "resource": "x", **WORDS}, {"resource"}),
        ({"school_year": THIS_YEAR, "resource": None, **WORDS}, {"resource"}),
    ],
)  # fmt: skip
def test_a_wrong_body_is_answered_field_by_field(
    body: Any, fields: set[str], products: str, sign_in: SignIn
) -> None:
    answer = sign_in("minh").post(products, json=body)
    assert (answer.status_code, set(answer.json["errors"])) == (422, fields)


@pytest.mark.parametrize("name", ["lan", "hoa", "quang", "nga", "tuan", "phuc"])
def test_who_is_not_the_lead_finds_nothing_to_choose_or_lock(
    name: str, products: str, cast: Cast, sign_in: SignIn, published_work: Make, choose: Make
) -> None:
    product, stranger = choose(published_work()), sign_in(name)
    for path in (products, products.replace(cast.clusters["K2"], "0" * 16), f"{products}/{product}/publish"):
        assert stranger.post(path, json={}).status_code == 404


def test_duties_of_the_api_follow_rights_and_refuse_nonsense(
    client: FlaskClient, cast: Cast, sign_in: SignIn
) -> None:
    assert client.get("/api/duties").status_code == 401
    assert [item["cluster"] for item in sign_in("quang").get("/api/duties").json["items"]] == [
        cast.clusters["K1"]
    ]
    assert sign_in("tuan").get("/api/duties?school_year=2026").json["errors"].keys() == {"school_year"}
