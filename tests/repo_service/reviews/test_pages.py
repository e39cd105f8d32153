"""The desk in the browser: what people see, say and send."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import published

SignIn = Callable[[str], FlaskClient]
Submitted = Callable[..., str]
SENT_BACK = {"decision": "request_changes", "reason": ["chinh-xac"], "note": "Bài 3 sai dấu."}


def test_the_desk_lists_the_round_and_the_round_shows_everything(
    sign_in: SignIn, submitted: Submitted
) -> None:
    round_id = submitted()
    hoa = sign_in("hoa")
    assert f"/phan-bien/{round_id}" in hoa.get("/phan-bien").get_data(as_text=True)
    page = hoa.get(f"/phan-bien/{round_id}").get_data(as_text=True)
    for words in (
        "Phân số với tử và mẫu là số nguyên",
        "bai.txt",
        "Hòa nhập",
        "Đồng ý công bố",
        "Tôi nhận đọc",
    ):
        assert words in page
    assert not re.search(r"điểm số|xếp hạng|sao\b", page)


def test_an_empty_desk_says_so(sign_in: SignIn) -> None:
    assert "Không có bài nào chờ" in sign_in("hoa").get("/phan-bien").get_data(as_text=True)


def test_guests_are_led_to_sign_in_and_strangers_find_nothing(
    client: FlaskClient, sign_in: SignIn, submitted: Submitted
) -> None:
    round_id = submitted()
    assert client.get(f"/phan-bien/{round_id}").location.startswith("/dang-nhap")
    assert client.get("/phan-bien").location.startswith("/dang-nhap")
    for path in (round_id, "0" * 16, "x"):
        assert sign_in("quang").get(f"/phan-bien/{path}").status_code == 404


def test_readers_of_a_round_download_its_files_and_strangers_do_not(
    sign_in: SignIn, submitted: Submitted
) -> None:
    round_id, other = submitted(), submitted()
    hoa = sign_in("hoa")
    path = re.search(
        rf"/phan-bien/{round_id}/tep/\w{{16}}", hoa.get(f"/phan-bien/{round_id}").get_data(as_text=True)
    )
    assert path
    answer = hoa.get(path[0])
    assert answer.get_data(as_text=True) == "Bài học về phân số"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sign_in("quang").get(path[0]).status_code == 404
    assert hoa.get(path[0].replace(round_id, other)).status_code == 404


def test_claiming_and_approving_in_the_browser_publishes(
    sign_in: SignIn, submitted: Submitted, read_round: Callable[[str], ReviewRound]
) -> None:
    round_id, hoa = submitted(), sign_in("hoa")
    assert hoa.post(f"/phan-bien/{round_id}/nhan").status_code == 303
    answer = hoa.post(
        f"/phan-bien/{round_id}/ket-luan",
        data={"decision": "approve", "line-ai": "ok", "line-hoa-nhap": "fix"},
    )
    assert (answer.status_code, answer.location) == (303, "/phan-bien")
    assert read_round(round_id).version.state == "published"
    page = hoa.get(f"/phan-bien/{round_id}").get_data(as_text=True)
    assert "Đã kết luận" in page and "ket-luan-form" not in page


def test_a_lead_asks_a_colleague_in_the_browser(cast: Cast, sign_in: SignIn, submitted: Submitted) -> None:
    round_id, minh = submitted(), sign_in("minh")
    page = minh.get(f"/phan-bien/{round_id}").get_data(as_text=True)
    assert (
        f'value="{cast.hoa}"' in page
        and f'value="{cast.lan}"' not in page
        and f'value="{cast.quang}"' not in page
    )
    wrong = minh.post(f"/phan-bien/{round_id}/nhan", data={"reviewer": cast.quang})
    assert wrong.status_code == 422 and "Chọn một đồng nghiệp trong cụm" in wrong.get_data(as_text=True)
    assert minh.post(f"/phan-bien/{round_id}/nhan", data={"reviewer": cast.hoa}).status_code == 303
    assert minh.post(f"/phan-bien/{round_id}/nhan").status_code == 409


def test_sending_back_without_reasons_draws_the_form_again_with_what_was_typed(
    sign_in: SignIn, submitted: Submitted
) -> None:
    round_id, hoa = submitted(), sign_in("hoa")
    answer = hoa.post(
        f"/phan-bien/{round_id}/ket-luan",
        data={"decision": "decline", "note": "Chưa <rõ> lắm", "line-ai": "ok"},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Chọn ít nhất một lí do" in page and "Chưa &lt;rõ&gt; lắm" in page
    assert re.search(r'name="line-ai" value="ok"[^>]*checked', page)
    assert hoa.post(f"/phan-bien/{round_id}/ket-luan", data={}).status_code == 422


def test_lines_marked_to_fix_are_the_reasons(sign_in: SignIn, submitted: Submitted) -> None:
    round_id = submitted()
    said = {
        "decision": "request_changes",
        "note": "Sửa giúp nhé.",
        "line-chinh-xac": "fix",
        "line-ai": "ok",
        "other": "1",
    }
    assert sign_in("hoa").post(f"/phan-bien/{round_id}/ket-luan", data=said).status_code == 303
    page = sign_in("lan").get(f"/phan-bien/{round_id}").get_data(as_text=True)
    assert "Chính xác, Khác" in page and "Sửa giúp nhé." in page


def test_remarks_are_made_answered_and_settled_in_the_browser(sign_in: SignIn, submitted: Submitted) -> None:
    round_id, hoa, lan = submitted(), sign_in("hoa"), sign_in("lan")
    assert (
        hoa.post(
            f"/phan-bien/{round_id}/gop-y", data={"place": "đong nếp", "text": "<b>Thêm hình</b>"}
        ).status_code
        == 303
    )
    page = lan.get(f"/phan-bien/{round_id}").get_data(as_text=True)
    assert "&lt;b&gt;Thêm hình&lt;/b&gt;" in page and "đong nếp" in page
    remark = re.search(r'name="parent" value="(\w{16})"', page)
    assert remark
    assert (
        lan.post(f"/phan-bien/{round_id}/gop-y", data={"parent": remark[1], "text": "Đã thêm."}).status_code
        == 303
    )
    assert lan.post(f"/phan-bien/{round_id}/gop-y/{remark[1]}/xong").status_code == 303
    assert "Xong ngày" in hoa.get(f"/phan-bien/{round_id}").get_data(as_text=True)
    assert hoa.post(f"/phan-bien/{round_id}/gop-y", data={"text": " "}).status_code == 422
    assert hoa.post(f"/phan-bien/{round_id}/gop-y", data={"text": "x", "parent": "0" * 16}).status_code == 404


def test_a_published_work_gets_a_further_round_from_its_page(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction():
        work = published(cast.lan, cast.clusters["K2"]).id
    lan = sign_in("lan")
    assert lan.post(f"/hoc-lieu/{work}/phan-bien-them").location.startswith("/phan-bien/")
    assert lan.post(f"/hoc-lieu/{work}/phan-bien-them").location == f"/hoc-lieu/{work}"
    assert sign_in("quang").post(f"/hoc-lieu/{work}/phan-bien-them").status_code == 404
