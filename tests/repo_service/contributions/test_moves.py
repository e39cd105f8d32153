"""The two state tables through HTTP: every allowed move, every forbidden one, and who may make them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from repo_service.core import clock
from repo_service.resources import service
from repo_service.resources.lifecycle import RESOURCE_MOVES, VERSION_LABELS, VERSION_MOVES
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.reviews import service as reviews
from tests.cast import Cast
from tests.factories import draft, published, viewer_of

BY_AUTHOR = ("submit", "recall", "appeal", "publish")
ON_RESOURCE = ("replace", "retire", "restore", "withdraw")
REASON = {"reason": "Có lỗi trong đề"}


def work_in(state: str, cast: Cast, **fields) -> str:
    """Lan's resource whose version stands in `state`; needs an open transaction."""
    if state == "published":
        return published(cast.lan, cast.clusters["K2"], **fields).id
    resource, version = draft(cast.lan, cast.clusters["K2"], **fields)
    if state != "draft":
        lan = viewer_of(cast.lan)
        service.submit(lan, resource, version)
        reviews.open_round(lan, resource, version)
        if state != "in_review":
            move = {"changes_requested": "request_changes", "declined": "decline", "approved": "approve"}[
                state
            ]
            reviews.queries.open_round_of(resource).state = state
            service.move_version(None, resource, version, move)
    return resource.id


def state_of(db, resource_id: str) -> tuple[str, str]:
    with db.session(writing=False) as session:
        resource = session.get_one(Resource, resource_id)
        version = session.get_one(ResourceVersion, resource.working_version_id or resource.current_version_id)
        return resource.state, version.state


@pytest.mark.parametrize("state", VERSION_LABELS)
def test_a_version_moves_only_as_the_table_says(db, cast: Cast, sign_in, state: str) -> None:
    lan = sign_in("lan")
    for move in BY_AUTHOR:
        with db.transaction():
            resource_id = work_in(state, cast)
        answer = lan.post(f"/api/resources/{resource_id}/{move}")
        goes_to = VERSION_MOVES.get((state, move))
        assert answer.status_code == (200 if goes_to else 409), (move, answer.json)
        assert state_of(db, resource_id) == ("active", goes_to or state), move


@pytest.mark.parametrize("state", ["active", "replaced", "retired", "withdrawn"])
def test_a_resource_moves_only_as_the_table_says(db, cast: Cast, sign_in, state: str) -> None:
    minh = sign_in("minh")
    for move in ON_RESOURCE:
        with db.transaction() as session:
            resource_id, successor = work_in("published", cast), work_in("published", cast)
            resource = session.get_one(Resource, resource_id)
            resource.state = state
            resource.successor_id = successor if state == "replaced" else None
        answer = minh.post(f"/api/resources/{resource_id}/{move}", json={**REASON, "successor": successor})
        goes_to = RESOURCE_MOVES.get((state, move))
        assert answer.status_code == (200 if goes_to else 409), (move, answer.json)
        assert state_of(db, resource_id)[0] == (goes_to or state), move


