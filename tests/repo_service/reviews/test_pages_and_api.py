"""The desk in the browser and the same verbs through JSON, with the answers that people and programs get."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
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


def test_the_api_lists_assigns_and_decides(cast: Cast, sign_in: SignIn, submitted: Submitted) -> None:
    round_id, hoa = submitted(), sign_in("hoa")
    listed = hoa.get("/api/reviews").json
    assert listed["next"] is None
    item = listed["items"][0]
    assert (item["id"], item["version"], item["title"], item["state"]) == (
        round_id,
        1,
        "Phân số với tử và mẫu là số nguyên",
        "open",
    )
    assert (item["required"], item["approvals"], item["claimed_by_me"], item["due_on"]) == (
        1,
        0,
        False,
        "2026-11-23",
    )
    assert hoa.post(f"/api/reviews/{round_id}/assign").json["claimed_by_me"] is True
    assert hoa.post(f"/api/reviews/{round_id}/assign", json={}).status_code == 409
    decided = hoa.post(f"/api/reviews/{round_id}/decision", json={"decision": "approve"})
    assert (
        decided.status_code,
        decided.json["state"],
        decided.json["version_state"],
        decided.json["approvals"],
    ) == (200, "approved", "published", 1)
    assert hoa.post(f"/api/reviews/{round_id}/decision", json={"decision": "approve"}).status_code == 409
    assert hoa.get("/api/reviews").json["items"] == []
    assert sign_in("lan").get(f"/api/reviews/{round_id}").json["resource"] == item["resource"]


@pytest.mark.parametrize("body", [None, {}, {"decision": "approve"}, SENT_BACK, {"decision": 5}, [1]])
@pytest.mark.parametrize("name", ["lan", "quang", "tuan"])
def test_who_may_not_decide_learns_nothing_whatever_the_body(
    name: str, body: Any, sign_in: SignIn, submitted: Submitted
) -> None:
    round_id, stranger = submitted(), sign_in(name)
    for path in (round_id, "0" * 16):
        answer = stranger.post(f"/api/reviews/{path}/decision", json=body)
        assert answer.status_code == 404
        assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (None, {"decision"}), ([], {"decision"}), ({}, {"decision"}), ({"decision": 5}, {"decision"}),
        ({"decision": "publish"}, {"decision"}),
        ({"decision": None}, {"decision"}), ({"decision": "decline"}, {"reason", "note"}),
        ({"decision": "decline", "reason": "ai", "note": "x"}, {"reason"}),
        ({"decision": "decline", "reason": [5], "note": "x"}, {"reason.0"}),
        ({"decision": "decline", "reason": ["x"], "note": "x"}, {"reason"}),
        ({"decision": "decline", "reason": ["ai"], "note": 5}, {"note"}),
        ({"decision": "approve", "checklist": ["x"]}, {"checklist"}),
    ],
)  # fmt: skip
def test_a_wrong_body_is_answered_field_by_field(
    body: Any, fields: set[str], sign_in: SignIn, submitted: Submitted
) -> None:
    answer = sign_in("hoa").post(f"/api/reviews/{submitted()}/decision", json=body)
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == fields


def test_broken_json_is_a_missing_decision(sign_in: SignIn, submitted: Submitted) -> None:
    answer = sign_in("hoa").post(
        f"/api/reviews/{submitted()}/decision", data=b"{\xff", content_type="application/json"
    )
    assert answer.status_code == 422


def test_the_api_asks_guests_to_sign_in_and_survives_odd_pages(client: FlaskClient, sign_in: SignIn) -> None:
    assert client.get("/api/reviews").status_code == 401
    for query in ("page=0", "page=-1", "page=x", "page=" + "9" * 40, "size=0", "size=100000"):
        assert sign_in("hoa").get(f"/api/reviews?{query}").json == {"items": [], "next": None}


def test_the_api_opens_a_further_round(
    db: Database, cast: Cast, sign_in: SignIn, submitted: Submitted, read_round: Callable[[str], ReviewRound]
) -> None:
    with db.transaction():
        work = published(cast.lan, cast.clusters["K2"]).id
    unpublished = read_round(submitted()).resource_id
    lan = sign_in("lan")
    opened = lan.post(f"/api/resources/{work}/reviews")
    assert (opened.status_code, opened.json["further"], opened.headers["Location"]) == (
        201,
        True,
        f"/api/reviews/{opened.json['id']}",
    )
    assert lan.post(f"/api/resources/{work}/reviews").status_code == 409
    assert lan.post(f"/api/resources/{unpublished}/reviews").status_code == 409
    for name in ("hoa", "quang", "tuan"):
        assert sign_in(name).post(f"/api/resources/{work}/reviews").status_code == 404


def test_the_lead_assigns_through_the_api_and_others_do_not(
    cast: Cast, sign_in: SignIn, submitted: Submitted
) -> None:
    round_id = submitted()
    assert (
        sign_in("hoa").post(f"/api/reviews/{round_id}/assign", json={"reviewer": cast.thao}).status_code
        == 404
    )
    minh = sign_in("minh")
    assert minh.post(f"/api/reviews/{round_id}/assign", json={"reviewer": cast.quang}).json[
        "errors"
    ].keys() == {"reviewer"}
    assert minh.post(f"/api/reviews/{round_id}/assign", json={"reviewer": 5}).status_code == 422
    assert minh.post(f"/api/reviews/{round_id}/assign", json={"reviewer": cast.thao}).json["reviewers"] == [
        cast.thao
    ]
