"""Following through JSON: one's own list, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from repo_service.core.db import Database
from tests.cast import Cast
from tests.factories import published

SignIn = Callable[[str], FlaskClient]


def test_a_program_follows_lists_and_stops(db: Database, cast: Cast, sign_in: SignIn) -> None:
    with db.transaction():
        work = published(cast.lan, cast.clusters["K2"], title="Phân số", visibility="cum").id
    hoa, quang = sign_in("hoa"), sign_in("quang")
    made = hoa.post("/api/follows", json={"kind": "mon", "target": "toan", "grade": "lop-6"})
    assert made.status_code == 201 and (made.json["name"], made.json["grade"]) == ("Toán", "lop-6")
    again = hoa.post("/api/follows", json={"kind": "mon", "target": "toan", "grade": "lop-6"})
    assert (again.status_code, again.json["id"]) == (200, made.json["id"])
    assert hoa.post("/api/follows", json={"kind": "bai", "target": work, "grade": "lop-6"}).json["grade"] == ""
    assert hoa.post("/api/follows", json={"kind": "bai", "target": work}).status_code == 200
    assert {each["name"] for each in hoa.get("/api/follows").json["items"]} == {"Toán", "Phân số"}
    one = made.headers["Location"]
    assert hoa.get(one).json == made.json
    for other in (quang, sign_in("tuan")):
        assert other.get(one).status_code == other.delete(one).status_code == 404
    assert quang.post("/api/follows", json={"kind": "bai", "target": work}).status_code == 404, "out of reach"
    assert quang.get("/api/follows").json["items"] == []
    assert hoa.delete(one).status_code == 204 and hoa.get(one).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 422), ({}, 422), ({"kind": "nguoi", "target": "x"}, 422), ({"kind": 5}, 422), ([1], 422),
        ({"kind": "mon", "target": "x" * 61}, 422), ({"kind": "mon", "target": "khong-co"}, 404),
        ({"kind": "mon", "target": "toan", "grade": "lop-99"}, 404), ({"kind": "cum", "target": "0" * 16}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_followed_is_refused_in_words(sign_in: SignIn, body: object, status: int) -> None:
    answer = sign_in("lan").post("/api/follows", json=body)
    assert answer.status_code == status and answer.content_type == "application/problem+json"


def test_a_guest_is_asked_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/api/follows").status_code == client.get("/api/mail-choices").status_code == 401
