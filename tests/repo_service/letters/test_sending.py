"""Sending against a real SMTP server: faults wait, dead mailboxes are noted, a crash sends one letter twice at most."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.letters import jobs, service
from repo_service.letters.models import DeadMailbox, OutgoingLetter
from repo_service.letters.queries import waiting
from repo_service.mail import door
from repo_service.settings import Settings
from tests.cast import Cast
from tests.factories import REFERENCE_MOMENT
from tests.mail_server import Mailbox
from tests.repo_service.letters.conftest import PostOffice


class Crash(BaseException):
    """The process ends here."""


def _states(db: Database) -> list[tuple[str, int, str | None]]:
    with db.session(writing=False) as session:
        rows = session.scalars(select(OutgoingLetter).order_by(OutgoingLetter.id))
        return [(row.state, row.attempts, row.error) for row in rows]


def _news(post: PostOffice, *names: str, origin: str = "o:1") -> None:
    for name in names:
        post.wants(name, "ngay")
        post.tell(name, "request.asked", "/loi-nho/x", f"{origin}:{name}", by="Lan", text="x")


def test_a_crash_between_sending_and_marking_sends_that_one_letter_twice_and_loses_none(
    db: Database, post: PostOffice, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.pinned(REFERENCE_MOMENT):
        _news(post, "lan", "thao", "hoa")
        note_sent, calls = service.note_sent, []

        def crash_once(letter: OutgoingLetter) -> None:
            calls.append(letter.id)
            if len(calls) == 2:
                raise Crash
            note_sent(letter)

        monkeypatch.setattr(service, "note_sent", crash_once)
        with pytest.raises(Crash):
            post.run()
        post.run()
        assert len(mailbox.letters) == 3, "the letter of the dead worker still belongs to it"
    with clock.pinned(REFERENCE_MOMENT + service.LEASE):
        post.run()
        post.run()
    assert len(mailbox.letters) == 4
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 3, (
        "a mailbox sees that it is the same"
    )
    assert [state for state, _, _ in _states(db)] == ["da-gui"] * 3


def test_a_crash_before_sending_loses_nothing(
    db: Database, post: PostOffice, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.pinned(REFERENCE_MOMENT):
        _news(post, "lan")
        with monkeypatch.context() as patch:
            patch.setattr(jobs, "written", lambda *_: (_ for _ in ()).throw(Crash))
            with pytest.raises(Crash):
                post.run()
    with clock.pinned(REFERENCE_MOMENT + service.LEASE):
        post.run()
    assert len(mailbox.letters) == 1


def test_a_server_that_is_busy_is_asked_again_with_growing_pauses(
    db: Database, post: PostOffice, mailbox: Mailbox
) -> None:
    mailbox.answers["lan@truong.example.edu.vn"] = ["451 4.7.1 greylisted", "451 4.7.1 greylisted", ""]
    moment = REFERENCE_MOMENT
    with clock.pinned(moment):
        _news(post, "lan", "thao")
        post.run()
        post.run()
        assert len(mailbox.letters) == 1, "others do not wait for it"
    for minutes, sent in ((0.9, 1), (1, 1), (2.9, 1), (3, 2)):
        with clock.pinned(moment + timedelta(minutes=minutes)):
            post.run()
            assert len(mailbox.letters) == sent, minutes


def test_a_letter_that_is_never_taken_is_given_up_at_last(
    db: Database, post: PostOffice, mailbox: Mailbox
) -> None:
    mailbox.answers["lan@truong.example.edu.vn"] = ["452 4.2.2 mailbox full"]
    with clock.pinned(REFERENCE_MOMENT):
        _news(post, "lan")
    for step in range(service.MOST_ATTEMPTS + 3):
        with clock.pinned(REFERENCE_MOMENT + step * service.LONGEST_PAUSE):
            post.run()
    assert _states(db) == [("khong-gui", service.MOST_ATTEMPTS, "SMTP 452")]


def test_a_mailbox_that_does_not_exist_is_noted_until_the_address_changes(
    db: Database, cast: Cast, post: PostOffice, mailbox: Mailbox, sign_in: object
) -> None:
    mailbox.answers["lan@truong.example.edu.vn"] = ["550 5.1.1 no such user"]
    _news(post, "lan")
    post.run()
    _news(post, "lan", origin="o:2")
    post.run()
    assert mailbox.letters == [] and len(_states(db)) == 1
    lan: FlaskClient = sign_in("lan")  # type: ignore[operator]
    assert "không có hộp thư lan@" in lan.get("/thong-bao/qua-thu").get_data(as_text=True)
    with db.transaction() as session:
        session.get_one(User, cast.lan).email = "tranlan@truong.example.edu.vn"
    post.run()
    assert mailbox.recipients == [["tranlan@truong.example.edu.vn"]]


@pytest.mark.parametrize("answer", ["550 5.7.1 relaying denied", "554 5.7.1 blocked"])
def test_a_server_that_does_not_like_us_condemns_no_mailbox(
    db: Database, post: PostOffice, mailbox: Mailbox, answer: str
) -> None:
    mailbox.answers["lan@truong.example.edu.vn"] = [answer]
    _news(post, "lan")
    post.run()
    with db.session(writing=False) as session:
        assert session.scalars(select(DeadMailbox)).all() == []
    assert _states(db)[0][0] == "khong-gui"


def test_while_the_server_is_away_letters_wait_and_no_attempt_counts(
    db: Database, post: PostOffice, mailbox: Mailbox, settings: Settings
) -> None:
    here = door.door()
    with clock.pinned(REFERENCE_MOMENT):
        _news(post, "lan", "thao")
        door.configure(replace(settings, smtp_url="smtp://127.0.0.1:9?tls=0"))
        for _again in range(5):
            post.run()
        with db.session(writing=False):
            assert waiting().letters == 2
    assert here is not None
    door.configure(replace(settings, smtp_url=f"smtp://127.0.0.1:{here.server.port}?tls=0"))
    with clock.pinned(REFERENCE_MOMENT + timedelta(days=2)):
        post.run()
    assert len(mailbox.letters) == 2 and {attempts for _, attempts, _ in _states(db)} == {1}
