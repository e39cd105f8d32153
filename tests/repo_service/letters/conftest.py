"""A post office of the tests: a real SMTP server, an open door to it, and people who want letters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from repo_service.accounts.models import User
from repo_service.core.db import Database, KhoFlask
from repo_service.letters import service
from repo_service.letters.jobs import send_letters
from repo_service.mail import door
from repo_service.notifications.service import notify
from repo_service.notifications.texts import GROUPS
from repo_service.settings import Settings
from tests.cast import Cast
from tests.factories import viewer_of
from tests.mail_server import Mailbox, mail_server

ADDRESS = "https://kho.example.edu.vn"


@pytest.fixture(scope="session")
def open_mailbox() -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    with mail_server(mailbox) as port:
        yield mailbox, port


@pytest.fixture
def mailbox(app: KhoFlask, settings: Settings, open_mailbox: tuple[Mailbox, int]) -> Iterator[Mailbox]:
    """Empty, of a server that Kho is told to use."""
    found, port = open_mailbox
    found.letters, found.recipients, found.answers = [], [], {}
    url = f"smtp://127.0.0.1:{port}?tls=0&from=Kho+học+liệu+<kho@example.edu.vn>"
    door.configure(replace(settings, smtp_url=url, public_url=ADDRESS, secret_key=app.config["SECRET_KEY"]))
    yield found
    door.configure(settings)


class PostOffice:
    """Shorthand of the letters' tests."""

    def __init__(self, db: Database, cast: Cast) -> None:
        self.db, self.cast = db, cast

    def wants(self, name: str, frequency: str, *groups: str) -> None:
        """`name` has an address and chooses so for the groups, all of them when none is named."""
        with self.db.transaction() as session:
            session.get_one(User, self.cast.people[name]).email = f"{name}@truong.example.edu.vn"
            service.choose(
                viewer_of(self.cast.people[name]), dict.fromkeys(groups or tuple(GROUPS), frequency)
            )

    def tell(self, who: str, kind: str, path: str, origin: str = "o:1", **values: object) -> None:
        with self.db.transaction():
            notify([self.cast.people[who]], kind, path, origin, **values)

    def run(self) -> None:
        """What the schedule does each minute."""
        send_letters(self.db)


@pytest.fixture
def post(db: Database, cast: Cast) -> PostOffice:
    return PostOffice(db, cast)
