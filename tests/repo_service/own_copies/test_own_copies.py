"""Own copies and adapted versions: what is shared, whose names stay, how freely they may be given on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from repo_service.core.db import Database
from repo_service.files.models import StoredFile
from repo_service.notifications.models import Notification
from repo_service.own_copies import service
from repo_service.resources import documents, succession
from repo_service.resources.based_on.credit import follow_names
from repo_service.resources.models import Resource, ResourceAuthor, VersionFile
from repo_service.resources.queries import find_version
from repo_service.resources.service import move_version, publish_version, submit
from tests.cast import Cast
from tests.factories import counted_statements, published, stored_file, viewer_of

SignIn = Callable[[str], FlaskClient]


def copy_of(db: Database, original_id: str, by: str, kind: str = "ban-rieng", *, change: bool = True) -> str:
    """A published copy with a file of its own; its id."""
    with db.transaction() as session:
        resource, version = service.copy(viewer_of(by), original_id, kind)
        session.flush()
        if change:
            more = stored_file(by, "them.txt").id
            version.files = [*version.files, VersionFile(file_id=more, position=9, name="them.txt")]
        submit(viewer_of(by), resource, version)
        move_version(None, resource, version, "approve")
        publish_version(None, resource, version)
        return resource.id


@pytest.fixture
def original(db: Database, cast: Cast) -> str:
    with db.transaction():
        return published(cast.lan, cast.clusters["K2"], keywords=["băng giấy"], personal_data="khong-that").id


def test_a_copy_is_a_draft_of_ones_own_with_the_same_files_and_the_authors_names(
    db: Database, cast: Cast, sign_in: SignIn, original: str
) -> None:
    hoa = sign_in("hoa")
    assert f"/hoc-lieu/{original}/tao-ban" in hoa.get(f"/hoc-lieu/{original}").get_data(as_text=True)
    page = hoa.get(f"/hoc-lieu/{original}/tao-ban").get_data(as_text=True)
    draft = re.findall(r'name="draft" value="(\w{16})"', page)[0]
    with db.session(writing=False) as session:
        stored = session.scalar(select(func.count()).select_from(StoredFile))
    for _twice in range(2):  # the button was pressed twice
        answer = hoa.post(f"/hoc-lieu/{original}/tao-ban", data={"draft": draft, "kind": "ban-rieng"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/hoc-lieu/{draft}/sua")
    assert hoa.get(f"/hoc-lieu/{draft}/sua").status_code == 200
    with db.session(writing=False) as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == stored
        made, first = session.get_one(Resource, draft), session.get_one(Resource, original)
        version, shown = find_version(made, made.working_version_id), find_version(first, first.current_version_id)
        assert {row.file_id for row in version.files} == {row.file_id for row in shown.files}
        assert (version.keywords, version.state, version.personal_data) == (["băng giấy"], "draft", None)
        assert (made.created_by_id, made.based_on_id, made.based_on_kind) == (cast.hoa, original, "ban-rieng")
    refused = hoa.post(f"/api/resources/{draft}/submit", json={})
    assert refused.status_code == 422 and "giống hệt bản gốc" in refused.get_json()["errors"]["files"][0]
    assert sign_in("lan").get(f"/hoc-lieu/{draft}").status_code == 404
    seen = hoa.get(f"/hoc-lieu/{draft}").get_data(as_text=True)
    assert "Dựa trên" in seen and "Trần Thị Lan" in seen and f'href="/hoc-lieu/{original}"' in seen
    match = {"If-Match": etag(hoa, draft)}
    kept = hoa.patch(f"/api/resources/{draft}", json={"title": "Bản của cô Hoa"}, headers=match)
    assert kept.status_code == 200 and kept.get_json()["based_on"] == original


def etag(browser: FlaskClient, resource_id: str) -> str:
    return browser.get(f"/api/resources/{resource_id}").headers["ETag"]


def test_what_is_out_of_reach_is_not_copied(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient, original: str
) -> None:
    k2 = cast.clusters["K2"]
    with db.transaction():
        near = published(cast.lan, k2, visibility="cum", licence="dung-trong-cum").id
        gone = published(cast.lan, k2)
        succession.withdraw(viewer_of(cast.tuan), gone, "Sai bản quyền")
    quang, tuan = sign_in("quang"), sign_in("tuan")
    for browser, work in ((quang, near), (quang, gone.id), (quang, "0" * 16), (tuan, near)):
        assert browser.get(f"/hoc-lieu/{work}/tao-ban").status_code == 404
        assert browser.post(f"/hoc-lieu/{work}/tao-ban", data={}).status_code == 404
        assert browser.post(f"/api/resources/{work}/copies", json={}).status_code == 404
    assert client.post(f"/api/resources/{original}/copies", json={}).status_code == 401
    assert quang.post(f"/api/resources/{original}/copies", json={"kind": "khac"}).status_code == 422
    made = sign_in("hoa").post(f"/api/resources/{near}/copies", json={}).get_json()
    assert (made["cluster"]["id"], made["visibility"], made["licence"]) == (k2, "cum", "dung-trong-cum")
    hoa = sign_in("hoa")
    wider = {"licence": "mo", "visibility": "cong-khai"}
    hoa.patch(f"/api/resources/{made['id']}", json=wider, headers={"If-Match": etag(hoa, made["id"])})
    refused = hoa.post(f"/api/resources/{made['id']}/submit", json={})
    assert refused.status_code == 422 and "licence" in refused.get_json()["errors"]


def test_the_chain_of_names_outlives_the_originals_and_forgets_people_of_what_was_withdrawn(
    db: Database, cast: Cast, sign_in: SignIn, work: Callable[[], None], original: str
) -> None:
    second = copy_of(db, original, cast.hoa)
    third = copy_of(db, second, cast.quang)
    nga = sign_in("nga")
    page = nga.get(f"/hoc-lieu/{third}").get_data(as_text=True)
    assert "Phạm Thị Hoa" in page and "bài ấy dựa trên bài của Trần Thị Lan" in page
    with db.transaction() as session:
        first = session.get_one(Resource, original)
        session.refresh(first, ["authors"])
        succession.withdraw(viewer_of(cast.tuan), first, "Có tên học sinh")
    for copy in (second, third):
        body = nga.get(f"/api/resources/{copy}").get_json()
        assert body["credits"][-1] == {"work": original, "by": [], "gone_on": "2026-11-16"}
        page = nga.get(f"/hoc-lieu/{copy}").get_data(as_text=True)
        assert "một bài đã gỡ ngày 16/11/2026" in page and "Trần Thị Lan" not in page
    work()
    with db.session(writing=False) as session:
        told = {(row.user_id, row.kind) for row in session.scalars(select(Notification))}
    assert {(cast.lan, "work.copied"), (cast.hoa, "work.copied"), (cast.hoa, "work.original_gone")} <= told
    assert (cast.quang, "work.original_gone") not in told  # his began with Hoa's files


def test_an_adapted_version_stands_beside_the_original_and_is_found_by_the_filter(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient, original: str
) -> None:
    adapted = copy_of(db, original, cast.hoa, "hoa-nhap")
    hidden = copy_of(db, original, cast.minh)
    with db.transaction() as session:
        session.get_one(Resource, hidden).visibility = "rieng"
    nga = sign_in("nga")
    with counted_statements(db) as seen:
        page = nga.get(f"/hoc-lieu/{original}").get_data(as_text=True)
    assert len(seen) <= 4  # the session's and the page's three
    assert "Có bản điều chỉnh cho học sinh hòa nhập" in page and f'href="/hoc-lieu/{adapted}"' in page
    assert "1 bản dựa trên bài này" in page
    assert "2 bản dựa trên bài này" in sign_in("minh").get(f"/hoc-lieu/{original}").get_data(as_text=True)
    listed = nga.get(f"/api/resources/{original}/copies").get_json()["items"]
    assert [(one["id"], one["kind"]) for one in listed] == [(adapted, "hoa-nhap")]
    assert f"/hoc-lieu/{adapted}" in nga.get(f"/hoc-lieu/{original}/ban-dua-tren").get_data(as_text=True)
    assert client.get(f"/api/resources/{original}/copies").status_code == 404
    with db.session(writing=False) as session:
        change: Any = documents.changes([adapted])[0]
        assert "hoa-nhap" in change.document.filters["feature"]
        assert session.get_one(Resource, adapted).title.endswith("(cho học sinh hòa nhập)")


def test_the_names_in_a_chain_follow_when_an_author_is_called_otherwise(
    db: Database, cast: Cast, original: str
) -> None:
    copy = copy_of(db, original, cast.hoa)
    with db.transaction() as session:
        by_lan = update(ResourceAuthor).where(ResourceAuthor.user_id == cast.lan)
        session.execute(by_lan.values(name="Ai đó", school=None))
        follow_names(original)
        assert session.get_one(Resource, copy).credits[0]["by"] == [["Ai đó", None]]
