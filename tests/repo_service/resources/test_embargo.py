"""A work under embargo: who is let in before its moment, what is written down, and the moment itself (R52)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.contributions import service as contributions
from repo_service.core import clock
from repo_service.core.audit import AuditEntry
from repo_service.core.clock import VIETNAM
from repo_service.core.db import Database
from repo_service.resources import documents
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import find_version
from repo_service.reviews import jobs
from repo_service.reviews import service as reviews
from repo_service.reviews.desk import remarks
from repo_service.reviews.models import ReviewRound
from repo_service.reviews.queries import round_for
from tests.cast import Cast
from tests.factories import draft, viewer_of

SignIn = Callable[[str], FlaskClient]
MOMENT = datetime(2026, 12, 20, 7, 0, tzinfo=VIETNAM)


@pytest.fixture
def exam(db: Database, cast: Cast) -> tuple[str, str]:
    """(work, round): Lan's exam paper, sent; Hoa was asked by name."""
    with db.transaction() as session:
        resource, version = draft(
            cast.lan, cast.clusters["K2"], title="Đề cuối kì I Toán 6", embargo_until=MOMENT.astimezone(UTC)
        )
        round_id = contributions.submit_for_review(viewer_of(cast.lan), resource, version).id
        session.flush()
        minh = viewer_of(cast.minh)
        reviews.assign(minh, round_for(minh, round_id, "reviews.see", deciding=True), cast.hoa)
        return resource.id, round_id


def opened(db: Database, cast: Cast, resource_id: str) -> list[tuple[str, str]]:
    names = {user_id: name for name, user_id in cast.people.items()}
    with db.session(writing=False) as session:
        acts = select(AuditEntry).where(AuditEntry.object_id == resource_id, AuditEntry.action == "embargo.opened")
        rows = session.scalars(acts.order_by(AuditEntry.id)).all()
        return [(names[str(row.actor_id)], row.values["path"].replace(resource_id, "ID")) for row in rows]


def test_nobody_but_authors_and_named_reviewers_comes_in(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient, exam: tuple[str, str]
) -> None:
    work, round_id = exam
    files = sign_in("lan").get(f"/api/resources/{work}").get_json()["files"]
    paths = [
        f"/hoc-lieu/{work}", f"/hoc-lieu/{work}/phien-ban/1", f"/hoc-lieu/{work}/doc/{files[0]['id']}",
        f"/api/resources/{work}", f"/api/resources/{work}?version=1", files[0]["url"],
        f"/api/resources/{work}/package.zip", f"/hoc-lieu/{work}/tep",
    ]  # fmt: skip
    for name in ("minh", "thao", "hoa", "quang", "tuan", "hanh"):  # a reviewer has no other door than the round
        browser = sign_in(name)
        assert {path: browser.get(path).status_code for path in paths} == dict.fromkeys(paths, 404), name
    assert {client.get(path).status_code for path in paths} <= {404, 302}
    for name, status in (("hoa", 200), ("minh", 404), ("thao", 404), ("quang", 404)):
        assert sign_in(name).get(f"/phan-bien/{round_id}/tep/{files[0]['id']}").status_code == status, name
    with db.session(writing=False):
        assert work not in documents.findable_revisions()
        assert type(documents.changes([work])[0]).__name__ == "Delete"
    assert "Đề cuối kì I Toán 6" not in sign_in("thao").get("/tim?q=đề+cuối+kì").get_data(as_text=True)


def test_the_lead_finds_readers_for_it_without_reading_it_and_opens_it_once_asked(
    db: Database, cast: Cast, sign_in: SignIn, exam: tuple[str, str]
) -> None:
    work, round_id = exam
    minh, desk = sign_in("minh"), f"/phan-bien/{round_id}"
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        remarks.comment(hoa, round_for(hoa, round_id), "Câu 3 trùng đề năm ngoái", "Trang 1")
    before = opened(db, cast, work)
    page = minh.get(desk).get_data(as_text=True)
    assert "Đề cuối kì I Toán 6" in page and "Cô Hoa" in page
    assert "trùng đề năm ngoái" not in page and "bai.txt" not in page and "Bài học về phân số" not in page
    assert minh.get(f"/api/reviews/{round_id}").get_json()["title"] == "Đề cuối kì I Toán 6"
    assert minh.get(f"/api/reviews/{round_id}/remarks").status_code == 404
    assert minh.post(f"{desk}/hen", data={"due_on": "2026-12-01"}).status_code == 303
    assert minh.post(f"{desk}/ket-luan", data={"decision": "approve"}).status_code == 404
    assert opened(db, cast, work) == before  # nothing of it was opened
    assert f'value="{cast.minh}"' in page
    assert minh.post(f"{desk}/nho", data={"reviewer": cast.minh}).status_code == 303
    assert "trùng đề năm ngoái" in minh.get(desk).get_data(as_text=True)
    assert [name for name, _path in opened(db, cast, work)[len(before) :]] == ["minh"]
    with clock.pinned(MOMENT.astimezone(UTC)):  # from its moment on the lead sees it as ever
        assert sign_in("minh").get(f"/hoc-lieu/{work}").status_code == 200


