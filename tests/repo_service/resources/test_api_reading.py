"""The body of a resource: its stable names, rights, ETag, history, and nothing about a withdrawn one's files."""

from __future__ import annotations

from tests.cast import Cast
from tests.factories import counted_statements, draft, published

STABLE = {
    "id", "title", "state", "resource_state", "visibility", "version", "minor", "type", "subtype", "levels",
    "grades", "subjects",
    "textbook_sets", "cluster", "school", "authors", "files", "links", "school_year", "published_at", "next_review_on",
    "annual_product_year", "successor", "actions", "licence", "rights", "ai_use",
}  # fmt: skip


def make(db, person: str, cluster: str | None, **fields) -> str:
    with db.transaction():
        return published(person, cluster, **fields).id


def test_the_body_has_its_stable_names_and_an_etag(db, cast: Cast, sign_in) -> None:
    resource_id = make(db, cast.lan, cast.clusters["K2"])
    answer = sign_in("quang").get(f"/api/resources/{resource_id}")
    assert answer.status_code == 200
    assert set(answer.json) >= STABLE
    assert answer.json["state"] == "published" and answer.json["resource_state"] == "active"
    assert answer.json["cluster"] == {"id": cast.clusters["K2"], "name": "Cụm THCS Toán - KHTN đồng bằng"}
    assert answer.json["levels"] == ["thcs"] and answer.json["school_year"] == "2026-2027"
    assert answer.json["actions"] == {}
    file = answer.json["files"][0]
    assert {"id", "name", "size", "sha256", "media_type", "state", "url"} <= set(file)
    assert answer.headers["ETag"] == f'"{answer.json["revision"]}"'


def test_an_unchanged_resource_is_not_sent_twice(db, cast: Cast, sign_in) -> None:
    resource_id = make(db, cast.lan, cast.clusters["K2"])
    browser = sign_in("lan")
    tag = browser.get(f"/api/resources/{resource_id}").headers["ETag"]
    assert browser.get(f"/api/resources/{resource_id}", headers={"If-None-Match": tag}).status_code == 304


def test_missing_and_forbidden_look_the_same(db, cast: Cast, client, sign_in) -> None:
    resource_id = make(db, cast.lan, cast.clusters["K2"], visibility="cum")
    forbidden = sign_in("quang").get(f"/api/resources/{resource_id}")
    missing = sign_in("quang").get("/api/resources/0000000000000000")
    assert (forbidden.status_code, forbidden.json) == (missing.status_code, missing.json)
    assert forbidden.status_code == 404
    assert client.get(f"/api/resources/{resource_id}").status_code == 404
    for person in ("thao", "hoa", "minh", "tuan"):
        assert sign_in(person).get(f"/api/resources/{resource_id}").status_code == 200, person


def test_a_guest_reads_only_what_is_public(db, cast: Cast, client) -> None:
    public = make(db, cast.lan, cast.clusters["K2"], licence="mo", visibility="cong-khai")
    province = make(db, cast.lan, cast.clusters["K2"])
    assert client.get(f"/api/resources/{public}").status_code == 200
    assert client.get(f"/hoc-lieu/{public}").status_code == 200
    assert client.get(f"/api/resources/{province}").status_code == 404
    assert client.get(f"/hoc-lieu/{province}").status_code == 404


def test_a_draft_is_for_its_authors_and_leads(db, cast: Cast, sign_in) -> None:
    with db.transaction():
        resource_id = draft(cast.lan, cast.clusters["K2"])[0].id
    assert sign_in("lan").get(f"/api/resources/{resource_id}").status_code == 200
    assert sign_in("minh").get(f"/hoc-lieu/{resource_id}").status_code == 200
    for person in ("thao", "hoa", "quang", "tuan"):
        assert sign_in(person).get(f"/api/resources/{resource_id}").status_code == 404, person
        assert sign_in(person).get(f"/hoc-lieu/{resource_id}").status_code == 404, person


def test_the_page_costs_three_statements_beside_the_sessions_own(db, cast: Cast, sign_in) -> None:
    resource_id = make(db, cast.lan, cast.clusters["K2"])
    browser = sign_in("thao")
    browser.get(f"/hoc-lieu/{resource_id}")
    with counted_statements(db) as statements:
        assert browser.get(f"/hoc-lieu/{resource_id}").status_code == 200
    assert len(statements) <= 4, statements
    with counted_statements(db) as statements:
        browser.get(f"/api/resources/{resource_id}")
    assert len(statements) <= 4, statements


def test_the_history_comes_in_pages_newest_first(db, cast: Cast, sign_in) -> None:
    resource_id = make(db, cast.lan, cast.clusters["K2"])
    lan = sign_in("lan")
    for count in range(3):
        tag = lan.get(f"/api/resources/{resource_id}").headers["ETag"]
        assert (
            lan.patch(
                f"/api/resources/{resource_id}", json={"title": f"Tên {count}"}, headers={"If-Match": tag}
            ).status_code
            == 200
        )
    first = lan.get(f"/api/resources/{resource_id}/versions?size=3").json
    assert [(row["version"], row["minor"]) for row in first["items"]] == [(1, 3), (1, 2), (1, 1)]
    assert first["next"] == 2
    second = lan.get(f"/api/resources/{resource_id}/versions?size=3&page=2").json
    assert [row["minor"] for row in second["items"]] == [0] and second["next"] is None


def test_a_stranger_does_not_see_the_work_in_the_history(db, cast: Cast, sign_in) -> None:
    resource_id = make(db, cast.lan, cast.clusters["K2"])
    assert (
        sign_in("lan")
        .post(f"/api/resources/{resource_id}/versions", json={"change_note": "Thêm bài tập"})
        .status_code
        == 201
    )
    assert len(sign_in("quang").get(f"/api/resources/{resource_id}/versions").json["items"]) == 1
    assert len(sign_in("lan").get(f"/api/resources/{resource_id}/versions").json["items"]) == 2
    assert sign_in("quang").get(f"/api/resources/{resource_id}?version=2").status_code == 404
    assert sign_in("quang").get(f"/hoc-lieu/{resource_id}/phien-ban/2").status_code == 404
