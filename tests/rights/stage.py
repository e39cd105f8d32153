"""Everything the tests of rights stand on: an application with the world in it, and a cookie per role."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from repo_service.app import warm_up
from repo_service.core import backends, clock
from repo_service.core.db import KhoFlask
from tests import databases
from tests.cast import PASSWORD, Cast
from tests.conftest import Installed, settings_for
from tests.factories import REFERENCE_DAY
from tests.oidc_provider import oidc_provider
from tests.rights.belongings import fill_with_belongings
from tests.rights.conversations import fill_with_conversations
from tests.rights.links import fill_with_links
from tests.rights.people import move_in, signed_in
from tests.rights.products import fill_with_products
from tests.rights.ways import know_provider, protect, ways
from tests.rights.world import World, fill_with_works


@dataclass(frozen=True)
class Way:
    """A browser one step before a route: its cookie, and what it brings."""

    cookie: str
    query: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """An application, what is in it, and who looks at it."""

    app: KhoFlask
    world: World
    cookies: dict[str, str]
    ways: dict[str, Callable[[Stage, str], Way]] = field(default_factory=dict)
    """How a browser comes to a route that it cannot come to at once."""

    def open(self, role: str, path: str, **request: Any) -> TestResponse:
        """What `role` is answered; the browser is as it was the first time, whatever it was told since."""
        headers = {"Cookie": self.cookies[role], **request.pop("headers", {})}
        return FlaskClient(self.app, Response, use_cookies=False).open(path, headers=headers, **request)


@contextmanager
def set_up(app: KhoFlask, installed: Installed, folder: Path) -> Iterator[Stage]:
    """Fill a copy of the installed database in `folder`; the application lives on it until the end."""
    settings, before = settings_for(folder), app.config["KHO"]
    app.database.open(databases.copy(installed.folder, folder))
    backends.configure(settings)
    clock.pin_day(date.fromisoformat(REFERENCE_DAY))
    warm_up(app)
    try:
        with app.database.transaction():
            people = move_in(installed.cast)
        world = _world(app, people, installed.cast)
        with oidc_provider() as issuer:
            cookies = signed_in(app, app.database)
            know_provider(app, issuer)
            protect(app, people["mai"])
            yield Stage(app, world, cookies, ways(issuer))
    finally:
        app.config["WTF_CSRF_ENABLED"], app.config["KHO"] = True, before
        app.database.engine.dispose()
        databases.drop(folder)


def _world(app: KhoFlask, people: dict[str, str], cast: Cast) -> World:
    world = World(people, cast.clusters["K2"])
    world.names |= people | cast.schools | cast.clusters | {"password": PASSWORD}
    with app.database.transaction():
        fill_with_works(world)
        fill_with_belongings(world, cast)
        fill_with_conversations(world, cast.schools)
        fill_with_products(world)
        fill_with_links(world, app.config["SECRET_KEY"])
    return world


_CANARY = re.compile(r"zaq[a-z]+")


def leaks(stage: Stage, role: str, answer: TestResponse) -> list[str]:
    """Which private words an answer shows to a role that may not read them, each with where it stands."""
    secrets = stage.world.canaries
    return [
        f"{role} reads the {secrets[word][0]} at {answer.request.path}"
        for word in private_words(stage, answer)
        if role not in secrets[word][1]
    ]


def private_words(stage: Stage, answer: TestResponse) -> list[str]:
    """The private words in an answer."""
    return sorted(set(_CANARY.findall(_text(answer))) & stage.world.canaries.keys())


def _text(answer: TestResponse) -> str:
    """What an answer says; of a package (zip, docx, xlsx) what its members say, and their names."""
    content = answer.get_data()
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode(errors="replace") + str(answer.headers)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "".join(name + package.read(name).decode(errors="replace") for name in package.namelist())
