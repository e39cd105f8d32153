"""Following: one click, a list, and one notice for each person whom a new work concerns and who may read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.accounts import service as accounts
from repo_service.accounts.models import User
from repo_service.collections.jobs import tell_of_new_version
from repo_service.collections.service import save as save_work
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists
from repo_service.follows import jobs, service
from repo_service.follows.models import Follow
from repo_service.notifications.models import Notification
from repo_service.organizations.models import Succession
from repo_service.resources.models import Resource
from repo_service.resources.policy import can_read
from tests.cast import PEOPLE, Cast
from tests.factories import published, viewer_of

SignIn = Callable[[str], FlaskClient]
Work = Callable[[], None]


def _follow(db: Database, user_id: str, *things: tuple[str, ...]) -> None:
    with db.transaction():
        for thing in things:
            service.follow(viewer_of(user_id), *thing)


def _told(db: Database, *kinds: str) -> list[str]:
    with db.session(writing=False) as session:
        chosen = Notification.kind.in_(kinds or ("follow.published", "follow.new_version"))
        return list(session.scalars(select(Notification.user_id).where(chosen).order_by(Notification.id)))


def test_a_new_work_is_told_once_though_three_follows_match(
    db: Database, cast: Cast, work: Work, sign_in: SignIn
) -> None:
    _follow(db, cast.thao, ("mon", "toan"), ("mon", "toan", "lop-6"), ("cum", cast.clusters["K2"]))
    _follow(db, cast.quang, ("mon", "toan", "lop-7"), ("mon", "ngu-van"))
    _follow(db, cast.lan, ("mon", "toan"))
    with db.transaction():
        published(cast.lan, cast.clusters["K2"], title="Phân số bằng nhau")
    work()
    work()
    assert _told(db) == [cast.thao], "not the author, not who follows another class"
    assert "Phân số bằng nhau" in sign_in("thao").get("/thong-bao?nhom=theo-doi").get_data(as_text=True)
    assert "Phân số bằng nhau" not in sign_in("thao").get("/thong-bao?nhom=phan-bien").get_data(as_text=True)


@pytest.mark.parametrize("visibility", ["rieng", "cum", "tinh", "cong-khai"])
@pytest.mark.parametrize("cluster", ["K1", "K2"])
def test_exactly_those_hear_of_it_who_may_read_it(
    db: Database, cast: Cast, work: Work, visibility: str, cluster: str
) -> None:
    for name in PEOPLE:
        _follow(db, cast.people[name], ("mon", "toan"))
    author = cast.lan if cluster == "K2" else cast.quang
    with db.transaction():
        resource = published(author, cast.clusters[cluster])
        resource.visibility = visibility
    work()
    with db.session(writing=False) as session:
        resource = session.get_one(Resource, resource.id)
        session.refresh(resource, ["authors"])
        readers = {
            user_id
            for user_id in cast.people.values()
            if user_id != author and can_read(viewer_of(user_id), resource)
        }
    assert set(_told(db)) == readers


def test_members_of_what_became_of_a_cluster_hear_of_its_works(db: Database, cast: Cast, work: Work) -> None:
    with db.transaction() as session:
        session.add(Succession(predecessor_id=cast.clusters["K1"], successor_id=cast.clusters["K2"]))
    _follow(db, cast.thao, ("cum", cast.clusters["K2"]))
    with db.transaction():
        published(cast.quang, cast.clusters["K1"], visibility="cum")
    work()
    assert _told(db) == [cast.thao]


def test_a_large_crowd_is_told_in_batches_and_a_repeated_job_tells_nobody_twice(
    db: Database, cast: Cast, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 3)
    for name in PEOPLE:
        _follow(db, cast.people[name], ("mon", "toan"))
    with db.transaction():
        resource = published(cast.lan, cast.clusters["K2"])
    work()
    assert len(set(_told(db))) == len(_told(db)) == len(PEOPLE) - 1
    jobs.tell_followers(_row(resource.id), db)
    assert len(_told(db)) == len(PEOPLE) - 1


def _row(resource_id: str) -> jobs.OutboxRow:
    return jobs.OutboxRow(topic=jobs.TOPIC, object_id=resource_id, values={"number": 1})


def test_a_later_version_is_news_of_the_work_alone_and_told_once_to_who_also_keeps_it(
    db: Database, cast: Cast, work: Work
) -> None:
    with db.transaction():
        resource = published(cast.lan, cast.clusters["K2"])
    work()
    _follow(db, cast.thao, ("bai", resource.id))
    _follow(db, cast.hoa, ("bai", resource.id), ("mon", "toan"))
    _follow(db, cast.minh, ("mon", "toan"))
    with db.transaction():
        save_work(viewer_of(cast.thao), resource.id)
    jobs.tell_followers(jobs.OutboxRow(topic=jobs.TOPIC, object_id=resource.id, values={"number": 2}), db)
    with db.transaction():
        tell_of_new_version(
            jobs.OutboxRow(topic="resource.published", object_id=resource.id, values={"number": 2})
        )
    told = _told(db, "follow.new_version", "collection.new_version")
    assert sorted(told) == sorted([cast.thao, cast.hoa])


def test_closed_accounts_hear_nothing_and_what_they_followed_goes(
    db: Database, cast: Cast, work: Work
) -> None:
    _follow(db, cast.thao, ("mon", "toan"))
    with db.transaction() as session:
        accounts.deactivate(session.get_one(User, cast.thao), None)
        published(cast.lan, cast.clusters["K2"])
    work()
    assert _told(db) == []
    with db.session(writing=False) as session:
        assert session.scalars(select(Follow)).all() == []


def test_one_click_follows_and_the_list_names_it_and_lets_it_go(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction():
        resource = published(cast.lan, cast.clusters["K2"], title="Tập hợp", visibility="cum")
    thao = sign_in("thao")
    week = "/tuan-nay?subject=toan&grade=lop-6"
    for path in (f"/cum/{cast.clusters['K2']}", f"/hoc-lieu/{resource.id}", week):
        assert 'action="/theo-doi"' in thao.get(path).get_data(as_text=True)
    clusters = cast.clusters["K2"]
    for kind, target, grade in (("mon", "toan", "lop-6"), ("cum", clusters, ""), ("bai", resource.id, "")):
        sent = {"kind": kind, "target": target, "grade": grade, "back": "/cum"}
        assert thao.post("/theo-doi", data=sent).location == "/cum"
        assert thao.post("/theo-doi", data={**sent, "back": "//evil.example"}).location == "/theo-doi"
    page = thao.get("/theo-doi").get_data(as_text=True)
    assert "Tập hợp" in page and "Lớp 6" in page and page.count("Thôi theo dõi") == 3
    answer = thao.post("/theo-doi", data={"kind": "mon", "target": "ngu-van"}, headers={"HX-Request": "true"})
    assert "Đã theo dõi" in answer.get_data(as_text=True)
    with db.session(writing=False) as session:
        rows = {row.kind: row.id for row in session.scalars(select(Follow))}
    assert sign_in("hoa").post(f"/theo-doi/{rows['cum']}/thoi").status_code == 404
    assert thao.post(f"/theo-doi/{rows['bai']}/thoi").location == "/theo-doi"
    assert "Tập hợp" not in thao.get("/theo-doi").get_data(as_text=True)


def test_a_work_that_went_out_of_reach_is_listed_without_its_title(
    db: Database, cast: Cast, sign_in: SignIn
) -> None:
    with db.transaction():
        resource = published(cast.lan, cast.clusters["K2"], title="Bài sẽ khép lại")
    _follow(db, cast.quang, ("bai", resource.id))
    with db.transaction() as session:
        session.get_one(Resource, resource.id).visibility = "cum"
    page = sign_in("quang").get("/theo-doi").get_data(as_text=True)
    assert "Bài sẽ khép lại" not in page and "không còn mở" in page


@pytest.mark.parametrize(
    ("kind", "target"),
    [("mon", "khong-co"), ("cum", "x"), ("bai", "x"), ("", ""), ("x", "y"), ("mon", "toan&grade")],
)
def test_what_is_not_there_or_out_of_reach_cannot_be_followed(
    db: Database, cast: Cast, sign_in: SignIn, kind: str, target: str
) -> None:
    thao = sign_in("thao")
    assert thao.post("/theo-doi", data={"kind": kind, "target": target}).status_code == 404
    with db.transaction():
        hidden = published(cast.quang, cast.clusters["K1"], visibility="cum")
    assert thao.post("/theo-doi", data={"kind": "bai", "target": hidden.id}).status_code == 404
    odd = {"kind": "mon", "target": "toan", "grade": "lop-99"}
    assert thao.post("/theo-doi", data=odd).status_code == 404


def test_guests_sign_in_first_and_nobody_follows_without_end(
    db: Database, cast: Cast, app: object, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/theo-doi").location.startswith("/dang-nhap")
    monkeypatch.setattr(service, "MOST", 1)
    _follow(db, cast.thao, ("mon", "toan"), ("mon", "toan"))
    with pytest.raises(AlreadyExists):
        _follow(db, cast.thao, ("mon", "ngu-van"))