def test_every_opening_is_written_down_and_shown_to_the_authors(
    db: Database, cast: Cast, sign_in: SignIn, exam: tuple[str, str]
) -> None:
    work, round_id = exam
    lan, hoa = sign_in("lan"), sign_in("hoa")
    before = opened(db, cast, work)
    file = lan.get(f"/api/resources/{work}").get_json()["files"][0]
    lan.get(f"/hoc-lieu/{work}")
    lan.get(file["url"])
    lan.get(f"/api/resources/{work}/package.zip")
    lan.get(f"/hoc-lieu/{work}/doc/{file['id']}")
    lan.get(f"/hoc-lieu/{work}/tep")  # the page asks for its list again by itself
    hoa.get(f"/phan-bien/{round_id}")
    sign_in("thao").get(f"/hoc-lieu/{work}")  # not let in: nothing was opened
    seen = opened(db, cast, work)[len(before) :]
    assert seen == [
        ("lan", "/api/resources/ID"), ("lan", "/hoc-lieu/ID"), ("lan", f"/api/resources/ID/files/{file['id']}"),
        ("lan", "/api/resources/ID/package.zip"), ("lan", f"/hoc-lieu/ID/doc/{file['id']}"),
        ("hoa", f"/phan-bien/{round_id}"),
    ]  # fmt: skip
    page = lan.get(f"/hoc-lieu/{work}/luot-mo").get_data(as_text=True)
    assert "cô Hoa" in page and "mở ở bàn phản biện" in page and "tải tệp" in page
    with clock.pinned(MOMENT.astimezone(UTC)):
        assert "cô Hoa" in sign_in("minh").get(f"/hoc-lieu/{work}/luot-mo").get_data(as_text=True)
    for name in ("minh", "hoa", "thao", "quang"):
        assert sign_in(name).get(f"/hoc-lieu/{work}/luot-mo").status_code == 404


def test_it_is_published_at_its_moment_to_the_second_on_the_clock_of_vietnam(
    db: Database, cast: Cast, sign_in: SignIn, exam: tuple[str, str]
) -> None:
    work, round_id = exam
    with db.transaction():
        hoa = viewer_of(cast.hoa)
        reviews.decide(hoa, round_for(hoa, round_id, deciding=True), "approve")
    late = datetime(2026, 12, 20, 0, 0, 0, tzinfo=UTC)  # 07:00:00 +07
    for moment, state in ((late - timedelta(seconds=1), "approved"), (late, "published")):
        with clock.pinned(moment):
            jobs.publish_due(db)
            with db.session(writing=False) as session:
                resource = session.get_one(Resource, work)
                found = resource.current_version_id or resource.working_version_id
                assert find_version(resource, found).state == state, moment
                assert (work in documents.findable_revisions()) == (state == "published")
    with db.session(writing=False) as session:
        assert session.scalar(select(ResourceVersion.published_at).where(ResourceVersion.resource_id == work)) == late
        assert session.scalar(select(ReviewRound.state).where(ReviewRound.id == round_id)) == "approved"
    with clock.pinned(late):
        assert sign_in("thao").get(f"/api/resources/{work}").status_code == 200


def test_a_private_moment_is_read_in_vietnam_and_not_moved_by_hand(sign_in: SignIn, cast: Cast) -> None:
    lan = sign_in("lan")
    made = lan.post("/api/resources", json={"title": "Đề", "embargo_until": "2026-12-20T07:00"}).get_json()
    assert made["embargo_until"].startswith("2026-12-20T00:00:00")
