"""Fixtures of every test: a fresh copy of an installed database, a store in memory, the cast, a client.

Each test gets its own copy of a database that was migrated and filled once (on SQLite, or on the PostgreSQL
server of `TEST_DATABASE_URL`), so real commits
happen and nothing leaks from one test to the next. No test reaches beyond this machine.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings

from repo_service.accounts import service
from repo_service.accounts.sign_in_limits import SignInLimits
from repo_service.app import create_app
from repo_service.core import backends, clock
from repo_service.core.db import Database, KhoFlask
from repo_service.curriculum import installation, queries
from repo_service.curriculum.installation import Cached
from repo_service.curriculum.models import Installation
from repo_service.curriculum.setup import install_vocabularies
from repo_service.organizations import province_settings
from repo_service.schema import migrate
from repo_service.settings import Settings
from tests import databases
from tests.cast import PASSWORD, Cast, assemble
from tests.factories import REFERENCE_DAY
from tests.statements import (  # noqa: F401  # hooks
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_runtest_protocol,
    pytest_sessionfinish,
)

_connect = socket.socket.connect
_KNOWN: dict[Cached[Any], tuple[int, Any]] = {}
"""Lists and settings of the installed database with their revision: every copy has the same, reading takes 30 ms."""
hypothesis_settings.register_profile("long", max_examples=2000, stateful_step_count=60, deadline=None)


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


class Installed(NamedTuple):
    """An installed database, to be copied, and who is in it."""

    folder: Path
    cast: Cast


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """A database with the schema, the vocabularies and the cast."""
    folder = tmp_path_factory.mktemp("installed")
    yield Installed(folder, install_into(folder))
    databases.drop(folder)


def install_into(folder: Path) -> Cast:
    """Make the folder's database and write what every test begins with; nobody is connected afterwards."""
    url = databases.make(folder)
    migrate(url)
    database = Database(url)
    with database.transaction() as session:
        session.add(Installation(id=1, province_code="51", province_name="Quảng Ngãi"))
        install_vocabularies()
    cast = assemble(database)
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    return cast


@pytest.fixture(scope="session")
def built_app(installed: Installed) -> KhoFlask:
    """The application, built once per process; each test moves it to its own database."""
    app = create_app(settings_for(installed.folder))
    app.database.engine.dispose()  # nobody may be connected to the original while it is copied
    for cache in (queries._vocabularies, installation._place, province_settings._settings):
        assert cache._kept is not None
        _KNOWN[cache] = (cache._kept[0][1], cache._kept[1])
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
        database_url=databases.url_of(folder),
        storage_url="memory:",
        search_url="memory:",
        secret_key="a secret that only tests know, long enough",
        rate_limits=0,  # tests ask faster than people; the limits have tests of their own
        today=REFERENCE_DAY,
    )


@pytest.fixture
def app(built_app: KhoFlask, installed: Installed, settings: Settings) -> Iterator[KhoFlask]:
    """The application on a fresh copy of the installed database, with an empty store and index."""
    built_app.database.open(databases.copy(installed.folder, settings.data))
    backends.configure(settings)
    built_app.config["KHO"] = settings_for(installed.folder)  # whatever tests of longer fixtures told it
    built_app.extensions["sign_in_limits"] = SignInLimits()  # nobody has guessed yet
    clock.pin_day(date.fromisoformat(REFERENCE_DAY))  # another application may have been built since
    for cache, (revision, value) in _KNOWN.items():
        cache._kept = ((built_app.database.engine, revision), value)
    yield built_app
    built_app.database.engine.dispose()
    databases.drop(settings.data)


@pytest.fixture
def db(app: KhoFlask) -> Database:
    """The database of this test: `with db.transaction() as session: ...`."""
    return app.database


@pytest.fixture
def cast(installed: Installed) -> Cast:
    """Ids of the people, schools and clusters of tests/cast.py."""
    return installed.cast


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
