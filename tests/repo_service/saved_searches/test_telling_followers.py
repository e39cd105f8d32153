"""Followers hear of new finds: once, counted with their rights, without titles, also after a crash or an outage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from indexer import EngineUnavailable
from repo_service.accounts import service as accounts
from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.backends import search_engine
from repo_service.core.db import Database
from repo_service.notifications.models import Notification
from repo_service.saved_searches import jobs
from repo_service.saved_searches.jobs import tell_followers
from tests.cast import Cast
from tests.factories import REFERENCE_MOMENT, published
from tests.repo_service.saved_searches.test_keeping import keep

SignIn = Callable[[str], FlaskClient]
Hours = Callable[[float], None]


class School:
    """A school's hours: works are published and followers told at moments of the test."""

    def __init__(self, db: Database, cast: Cast, work: Callable[[], None]) -> None:
        self.db, self.cast, self._work = db, cast, work

    def publish(self, hour: float, title: str, by: str = "minh", index: bool = True, **more: str) -> str:
        with clock.pinned(REFERENCE_MOMENT + timedelta(hours=hour)):
            with self.db.transaction():
                cluster = self.cast.clusters["K1" if by == "quang" else "K2"]
                resource = published(self.cast.people[by], cluster, title=title, **more)
            if index:
                self._work()
        return resource.id

    def tell(self, hour: float) -> None:
        with clock.pinned(REFERENCE_MOMENT + timedelta(hours=hour)):
            tell_followers(self.db)

    def index(self, hour: float) -> None:
        with clock.pinned(REFERENCE_MOMENT + timedelta(hours=hour)):
            self._work()

    def told(self, name: str) -> list[str]:
        """The counts in a person's inbox, the oldest first."""
        with self.db.session(writing=False) as session:
            notices = select(Notification).where(
                Notification.user_id == self.cast.people[name], Notification.kind == "search.found"
            )
            rows = session.scalars(notices.order_by(Notification.id)).all()
            assert not [row for row in rows if {"name", "count"} != set(row.values)]  # no titles are kept
            return [row.values["count"] for row in rows]


@pytest.fixture
def school(db: Database, cast: Cast, work: Callable[[], None]) -> School:
    return School(db, cast, work)


def follow(browser: FlaskClient, q: str = "phân số", hour: float = 0) -> str:
    with clock.pinned(REFERENCE_MOMENT + timedelta(hours=hour)):
        return keep(browser, {"q": q}, follow=True)["id"]


def test_a_follower_hears_once_of_what_is_new_and_reads_it_on_a_page(school: School, sign_in: SignIn) -> None:
    lan = sign_in("lan")
    school.publish(-1, "Phân số cũ")
    follow(lan)
    school.publish(1, "Phân số mới")
    school.publish(1, "Hình học mới")
    school.tell(2)
    school.tell(3)
    assert school.told("lan") == ["1"]
    school.publish(4, "Phân số nữa")
    school.publish(4, "Lại phân số")
    school.tell(5)
    assert school.told("lan") == ["1", "2"]
    inbox = lan.get("/thong-bao").get_data(as_text=True)
    assert "Có 2 bài mới khớp lần tìm “phân số” mà thầy cô theo dõi." in inbox and "Lại phân số" not in inbox
    with school.db.session(writing=False) as session:
        paths = session.scalars(select(Notification.path).order_by(Notification.id)).all()
    with clock.pinned(REFERENCE_MOMENT + timedelta(hours=6)):
        page = lan.get(paths[-1]).get_data(as_text=True)
    assert "Lại phân số" in page and "Phân số nữa" in page
    assert "Phân số cũ" not in page and "Phân số mới" not in page and "Hình học" not in page


def test_only_what_answers_every_word_is_news(school: School, sign_in: SignIn) -> None:
    follow(sign_in("lan"), "phân số hỗn số âm")
    school.publish(1, "Phân số tối giản")
    school.publish(1, "Hỗn sổ")
    school.tell(2)
    assert school.told("lan") == []


def test_nobody_hears_of_own_works_or_of_what_was_only_changed(school: School, sign_in: SignIn) -> None:
    old = school.publish(-1, "Phân số cũ")
    follow(sign_in("lan"))
    school.publish(1, "Phân số của Lan", by="lan")
    with clock.pinned(REFERENCE_MOMENT + timedelta(hours=1)):
        minh, etag = sign_in("minh"), None
        etag = minh.get(f"/api/resources/{old}").headers["ETag"]
        changed = minh.patch(f"/api/resources/{old}", json={"week": 3}, headers={"If-Match": etag})
        assert changed.status_code == 200
    school.index(1)
    school.tell(2)
    assert school.told("lan") == []


