"""Fixtures of every test: a fresh copy of an installed database, a store in memory, the cast, a client.

Each test gets its own copy of a database file that was migrated and filled once, so real commits
happen and nothing leaks from one test to the next. No test reaches beyond this machine.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from repo_service.accounts import service
from repo_service.app import create_app, warm_up
from repo_service.core import backends
from repo_service.core.db import Database, KhoFlask
from repo_service.curriculum.models import Installation
from repo_service.curriculum.setup import install_vocabularies
from repo_service.schema import migrate
from repo_service.settings import Settings
from tests.cast import PASSWORD, Cast, assemble
from tests.factories import REFERENCE_DAY

_connect = socket.socket.connect


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """Refuse connections to anywhere but this machine."""

    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            raise OSError(f"tests may not reach {address}")
        return _connect(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast]:
    """A database file with the schema, the vocabularies and the cast."""
    path = tmp_path_factory.mktemp("installed") / "kho.db"
    migrate(f"sqlite:///{path}")
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        session.add(Installation(id=1, province_code="51", province_name="Quảng Ngãi"))
        install_vocabularies()
    cast = assemble(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return path, cast


@pytest.fixture(scope="session")
def built_app(installed: tuple[Path, Cast]) -> KhoFlask:
    """The application, built once per process; each test moves it to its own database."""
    app = create_app(settings_for(installed[0].parent))
    app.testing = True
    return app


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of this test: all data in its own folder."""
    return settings_for(tmp_path)


def settings_for(folder: Path) -> Settings:
    """Embedded settings inside a folder, bytes and index in memory, on the reference day."""
    return Settings(
        data=folder,
        database_url=f"sqlite:///{folder / 'kho.db'}",
        storage_url="memory:",
        search_url="memory:",
        secret_key="a secret that only tests know, long enough",
        today=REFERENCE_DAY,
    )


@pytest.fixture
def app(built_app: KhoFlask, installed: tuple[Path, Cast], settings: Settings) -> KhoFlask:
    """The application on a fresh copy of the installed database, with an empty store and index."""
    shutil.copyfile(installed[0], settings.data / "kho.db")
    built_app.database.open(settings.database_url)
    backends.configure(settings)
    warm_up(built_app)
    return built_app


@pytest.fixture
def db(app: KhoFlask) -> Database:
    """The database of this test: `with db.transaction() as session: ...`."""
    return app.database


@pytest.fixture
def cast(installed: tuple[Path, Cast]) -> Cast:
    """Ids of the people, schools and clusters of tests/cast.py."""
    return installed[1]


@pytest.fixture
def client(app: KhoFlask) -> FlaskClient:
    """A guest's browser."""
    return app.test_client()


@pytest.fixture
def sign_in(app: KhoFlask) -> Callable[[str], FlaskClient]:
    """`sign_in("lan")` -> a browser where Lan is signed in; forged-form checks are off in it."""
    app.config["WTF_CSRF_ENABLED"] = False

    def sign_in_as(username: str) -> FlaskClient:
        browser = app.test_client()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(service, "is_outdated", lambda kept: False)  # the cheap hashes stay: 0.05 s each
            answer = browser.post("/dang-nhap", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)[:2000]
        return browser

    yield sign_in_as  # type: ignore[misc]
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def work(app: KhoFlask) -> Callable[[], None]:
    """`work()` does all background work that is due."""
    from repo_service.worker import drain

    return lambda: drain(app.database)