def test_nothing_unpublished_is_withdrawn_or_retired(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = work_in("in_review", cast)
    for move in ("retire", "withdraw"):
        assert sign_in("minh").post(f"/api/resources/{resource_id}/{move}", json=REASON).status_code == 409
    assert state_of(db, resource_id) == ("active", "in_review")


@pytest.mark.parametrize(
    ("move", "state", "allowed"),
    [
        ("submit", "draft", {"lan"}), ("recall", "in_review", {"lan"}), ("appeal", "declined", {"lan"}), ("publish",
        "approved", {"lan", "minh"}),
        ("retire", "published", {"minh", "hoa", "tuan", "quantri"}), ("withdraw", "published", {"minh", "tuan",
        "quantri"}),
    ],
)  # fmt: skip
def test_only_those_who_may_make_a_move(
    db, cast: Cast, client, sign_in, app, move: str, state: str, allowed: set[str]
) -> None:
    for person in ("lan", "thao", "hoa", "minh", "quang", "tuan", "hanh", "phuc", "quantri"):
        with db.transaction():
            resource_id = work_in(state, cast)
        answer = sign_in(person).post(f"/api/resources/{resource_id}/{move}", json=REASON)
        assert answer.status_code == (200 if person in allowed else 404), (person, answer.json)
    assert client.post(f"/api/resources/{resource_id}/{move}", json=REASON).status_code == 404


def test_a_reason_is_needed_where_it_counts(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = work_in("published", cast)
    for body in ({}, {"reason": "  "}, {"reason": "x" * 1001}, {"reason": 3}):
        answer = sign_in("minh").post(f"/api/resources/{resource_id}/withdraw", json=body)
        assert answer.status_code == 422 and "reason" in answer.json["errors"]
    assert state_of(db, resource_id)[0] == "active"


def test_a_withdrawn_work_leaves_a_tombstone_and_no_bytes(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = work_in("published", cast)
    file_url = sign_in("quang").get(f"/api/resources/{resource_id}").json["files"][0]["url"]
    assert sign_in("quang").get(file_url).status_code == 200
    assert sign_in("minh").post(f"/api/resources/{resource_id}/withdraw", json=REASON).status_code == 200
    for person in ("quang", "lan", "minh", "tuan"):
        browser = sign_in(person)
        page = browser.get(f"/hoc-lieu/{resource_id}")
        assert page.status_code == 410 and REASON["reason"] in page.get_data(as_text=True)
        assert browser.get(file_url).status_code == 404, person
        assert browser.get(f"/api/resources/{resource_id}/package.zip").status_code == 404, person
        assert browser.get(f"/api/resources/{resource_id}").json["files"] == []
    old = sign_in("lan").get(f"/hoc-lieu/{resource_id}/phien-ban/1")
    assert old.status_code == 410


def test_an_embargoed_version_is_not_published_by_hand(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = work_in("approved", cast, embargo_until=clock.now() + timedelta(days=3))
    assert sign_in("lan").post(f"/api/resources/{resource_id}/publish").status_code == 409
    assert sign_in("minh").post(f"/api/resources/{resource_id}/publish").status_code == 404  # kept back
    assert state_of(db, resource_id) == ("active", "approved")
    assert sign_in("quang").get(f"/hoc-lieu/{resource_id}").status_code == 404


def test_a_replaced_work_leads_to_its_successor(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        old, new = work_in("published", cast, title="Bản xưa"), work_in("published", cast, title="Bản nay")
    answer = sign_in("minh").post(
        f"/hoc-lieu/{old}/viec/thay-the", data={"successor": f"http://localhost/hoc-lieu/{new}"}
    )
    assert answer.status_code == 303
    quang = sign_in("quang")
    leads = quang.get(f"/hoc-lieu/{old}")
    assert leads.status_code == 302 and leads.headers["Location"] == f"/hoc-lieu/{new}"
    assert "Bản xưa" in quang.get(f"/hoc-lieu/{new}").get_data(as_text=True)
    assert quang.get(f"/hoc-lieu/{old}?xem=cu").status_code == 200


def test_every_move_asks_first_on_a_page_of_its_own(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = work_in("published", cast)
    minh = sign_in("minh")
    for path in ("thay-the", "ngung-su-dung", "dung-lai", "go-bai", "ban-giao"):
        assert minh.get(f"/hoc-lieu/{resource_id}/viec/{path}").status_code == 200, path
    assert minh.get(f"/hoc-lieu/{resource_id}/viec/khong-co").status_code == 404
    refused = minh.post(f"/hoc-lieu/{resource_id}/viec/go-bai", data={"reason": ""})
    assert refused.status_code == 422 and "lí do" in refused.get_data(as_text=True)
    assert sign_in("quang").get(f"/hoc-lieu/{resource_id}/viec/go-bai").status_code == 404


def test_a_work_is_handed_over_to_a_colleague_with_an_account(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = work_in("published", cast)
    lan = sign_in("lan")
    assert lan.post(f"/hoc-lieu/{resource_id}/viec/ban-giao", data={"user": "khong-co"}).status_code == 422
    assert lan.post(f"/hoc-lieu/{resource_id}/viec/ban-giao", data={"user": "thao"}).status_code == 303
    assert "new_version" in sign_in("thao").get(f"/api/resources/{resource_id}").json["actions"]
    assert [a["name"] for a in lan.get(f"/api/resources/{resource_id}").json["authors"]] == ["Trần Thị Lan"]


def test_a_deleted_draft_is_gone_and_a_sent_one_stays(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        alone, sent = work_in("draft", cast), work_in("in_review", cast)
    lan = sign_in("lan")
    assert lan.post(f"/hoc-lieu/{alone}/viec/xoa-nhap").status_code == 303
    assert lan.get(f"/hoc-lieu/{alone}").status_code == 404
    assert lan.post(f"/hoc-lieu/{sent}/viec/xoa-nhap").status_code == 409
    assert state_of(db, sent) == ("active", "in_review")


def test_a_move_on_a_stale_page_is_told_so(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = work_in("draft", cast)
    lan = sign_in("lan")
    assert lan.post(f"/api/resources/{resource_id}/submit", headers={"If-Match": '"99"'}).status_code == 412
    assert lan.post(f"/api/resources/{resource_id}/submit").status_code == 200
    assert lan.post(f"/api/resources/{resource_id}/submit").status_code == 409