def test_each_follower_is_counted_what_that_person_may_read(school: School, sign_in: SignIn) -> None:
    for name in ("lan", "quang", "tuan"):
        follow(sign_in(name))
    school.publish(1, "Phân số cho cụm", visibility="cum")
    school.publish(1, "Phân số riêng", visibility="rieng")
    school.tell(2)
    assert [school.told(name) for name in ("lan", "quang", "tuan")] == [["1"], [], ["1"]]


def test_rights_that_ended_meanwhile_are_respected_when_the_message_is_opened(
    school: School, sign_in: SignIn, db: Database, cast: Cast
) -> None:
    quang = sign_in("quang")
    saved = follow(quang)
    hidden = school.publish(1, "Phân số kín dần")
    school.tell(2)
    assert school.told("quang") == ["1"]
    with db.transaction() as session:
        from repo_service.resources.models import Resource

        session.get_one(Resource, hidden).visibility = "cum"  # the index does not know yet
    with clock.pinned(REFERENCE_MOMENT + timedelta(hours=3)):
        page = quang.get(f"/tim-da-luu/{saved}/moi?tu={int(REFERENCE_MOMENT.timestamp())}").get_data(
            as_text=True
        )
    assert "kín dần" not in page and "Không còn bài mới nào" in page
    assert "kín dần" not in quang.get("/thong-bao").get_data(as_text=True)


def test_what_the_index_got_late_is_told_late_and_never_left_out(school: School, sign_in: SignIn) -> None:
    follow(sign_in("lan"))
    school.publish(1, "Phân số đến muộn", index=False)
    school.tell(2)
    assert school.told("lan") == []
    school.index(3)
    school.tell(4)
    assert school.told("lan") == ["1"]


def test_an_engine_that_is_away_marks_nobody_as_told(
    school: School, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(sign_in("lan"))
    school.publish(1, "Phân số")

    def away(_request: object) -> None:
        raise EngineUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(search_engine(), "search", away)
        with pytest.raises(EngineUnavailable):
            school.tell(2)
    school.tell(3)
    assert school.told("lan") == ["1"]


def test_a_run_that_was_killed_is_repeated_without_telling_twice(
    school: School, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "BATCH", 1)
    for name in ("lan", "minh", "hoa"):
        follow(sign_in(name))
    school.publish(1, "Phân số", by="quang")
    notify, calls = jobs.notify, []

    def killed(*args: object, **more: object) -> None:
        calls.append(args)
        notify(*args, **more)  # type: ignore[arg-type]
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "notify", killed)
    with pytest.raises(KeyboardInterrupt):
        school.tell(2)
    assert sum(len(school.told(name)) for name in ("lan", "minh", "hoa")) == 1
    school.tell(3)
    assert [school.told(name) for name in ("lan", "minh", "hoa")] == [["1"]] * 3


def test_following_begins_when_it_is_asked_for_and_ends_when_it_is_not(
    school: School, sign_in: SignIn, db: Database, cast: Cast
) -> None:
    lan, hoa = sign_in("lan"), sign_in("hoa")
    stopped, late = follow(lan), keep(lan, {"q": "số"})["id"]
    follow(hoa)
    lan.patch(f"/api/saved-searches/{stopped}", json={"follow": False})
    school.publish(1, "Phân số")
    with clock.pinned(REFERENCE_MOMENT + timedelta(hours=2)):
        lan.patch(f"/api/saved-searches/{late}", json={"follow": True})
    with db.transaction() as session:
        accounts.deactivate(session.get_one(User, cast.hoa), cast.tuan)
    school.tell(3)
    assert school.told("lan") == school.told("hoa") == []


def test_the_page_of_a_deleted_search_says_so(school: School, sign_in: SignIn) -> None:
    lan, minh = sign_in("lan"), sign_in("minh")
    saved = follow(lan)
    assert minh.get(f"/tim-da-luu/{saved}/moi?tu=0").status_code == 303
    assert lan.get(f"/tim-da-luu/{saved}/moi?tu={'9' * 11}").status_code == 200
    assert lan.get(f"/tim-da-luu/{saved}/moi?tu=gì").status_code == 200
    lan.delete(f"/api/saved-searches/{saved}")
    answer = lan.get(f"/tim-da-luu/{saved}/moi?tu=0", follow_redirects=True).get_data(as_text=True)
    assert "Thầy cô đã bỏ lần tìm này rồi." in answer
