"""An address that a person types counts once its letter's link is followed; one that the house gives, at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from repo_service.accounts import queries
from repo_service.accounts.addresses import service
from repo_service.accounts.addresses.queries import waiting_change
from repo_service.accounts.models import User
from repo_service.accounts.oidc.service import user_of
from repo_service.accounts.oidc.tokens import Identity
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists
from repo_service.letters.jobs import send_letters
from tests.cast import PASSWORD, Cast
from tests.factories import viewer_of
from tests.mail_server import Mailbox
from tests.repo_service.letters.conftest import mailbox as mailbox
from tests.repo_service.letters.conftest import open_mailbox as open_mailbox

SignIn = Callable[[str], FlaskClient]
Work = Callable[[], None]
NEW = "tran.lan@truong.edu.vn"


def type_address(browser: FlaskClient, address: str = NEW, password: str = PASSWORD) -> int:
    return browser.post("/tai-khoan/email", data={"email": address, "current_password": password}).status_code


def email_of(db: Database, user_id: str) -> str | None:
    with db.transaction():
        return queries.find_user(user_id).email


def link_in(mailbox: Mailbox, number: int = -1) -> str:
    body = mailbox.letters[number].get_body(("plain",))
    assert body is not None
    path = next(word for word in body.get_content().split() if "/xac-nhan-email/" in word)
    return str(path.removeprefix("https://kho.example.edu.vn"))


def post_letters(db: Database, work: Work) -> None:
    work()
    send_letters(db)


def test_a_typed_address_counts_only_after_its_letter_was_answered(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient, mailbox: Mailbox, work: Work
) -> None:
    lan = sign_in("lan")
    with db.transaction():
        service.give_address(queries.find_user(cast.lan), "cu@truong.edu.vn", cast.hanh)
    assert type_address(lan, password="sai") == 422
    assert type_address(lan) == 302
    assert email_of(db, cast.lan) == "cu@truong.edu.vn", "the one of before counts meanwhile"
    assert f"{NEW} đang chờ xác nhận" in lan.get("/tai-khoan").get_data(as_text=True)
    assert f"{NEW} đang chờ xác nhận" in lan.get("/thong-bao/qua-thu").get_data(as_text=True)
    with db.transaction():
        assert user_of(Identity("https://cong.example", "ai do", NEW)) is None, "nobody is tied by it"
    post_letters(db, work)
    assert mailbox.recipients == [[NEW]]
    path = link_in(mailbox)
    opened = client.get(path)
    assert opened.headers["Cache-Control"] == "no-store"
    assert email_of(db, cast.lan) == "cu@truong.edu.vn", "mail programs open links by themselves"
    assert "Đã xác nhận" in client.post(path).get_data(as_text=True)
    assert email_of(db, cast.lan) == NEW
    assert client.post(path).status_code == 404, "once"
    with db.transaction():
        tied = user_of(Identity("https://cong.example", "lan ở cổng", NEW))
        assert tied is not None and tied.id == cast.lan


def test_only_the_newest_wish_stays_open_and_its_link_ends_by_itself(
    db: Database, cast: Cast, sign_in: SignIn, client: FlaskClient, mailbox: Mailbox, work: Work
) -> None:
    lan = sign_in("lan")
    type_address(lan, "go-nham@truong.edu.vn")
    post_letters(db, work)
    first = link_in(mailbox)
    type_address(lan)
    assert client.post(first).status_code == 404, "the earlier link ended"
    post_letters(db, work)
    assert len(mailbox.letters) == 1, "nobody fills mailboxes with letters"
    with clock.pinned(clock.now() + timedelta(minutes=6)):
        post_letters(db, work)
        second = link_in(mailbox)
        assert mailbox.recipients[-1] == [NEW]
    with clock.pinned(clock.now() + timedelta(hours=25)):
        assert client.post(second).status_code == 404
        with db.transaction():
            assert waiting_change(cast.lan) is None
    assert email_of(db, cast.lan) is None


def test_two_who_want_one_address_get_it_once(db: Database, cast: Cast) -> None:
    secrets = []
    for user_id in (cast.lan, cast.minh):
        with db.transaction():
            user = queries.find_user(user_id)
            assert service.ask_for_address(viewer_of(user_id), user, NEW, PASSWORD)
        with db.transaction():
            made = service.create_address_link(queries.find_user(user_id))
            assert made is not None
            secrets.append(made[1])
    with db.transaction():
        assert service.confirm_address(secrets[0]).id == cast.lan
    with pytest.raises(AlreadyExists), db.transaction():
        service.confirm_address(secrets[1])
    assert email_of(db, cast.minh) is None


def test_an_empty_field_takes_the_address_away_at_once(db: Database, cast: Cast, sign_in: SignIn) -> None:
    with db.transaction():
        service.give_address(queries.find_user(cast.lan), NEW, cast.hanh)
    assert type_address(sign_in("lan"), "") == 302
    assert email_of(db, cast.lan) is None


def test_without_a_mail_server_whoever_looks_after_people_confirms(
    db: Database, cast: Cast, sign_in: SignIn, work: Work
) -> None:
    lan = sign_in("lan")
    type_address(lan)
    work()
    assert "Kho này không gửi thư" in lan.get("/tai-khoan").get_data(as_text=True)
    assert email_of(db, cast.lan) is None
    path = f"/nguoi/{cast.lan}/email"
    assert sign_in("quang").post(path, data={"email": NEW}).status_code == 404
    hanh = sign_in("hanh")
    assert f'value="{NEW}"' in hanh.get(f"/nguoi/{cast.lan}").get_data(as_text=True)
    assert hanh.post(path, data={"email": "khong phai"}).status_code == 422
    assert hanh.post(path, data={"email": NEW}).status_code == 302
    assert email_of(db, cast.lan) == NEW
    work()
    assert "đã ghi email" in lan.get("/thong-bao").get_data(as_text=True)
    with db.transaction():
        assert waiting_change(cast.lan) is None


def test_old_addresses_keep_their_letters_and_tie_nobody_until_confirmed(db: Database, cast: Cast) -> None:
    with db.transaction() as session:
        values = {"email": NEW, "email_is_unproven": True}
        session.execute(sa.update(User).where(User.id == cast.lan).values(values))
    with db.transaction():
        lan = queries.find_user(cast.lan)
        assert user_of(Identity("https://cong.example", "lan", NEW)) is None
        assert service.ask_for_address(viewer_of(cast.lan), lan, NEW, PASSWORD), "the same one, to confirm it"
    with db.transaction():
        made = service.create_address_link(queries.find_user(cast.lan))
        assert made is not None
        service.confirm_address(made[1])
    with db.transaction():
        assert user_of(Identity("https://cong.example", "lan", NEW)) is not None
