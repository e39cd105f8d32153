"""A deposit through the JSON API: few calls, few statements, one transaction, clear refusals."""

from __future__ import annotations

import io
import json

from sqlalchemy import func, select

from repo_service.resources.models import Resource, ResourceVersion
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import counted_statements, draft

CONTENT = "Bài học về phân số, viết đi viết lại. ".encode() * 20
FIELDS = {"title": "Phân số quanh phiên chợ", "type": "khbd", "grades": ["lop-6"], "subjects": ["toan"]}


def upload(browser, name: str = "bai.txt", content: bytes = CONTENT) -> dict:
    """Open an upload and send its bytes; the reference that a deposit completes it by."""
    opened = browser.post("/api/uploads", json={"filename": name, "size": len(content)}).json
    part = opened["parts"][0]
    answer = browser.put(part["url"], data=content, headers=part["headers"])
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {"upload": opened["id"], "parts": [{"number": 1, "etag": answer.headers["ETag"]}]}


def count(db, what) -> int:
    with db.session(writing=False) as session:
        return session.scalar(select(func.count()).select_from(what))


def test_two_calls_beside_the_bytes_deposit_and_send_for_review(db, cast: Cast, sign_in) -> None:
    lan = sign_in("lan")
    with counted_statements(db) as statements:
        reference = upload(lan)
        answer = lan.post("/api/resources", json={**FIELDS, "files": [reference], "submit": True})
    assert answer.status_code == 201, answer.json
    body = answer.json
    assert body["state"] == "in_review" and body["version"] == 1
    assert body["files"][0]["state"] == "ready" and body["files"][0]["sha256"]
    assert answer.headers["Location"].endswith(f"/api/resources/{body['id']}")
    assert answer.headers["ETag"] == f'"{body["revision"]}"'
    assert len(statements) - 2 <= 25, "\n".join(
        statements
    )  # two calls know their viewer by one statement each
    assert count(db, ReviewRound) == 1


