"""Reviews through JSON: the shapes, and wrong input field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from repo_service.core.db import Database
from repo_service.reviews.models import ReviewRound
from tests.cast import Cast
from tests.factories import counted_statements, published

SignIn = Callable[[str], FlaskClient]
Submitted = Callable[..., str]
SENT_BACK = {"decision": "request_changes", "reason": ["chinh-xac"], "note": "Bài 3 sai dấu."}


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
        ({"decision": "decline", "reason": [5], "note": "x"}, {"reason"}),
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


def test_the_publishing_request_takes_twelve_statements_beside_the_sessions(
    db: Database, sign_in: SignIn, submitted: Submitted, read_round: Callable[[str], ReviewRound]
) -> None:
    round_id, hoa = submitted(), sign_in("hoa")
    hoa.post(f"/api/reviews/{round_id}/assign")
    with counted_statements(db) as seen:
        assert hoa.post(f"/api/reviews/{round_id}/decision", json={"decision": "approve"}).status_code == 200
    assert read_round(round_id).version.state == "published"
    assert 0 < len([each for each in seen if each.split()[0] not in ("BEGIN", "COMMIT")]) <= 12 + 1, (
        "\n".join(seen)
    )


def test_readers_are_asked_replaced_and_nudged_through_the_api(
    cast: Cast, sign_in: SignIn, submitted: Submitted
) -> None:
    path = f"/api/reviews/{submitted()}"
    minh, hoa, lan, quang = (sign_in(name) for name in ("minh", "hoa", "lan", "quang"))
    asked = minh.post(f"{path}/assign", json={"reviewers": [cast.hoa, cast.thao]})
    assert (asked.status_code, asked.json["reviewers"]) == (200, [cast.hoa, cast.thao])
    assert minh.post(f"{path}/assign", json={"reviewers": [cast.quang]}).json["errors"].keys() == {"reviewer"}
    assert minh.post(f"{path}/assign", json={"reviewers": 5}).status_code == 422
    assert hoa.post(f"{path}/hand-back", json={}).json["errors"].keys() == {"word"}
    assert hoa.post(f"{path}/hand-back", json={"word": "bận"}).json["reviewers"] == [cast.thao]
    assert hoa.post(f"{path}/hand-back", json={"word": "bận"}).status_code == 409
    assert minh.post(f"{path}/hand-back", json={"reviewer": cast.thao}).json["readers"] == []
    assert lan.post(f"{path}/nudge").json["nudged_at"] is not None
    assert minh.post(f"{path}/nudge").status_code == 409
    changed = minh.patch(path, json={"due_on": "2026-12-01"})
    assert (changed.json["due_on"], changed.json["required"]) == ("2026-12-01", 1)
    assert minh.patch(path, json={"due_on": "x", "required": "y"}).json["errors"].keys() == {
        "due_on",
        "required",
    }
    assert lan.patch(path, json={"required": 2}).status_code == 404
    for verb, body in (("assign", None), ("hand-back", {"word": "x"}), ("nudge", None)):
        assert quang.post(f"{path}/{verb}", json=body).status_code == 404
    assert quang.patch(path, json={"required": 2}).status_code == 404


def test_remarks_are_said_at_a_place_answered_and_settled(
    db: Database, sign_in: SignIn, submitted: Submitted
) -> None:
    round_id = submitted()
    hoa, lan, here = sign_in("hoa"), sign_in("lan"), f"/api/reviews/{round_id}/remarks"
    whole = hoa.post(here, json={"text": "Thêm một tấm hình?"})
    assert whole.status_code == 201 and (whole.json["file"], whole.json["gone"]) == (None, False)
    quoted = hoa.post(here, json={"text": "Bài này khó.", "place": "chép ở đâu đó"}).json
    answered = lan.post(here, json={"text": "Cô thêm rồi nhé.", "answers": whole.json["id"]}).json
    assert (answered["id"], answered["answers"][0]["by"]) == (whole.json["id"], "Trần Thị Lan")
    settle = f"{here}/{whole.json['id']}/settle"
    assert sign_in("thao").post(settle).status_code == 404
    assert lan.post(settle).json["settled_at"] == lan.post(settle).json["settled_at"] is not None
    assert [each["id"] for each in lan.get(here).json["items"]] == [whole.json["id"], quoted["id"]]
    with counted_statements(db) as seen:
        assert lan.get(here).status_code == 200
    assert len(seen) <= 8 + 1, "constant, however many remarks there are"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (None, 422, "text"), ({"text": " "}, 422, "text"), ({"text": 5}, 422, "text"),
        ({"text": "x" * 4001}, 422, "text"), ({"text": "Hay", "place": "x" * 121}, 422, "place"),
        ({"text": "Hay", "file": "0" * 16, "page": 1}, 422, "place"),
        ({"text": "Hay", "file": "0" * 16, "paragraph": "ba"}, 422, "paragraph"),
        ({"text": "Hay", "answers": "0" * 16}, 404, None),
    ],
)  # fmt: skip
def test_a_wrong_remark_is_told_by_its_field_and_strangers_learn_nothing(
    sign_in: SignIn, submitted: Submitted, body: Any, status: int, field: str | None
) -> None:
    here = f"/api/reviews/{submitted()}/remarks"
    answer = sign_in("hoa").post(here, json=body)
    assert answer.status_code == status and (field is None or list(answer.json["errors"]) == [field])
    assert sign_in("quang").post(here, json=body).status_code == 404
    assert sign_in("quang").get(here).status_code == 404
