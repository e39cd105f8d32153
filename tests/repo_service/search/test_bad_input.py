"""Whatever is typed or sent: the page answers, the API says which field is wrong."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.core.db import Database
from repo_service.core.outbox import emit
from repo_service.derivatives.models import FileText
from repo_service.resources.models import Resource, VersionFile
from tests.cast import Cast
from tests.factories import published

NASTY = [
    '"', '""', '"a"', "*", "* OR *", "a:b", "title:[a TO b]", "(((", "-", "~2",
    "^4", "/", "\\", "'; DROP TABLE resources;--",
    "%", "_", "\x00", "a\x00b", "\u200b", "Ặ́", "e\u0301", "🎒📚", "中文", "𝒜", "\ud7ff", "<script>alert(1)</script>",
    "4069/BGDĐT-GDPT", "10A1", "20.000",
    "?" * 50, "a " * 5000, "đ" * 10_000, '"phân số', "“phân” “số", "NOT AND OR", "{}", "{{7*7}}",
]  # fmt: skip


@pytest.fixture
def filled(db: Database, cast: Cast, work: object) -> None:
    with db.transaction():
        published(cast.minh, cast.clusters["K2"], title="Phân số", licence="mo", visibility="cong-khai")
    work()  # type: ignore[operator]


def test_any_text_gets_an_answer(filled: None, client: FlaskClient) -> None:
    for q in NASTY:
        for path in ("/goi-y", "/api/search", "/api/suggest", "/tim"):
            answer = client.get(path, query_string={"q": q})
            assert answer.status_code == 200, (path, q)
        page = answer.get_data(as_text=True)
        assert "<script>alert" not in page and "49" not in page.split("<h1")[1][:200], q


LONG = {
    "200 syllables": " ".join(f"tiếng{number}" for number in range(200)),
    "200 common syllables": "phân số lớp toán " * 50,
    "1000 quotes": '"phân số" ' * 1000,
    "one long word": "phân" + "g" * 9_000,
    "marks on marks": "a" + "\u0301" * 9_000,
    "right to left": "\u202e" + "số phân " * 900 + "\u202c",
    "joined": "\u200d".join("phân số"),
    "wide": "ｐｈâｎ ｓố １２",
    "private use": "\ue000\uf8ff phân",
    "noncharacters": "\ufffe\uffff phân",
    "telex": "phaan soos " * 900,
    "vni": "pha6n so61 " * 900,
    "weeks": "tuần 12, " * 1000,
    "papers": "5512/BGDĐT-GDTrH, 22/2021/TT-BGDĐT; " * 250,
    "slashes": "1/" * 4_000 + "TT-BGDĐT",
    "semesters": "học kì 1 cuối kì gk2 " * 400,
    "classes": "toán 6 văn 7 CN 8 MT 9 " * 300,
    "digits": "9" * 9_000,
    "dotted": "1.000" * 1_800,
    "abbreviations": "KHBD CĐ MT TH HK1 CKII GA NV9 " * 300,
}  # fmt: skip


@pytest.mark.parametrize("kind", list(LONG))
def test_long_and_odd_texts_get_an_answer(filled: None, client: FlaskClient, kind: str) -> None:
    for path in ("/api/search", "/tim", "/api/suggest", "/goi-y"):
        answer = client.get(path, query_string={"q": LONG[kind][:10_000], "grade": "lop-6"})
        assert answer.status_code == 200, (path, kind)
        assert len(answer.data) < 2_000_000


def test_a_text_of_half_a_million_characters_is_indexed_and_found(
    filled: None, db: Database, work: object, client: FlaskClient
) -> None:
    with db.transaction() as session:
        file_id = session.scalars(select(VersionFile.file_id)).first()
        session.merge(FileText(file_id=file_id, text="\x01\ud7ff 5512/BGDĐT " * 31_000 + "đoạn cuối cùng"))
        resource_id = session.scalars(select(Resource.id)).first()
        emit("resource.changed", str(resource_id))
    work()  # type: ignore[operator]
    answer = client.get("/api/search", query_string={"q": "5512/BGDĐT"})
    assert answer.status_code == 200 and answer.get_json()["total"] == 1
    assert len(answer.get_json()["hits"][0]["snippet"]) < 5_000


def test_a_thousand_values_of_every_filter_get_an_answer(filled: None, client: FlaskClient) -> None:
    query = "&".join(f"{name}=v{number}" for name in ("cluster", "grade", "type", "bo") for number in range(1000))
    assert client.get(f"/tim?q=phan+so&{query}").status_code == 200
    assert client.get(f"/api/search?q=phan+so&{query}").status_code in (200, 422)


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "1e9", "0x10", "١٢", "1" * 4_000, "NaN", "2 3"])
def test_enormous_and_odd_page_numbers_get_an_answer(filled: None, client: FlaskClient, page: str) -> None:
    for name in ("page", "size"):
        assert client.get("/tim", query_string={"q": "phan so", name: page}).status_code == 200
        assert client.get("/api/search", query_string={"q": "phan so", name: page}).status_code in (200, 422)


def test_bytes_that_are_no_text_get_an_answer(filled: None, client: FlaskClient) -> None:
    assert client.get("/tim?q=%ff%fe%ed%a0%80").status_code == 200
    assert client.get("/api/search?q=%ff%fe%ed%a0%80").status_code == 200


BAD = [
    ("grade", "lop-99"), ("subject", "khong-co"), ("type", "<b>"), ("level", "dai-hoc"), ("school_year", "2026"),
    ("cluster", "a b"),
    ("textbook", "x"), ("feature", "diem-cao"), ("state", "withdrawn"), ("sort", "popularity"),
    ("page", "0"), ("page", "-1"),
    ("page", "một"), ("page", "1" * 40), ("size", "0"), ("size", "101"), ("size", "nhiều"), ("q", "a" * 10_001),
]  # fmt: skip


def test_a_value_that_does_not_fit_is_ignored_by_the_page_and_named_by_the_api(
    filled: None, client: FlaskClient
) -> None:
    for name, value in BAD:
        assert client.get("/tim", query_string={name: value}).status_code == 200
        refused = client.get("/api/search", query_string={name: value})
        assert refused.status_code == 422 and refused.content_type == "application/problem+json"
        assert next(iter(refused.get_json()["errors"])).split(".")[0] == name


def test_the_good_values_beside_a_bad_one_still_count(filled: None, client: FlaskClient) -> None:
    page = client.get("/tim?grade=lop-6&grade=lop-99&sort=popularity").get_data(as_text=True)
    assert 'value="lop-6" checked' in page and "lop-99" not in page.split("</header>")[1]


def test_deep_pages_and_empty_choices_get_an_answer(filled: None, client: FlaskClient) -> None:
    for query in [
        "page=500",
        "page=10000",
        "page=2&size=1",
        "grade=",
        "grade=&subject=&sort=newest",
        "bo=" + "x" * 500,
    ]:
        assert client.get(f"/tim?{query}").status_code == 200
        assert client.get(f"/tim?{query}", headers={"HX-Request": "true"}).status_code == 200


def test_very_many_values_get_an_answer(filled: None, client: FlaskClient) -> None:
    many = "&".join(f"cluster=c{number}" for number in range(300))
    assert client.get(f"/tim?{many}").status_code == 200
