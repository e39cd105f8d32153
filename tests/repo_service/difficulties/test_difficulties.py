"""Difficulties: filed by a school, routed by its managing body, passed on, answered, gathered for the report."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import openpyxl
import pytest
from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.difficulties.lifecycle import DIFFICULTY_LABELS, DIFFICULTY_MOVES
from repo_service.organizations.models import Membership, Organization
from tests.cast import Cast
from tests.factories import THIS_YEAR

SignIn = Callable[[str], FlaskClient]
TEXT = "Đường truyền ở điểm trường lẻ <yếu>, không mở được video."
API = "/api/difficulties"


@pytest.fixture
def file_one(cast: Cast, sign_in: SignIn) -> Callable[..., str]:
    """`file_one()` -> id of a difficulty that Hạnh files for S05."""

    def filed(**said: str) -> str:
        body = {"school": cast.schools["S05"], "topic": "thiet-bi-ha-tang", "text": TEXT, **said}
        answer = sign_in("hanh").post(API, json=body)
        assert answer.status_code == 201, answer.json
        return answer.json["id"]

    return filed


def test_a_school_files_and_the_commune_answers(
    cast: Cast, sign_in: SignIn, work: Callable[[], None]
) -> None:
    hanh, phuc = sign_in("hanh"), sign_in("phuc")
    form = {"school": cast.schools["S05"], "topic": "thiet-bi-ha-tang", "text": TEXT}
    assert "Gửi một khó khăn" in hanh.get("/kho-khan").get_data(as_text=True)
    assert hanh.post("/kho-khan", data=form).location == "/kho-khan"
    work()
    assert "THCS Bờ Xe Nước gửi một khó khăn" in phuc.get("/thong-bao").get_data(as_text=True)
    (item,) = phuc.get(API).json["items"]
    assert (item["body_name"], item["for_department"], item["state"]) == ("xã Tư Nghĩa", False, "moi")
    page = phuc.get(f"/kho-khan/{item['id']}").get_data(as_text=True)
    assert "&lt;yếu&gt;" in page and "/tra-loi" in page and "/chuyen" in page
    assert phuc.post(f"/kho-khan/{item['id']}/tra-loi", data={"answer": " "}).status_code == 422
    assert (
        phuc.post(
            f"/kho-khan/{item['id']}/tra-loi", data={"answer": "Xã nối cáp trong tháng 12."}
        ).status_code
        == 303
    )
    work()
    assert "đã có trả lời" in hanh.get("/thong-bao").get_data(as_text=True)
    shown = hanh.get(f"/kho-khan/{item['id']}").get_data(as_text=True)
    assert "Xã nối cáp trong tháng 12." in shown and "/tra-loi" not in shown


def test_what_a_commune_cannot_settle_goes_to_the_department(
    file_one: Callable[..., str], sign_in: SignIn, work: Callable[[], None]
) -> None:
    one, phuc, tuan = file_one(), sign_in("phuc"), sign_in("tuan")
    assert tuan.post(f"{API}/{one}/answer", json={"answer": "x"}).status_code == 404  # the commune has it
    assert phuc.post(f"{API}/{one}/pass-on", json={}).json["state"] == "da-chuyen"
    assert phuc.post(f"{API}/{one}/pass-on", json={}).status_code == 409
    assert phuc.post(f"{API}/{one}/answer", json={"answer": "x"}).status_code == 404
    work()
    assert "gửi một khó khăn" in tuan.get("/thong-bao").get_data(as_text=True)
    assert "được chuyển Sở" in sign_in("hanh").get("/thong-bao").get_data(as_text=True)
    assert tuan.post(f"{API}/{one}/answer", json={"answer": "Sở cấp thiết bị."}).json["state"] == "da-tra-loi"
    assert tuan.post(f"{API}/{one}/answer", json={"answer": "lần nữa"}).status_code == 409
    assert phuc.get(f"/kho-khan/{one}").status_code == 200  # it keeps reading what passed through


def test_a_school_under_the_department_or_under_nobody_reaches_the_department(
    file_one: Callable[..., str], db: Database, cast: Cast, sign_in: SignIn
) -> None:
    for body in (cast.schools["SO"], None):
        with db.transaction() as session:
            session.get_one(Organization, cast.schools["S05"]).managing_body_id = body
        one = file_one()
        assert sign_in("phuc").get(f"/kho-khan/{one}").status_code == 404
        assert sign_in("tuan").post(f"{API}/{one}/answer", json={"answer": "Được."}).status_code == 200


def test_others_find_nothing(
    file_one: Callable[..., str], cast: Cast, db: Database, sign_in: SignIn, client: FlaskClient
) -> None:
    one = file_one()
    with db.transaction() as session:
        other = Organization(kind="xa", name="xã khác", name_sort="xa khac")
        session.add(other)
        session.flush()
        session.add_all(
            [
                Membership(
                    user_id=cast.quang, role="can-bo-xa", organization_id=other.id, from_year=THIS_YEAR
                ),
                Membership(
                    user_id=cast.nga,
                    role="hieu-truong",
                    organization_id=cast.schools["S02"],
                    from_year=THIS_YEAR,
                ),
            ]
        )
    for name in ("quang", "nga", "lan", "minh"):
        browser = sign_in(name)
        assert browser.get(f"/kho-khan/{one}").status_code == 404, name
        assert browser.post(f"{API}/{one}/answer", json={"answer": "x"}).status_code == 404, name
        assert browser.post(f"{API}/{one}/pass-on", json={}).status_code == 404, name
        assert browser.get(API).json.get("items") in ([], None), name
    assert sign_in("lan").get("/kho-khan").status_code == 404
    assert client.get(API).status_code == 401 and client.get("/kho-khan").status_code == 302
    body = {"school": cast.schools["S05"], "topic": "khac", "text": TEXT}
    for name in ("nga", "phuc", "tuan", "lan"):  # only the school's own heads file for it
        assert sign_in(name).post(API, json=body).status_code == 404, name


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"topic": "diem-so"}, "topic"),
        ({"topic": ""}, "topic"),
    ],
)
def test_what_is_missing_is_said_field_by_field(
    said: dict[str, str], field: str, cast: Cast, sign_in: SignIn
) -> None:
    body = {"school": cast.schools["S05"], "topic": "khac", "text": TEXT, **said}
    answer = sign_in("hanh").post(API, json=body)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


def test_a_school_files_ten_a_day_at_most(file_one: Callable[..., str], cast: Cast, sign_in: SignIn) -> None:
    for _ in range(10):
        file_one()
    body = {"school": cast.schools["S05"], "topic": "khac", "text": TEXT}
    answer = sign_in("hanh").post("/kho-khan", data=body)
    assert answer.status_code == 422 and "Hôm nay trường đã gửi khá nhiều" in answer.get_data(as_text=True)


def test_the_box_narrows_and_goes_out_with_the_same_words(
    file_one: Callable[..., str], sign_in: SignIn
) -> None:
    file_one(text='=HYPERLINK("http://x")')
    second = file_one(topic="thoi-gian", text="Thiếu thời gian sinh hoạt.")
    phuc = sign_in("phuc")
    phuc.post(f"{API}/{second}/answer", json={"answer": "Xếp lại lịch."})
    assert [item["topic"] for item in phuc.get(f"{API}?topic=thoi-gian").json["items"]] == ["thoi-gian"]
    assert [item["state"] for item in phuc.get(f"{API}?state=moi").json["items"]] == ["moi"]
    assert phuc.get(f"{API}?school_year=2025-2026").json["items"] == []
    book = openpyxl.load_workbook(io.BytesIO(phuc.get("/kho-khan.xlsx").data)).active
    assert book is not None
    rows = [[str(cell or "") for cell in row] for row in book.iter_rows(values_only=True)][1:]
    lines = list(csv.reader(io.StringIO(phuc.get("/kho-khan.csv").data.decode("utf-8-sig"))))[1:]
    assert [row[1:4] for row in rows] == [row[1:4] for row in lines]
    assert {row[6] for row in rows} == {"", "Xếp lại lịch."}
    assert any(row[4].startswith("'=HYPERLINK") for row in lines)
    assert phuc.get("/kho-khan.pdf").status_code == 404
    page = phuc.get("/kho-khan?topic=thoi-gian").get_data(as_text=True)
    assert "Thiếu thời gian" in page and "HYPERLINK" not in page


def test_every_state_has_its_label() -> None:
    assert {state for state, _move in DIFFICULTY_MOVES} | set(DIFFICULTY_MOVES.values()) == set(
        DIFFICULTY_LABELS
    )
