"""Digests: to who chose them, when they chose, each notice once, nothing named that may not be known any more."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from repo_service.accounts import service as accounts
from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import Database, KhoFlask
from repo_service.letters.queries import latest_digest
from repo_service.notifications.service import mark_read
from tests.cast import Cast
from tests.factories import REFERENCE_MOMENT, published, viewer_of
from tests.mail_server import Mailbox
from tests.repo_service.letters.conftest import ADDRESS, PostOffice


def _text(mailbox: Mailbox, number: int = 0) -> str:
    body = mailbox.letters[number].get_body(("plain",))
    assert body is not None
    return body.get_content()


def _work(db: Database, cast: Cast, **more: object) -> str:
    with db.transaction():
        return published(cast.lan, cast.clusters["K2"], title="Phân số thân thiện", **more).id


def test_a_digest_names_what_came_links_to_it_and_says_how_to_stop(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox
) -> None:
    work = _work(db, cast)
    post.wants("thao", "ngay")
    for number in (1, 2):
        post.tell("thao", "follow.published", f"/hoc-lieu/{work}", f"o:{number}", title="Phân số thân thiện")
    post.run()
    post.run()
    assert mailbox.recipients == [["thao@truong.example.edu.vn"]], "one letter, once"
    letter, text = mailbox.letters[0], _text(mailbox)
    assert letter["Subject"] == "Kho có 2 tin cho thầy cô"
    assert str(letter["From"]) == "Kho học liệu <kho@example.edu.vn>" and "Thảo" in str(letter["To"])
    assert "Chào cô Thảo," in text and "Phân số thân thiện" in text and f"{ADDRESS}/hoc-lieu/{work}" in text
    page = letter.get_body(("html",))
    assert page is not None
    assert f'href="{ADDRESS}/hoc-lieu/{work}"' in page.get_content()
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated" and letter["Message-ID"].endswith("@example.edu.vn>")


def test_nobody_gets_letters_who_did_not_choose_them(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox
) -> None:
    with db.transaction() as session:
        session.get_one(User, cast.thao).email = "thao@truong.example.edu.vn"
    post.tell("thao", "follow.published", "/hoc-lieu/x", title="x")
    post.wants("hoa", "ngay", "phan-bien")
    post.tell("hoa", "follow.published", "/hoc-lieu/x", title="x")
    post.run()
    assert mailbox.letters == []


def test_a_choice_is_for_what_comes_later_and_ends_at_once(post: PostOffice, mailbox: Mailbox) -> None:
    with clock.pinned(REFERENCE_MOMENT):
        post.tell("thao", "follow.published", "/hoc-lieu/x", "o:before", title="x")
    with clock.pinned(REFERENCE_MOMENT + timedelta(hours=1)):
        post.wants("thao", "ngay")
        post.run()
        post.tell("thao", "follow.published", "/hoc-lieu/x", "o:after", title="x")
        post.wants("thao", "khong")
        post.run()
    assert mailbox.letters == []


@pytest.mark.parametrize(("frequency", "days"), [("hang-ngay", 1), ("hang-tuan", 7)])
def test_daily_and_weekly_letters_wait_for_their_morning(
    post: PostOffice, mailbox: Mailbox, frequency: str, days: int
) -> None:
    with clock.pinned(REFERENCE_MOMENT):  # Monday, nine o'clock
        post.wants("thao", frequency)
        post.tell("thao", "follow.published", "/hoc-lieu/x", title="x")
        post.run()
    morning = REFERENCE_MOMENT + timedelta(days=days, hours=-2.5)
    with clock.pinned(morning - timedelta(minutes=1)):
        post.run()
    assert mailbox.letters == []
    with clock.pinned(morning + timedelta(minutes=1)):
        post.run()
        post.tell("thao", "follow.published", "/hoc-lieu/x", "o:late", title="x")
        post.run()
    assert len(mailbox.letters) == 1


def test_digests_keep_vietnamese_mornings_and_mondays() -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=clock.VIETNAM)

    assert latest_digest("hang-ngay", at("2026-11-17T06:29")) == at("2026-11-16T06:30")
    assert latest_digest("hang-ngay", at("2026-11-17T06:30")) == at("2026-11-17T06:30")
    assert latest_digest("hang-tuan", at("2026-11-16T06:00")) == at("2026-11-09T06:30")
    assert latest_digest("hang-tuan", at("2026-11-22T23:00")) == at("2026-11-16T06:30")


def test_what_was_read_meanwhile_is_not_sent(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox
) -> None:
    post.wants("thao", "ngay")
    post.tell("thao", "follow.published", "/hoc-lieu/x", title="x")
    with db.transaction():
        mark_read(viewer_of(cast.thao))
    post.run()
    assert mailbox.letters == []


def test_closed_accounts_and_people_without_an_address_get_nothing(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox
) -> None:
    for name in ("thao", "hoa"):
        post.wants(name, "ngay")
        post.tell(name, "follow.published", "/hoc-lieu/x", title="x")
    with db.transaction() as session:
        accounts.deactivate(session.get_one(User, cast.thao), None)
        session.get_one(User, cast.hoa).email = None
    post.run()
    assert mailbox.letters == []


def test_people_choose_on_a_page_and_stop_with_one_click(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox, sign_in: object, app: KhoFlask
) -> None:
    thao: FlaskClient = sign_in("thao")  # type: ignore[operator]
    assert "chưa có địa chỉ email" in thao.get("/thong-bao/qua-thu").get_data(as_text=True)
    post.wants("thao", "khong")
    answer = thao.post("/thong-bao/qua-thu", data={"theo-doi": "ngay", "cum": "hang-tuan"})
    assert answer.location == "/thong-bao/qua-thu"
    assert '"ngay" selected' in thao.get("/thong-bao/qua-thu").get_data(as_text=True)
    assert thao.post("/thong-bao/qua-thu", data={"cum": "moi-phut"}).status_code == 422
    post.tell("thao", "follow.published", "/hoc-lieu/x", title="x")
    post.run()
    address = str(mailbox.letters[0]["List-Unsubscribe"]).strip("<>").removeprefix(ADDRESS)
    app.config["WTF_CSRF_ENABLED"] = True
    program = app.test_client()  # a mail program: no cookie, no token
    assert "Thôi nhận tin" in program.get(address).get_data(as_text=True)
    post.tell("thao", "follow.published", "/hoc-lieu/x", "o:2", title="x")
    assert program.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    post.run()
    assert len(mailbox.letters) == 1
    for wrong in (address[:-2] + "AA", "/thu/thoi/x", "/thu/thoi/" + "A" * 5000):
        assert program.post(wrong).status_code == 404
    with db.transaction() as session:
        session.get_one(User, cast.thao).email = "khac@truong.example.edu.vn"
    assert program.post(address).status_code == 404, "a letter in an old mailbox speaks for nobody"