def test_a_deposit_sent_again_with_its_key_is_made_once_and_answered_again(db, cast: Cast, sign_in) -> None:
    """I12: the answer was lost on the way; the sender cannot know whether the deposit was."""
    lan = sign_in("lan")
    body = {**FIELDS, "files": [upload(lan)]}
    first = lan.post("/api/resources", json=body, headers={"Idempotency-Key": "me 1"})
    again = lan.post("/api/resources", json=body, headers={"Idempotency-Key": "me 1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["id"] == first.json["id"] and again.headers["Location"] == first.headers["Location"]
    other = lan.post("/api/resources", json=FIELDS, headers={"Idempotency-Key": "me 2"})
    hers = sign_in("hoa").post("/api/resources", json=FIELDS, headers={"Idempotency-Key": "me 1"})
    assert len({first.json["id"], other.json["id"], hers.json["id"]}) == 3
    assert count(db, Resource) == 3


def test_absent_fields_take_their_defaults(cast: Cast, sign_in) -> None:
    body = (
        sign_in("lan")
        .post(
            "/api/resources", json={**FIELDS, "links": [{"url": "https://example.org/a", "label": "Trang"}]}
        )
        .json
    )
    assert (body["ai_use"], body["rights"], body["licence"], body["visibility"]) == (
        "khong",
        "tu-lam",
        "dung-chung-tinh",
        "tinh",
    )
    assert body["cluster"]["id"] == cast.clusters["K2"] and body["levels"] == ["thcs"]
    assert [author["name"] for author in body["authors"]] == ["Trần Thị Lan"]
    assert body["state"] == "draft" and body["links"] == [{"url": "https://example.org/a", "label": "Trang"}]
    narrow = sign_in("lan").post("/api/resources", json={**FIELDS, "licence": "dung-trong-cum"}).json
    assert narrow["visibility"] == "cum"


def test_a_draft_may_be_empty_but_what_is_sent_must_be_whole(db, cast: Cast, sign_in) -> None:
    lan = sign_in("lan")
    assert lan.post("/api/resources", json={}).status_code == 201
    refused = lan.post("/api/resources", json={"submit": True})
    assert refused.status_code == 422
    assert set(refused.json["errors"]) == {"title", "type", "grades", "subjects", "files"}
    assert refused.content_type == "application/problem+json"
    assert count(db, Resource) == 1  # the refused one left nothing behind


WRONG: list[tuple[str, object]] = [
    ("title", "x" * 301), ("title", 7), ("type", "giao-an"), ("subtype", "khong-co"), ("grades", ["lop-13"]),
    ("grades", "lop-6"),
    ("subjects", ["toan-hoc"]), ("subjects", None), ("textbook_sets", ["x"]), ("keywords", ["x"] * 21),
    ("summary", "x" * 4001),
    ("week", 36), ("week", 0), ("week", "tuan"), ("licence", "cc"), ("rights", "muon"), ("ai_use", "nhieu"),
    ("visibility", "ca-nuoc"),
    ("links", [{"url": "javascript:alert(1)"}]), ("links", [{"url": "ftp://a.b/c"}]), ("links", ["https://"]),
    ("links", [3]),
    ("links", [{"url": "https://a.b/\" onload=x"}]), ("links", [{"url": "https://[::1"}]), ("embargo_until", "mai"),
    ("embargo_until", 12), ("school_year", "2026-2028"), ("cluster", "0000000000000000"), ("authors", []),
    ("authors", [{"name": "A", "user": "khong-co"}]),
    ("files", "x"), ("files", [{}]), ("files", [{"upload": "a", "id": "b"}]), ("files",
    [{"id": "0000000000000000"}]),
    ("diem", 10), ("submit", "co"),
]  # fmt: skip


def test_a_wrong_field_is_named_in_vietnamese(sign_in, cast: Cast) -> None:
    lan = sign_in("lan")
    for field, value in WRONG:
        answer = lan.post("/api/resources", json={**FIELDS, field: value})
        assert answer.status_code == 422, (field, value, answer.json)
        named = {name.partition(".")[0] for name in answer.json["errors"]}
        assert named == {field}, answer.json
        words = str(list(answer.json["errors"].values()))
        english = ("Not a valid", "Unknown", "Missing", "Invalid", "must be", "Longer", "Field may")
        assert not any(word in words for word in english), words


def test_a_body_that_is_no_object_is_refused(sign_in, cast: Cast) -> None:
    lan = sign_in("lan")
    assert lan.post("/api/resources", json=[1]).status_code == 422
    assert lan.post("/api/resources", data="{", content_type="application/json").status_code == 400
    assert lan.post("/api/resources", data="x", content_type="text/plain").status_code == 415


def test_a_small_file_comes_in_one_call(cast: Cast, sign_in) -> None:
    parts = {
        "metadata": json.dumps({**FIELDS, "submit": True}),
        "files": [(io.BytesIO(CONTENT), "Bài soạn tuần 5.txt")],
    }
    answer = sign_in("lan").post("/api/resources", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 201, answer.json
    assert [file["name"] for file in answer.json["files"]] == ["Bài soạn tuần 5.txt"]
    assert answer.json["state"] == "in_review"


def test_a_form_that_was_cut_before_its_parts_makes_nothing(db, cast: Cast, sign_in) -> None:
    cut = b'--x\r\nContent-Disposition: form-data; name="metadata"\r\n\r\n{"title": "B'
    answer = sign_in("lan").post("/api/resources", data=cut, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422 and "metadata" in answer.get_json()["errors"]


def test_metadata_that_is_not_json_is_refused(db, cast: Cast, sign_in) -> None:
    answer = sign_in("lan").post("/api/resources", data={"metadata": "{"}, content_type="multipart/form-data")
    assert answer.status_code == 400 and count(db, Resource) == 0


def test_a_deposit_sent_twice_makes_one_resource(db, cast: Cast, sign_in) -> None:
    lan = sign_in("lan")
    reference = upload(lan)
    assert lan.post("/api/resources", json={**FIELDS, "files": [reference]}).status_code == 201
    again = lan.post("/api/resources", json={**FIELDS, "files": [reference]})
    assert again.status_code == 409 and count(db, Resource) == 1


def test_nobody_deposits_the_upload_of_another(cast: Cast, sign_in) -> None:
    reference = upload(sign_in("lan"))
    assert sign_in("thao").post("/api/resources", json={**FIELDS, "files": [reference]}).status_code == 404


def test_a_file_of_another_work_cannot_be_kept(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        secret = draft(cast.lan, cast.clusters["K2"])[1].files[0].file_id
        own, _version = draft(cast.quang, cast.clusters["K1"])
    answer = sign_in("quang").patch(
        f"/api/resources/{own.id}", json={"files": [{"id": secret}]}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 422 and "files" in answer.json["errors"]


def test_a_guest_and_a_person_without_a_school_deposit_nothing(cast: Cast, client, sign_in, app) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/api/resources", json=FIELDS).status_code == 401
    assert sign_in("quantri").post("/api/resources", json=FIELDS).status_code == 404


def test_a_scanned_textbook_and_a_reach_wider_than_the_licence_are_refused(sign_in, cast: Cast) -> None:
    link = {"links": [{"url": "https://example.org/a"}], "submit": True}
    scanned = sign_in("lan").post("/api/resources", json={**FIELDS, **link, "rights": "quet-sgk"})
    wide = sign_in("lan").post("/api/resources", json={**FIELDS, **link, "visibility": "cong-khai"})
    assert (scanned.status_code, set(scanned.json["errors"])) == (422, {"rights"})
    assert (wide.status_code, set(wide.json["errors"])) == (422, {"visibility"})


def test_an_embargo_is_kept_in_universal_time(db, cast: Cast, sign_in) -> None:
    body = sign_in("lan").post("/api/resources", json={**FIELDS, "embargo_until": "2026-12-20T07:00"}).json
    assert body["embargo_until"] == "2026-12-20T00:00:00+00:00"
    assert count(db, ResourceVersion) == 1
