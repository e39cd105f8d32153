"""Everything the tests of rights stand on: an application with the world in it, and a cookie per role."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from tests.conftest import Installed, settings_for
from tests.factories import REFERENCE_DAY
from tests.rights.belongings import fill_with_belongings
from tests.rights.people import move_in, signed_in
from tests.rights.world import World, fill_with_works


@dataclass(frozen=True)
class Stage:
    """An application, what is in it, and who looks at it."""

    app: KhoFlask
    world: World
    cookies: dict[str, str]

    def open(self, role: str, path: str, **request: Any) -> TestResponse:
        """What `role` is answered; the browser is as it was the first time, whatever it was told since."""
        headers = {**request.pop("headers", {}), "Cookie": self.cookies[role]}
        return FlaskClient(self.app, Response, use_cookies=False).open(path, headers=headers, **request)


@contextmanager
def set_up(app: KhoFlask, installed: Installed, folder: Path) -> Iterator[Stage]:
    """Fill a copy of the installed database in `folder`; the application lives on it until the end."""
    settings = settings_for(folder)
    app.database.open(databases.copy(installed.folder, folder))
    backends.configure(settings)
    clock.pin_day(date.fromisoformat(REFERENCE_DAY))
    warm_up(app)
    try:
        with app.database.transaction():
            people = move_in(installed.cast)
        world = World(people, installed.cast.clusters["K2"])
        with app.database.transaction():
            fill_with_works(world)
            fill_with_belongings(world, installed.cast)
        yield Stage(app, world, signed_in(app, app.database))
    finally:
        app.config["WTF_CSRF_ENABLED"] = True
        app.database.engine.dispose()
        databases.drop(folder)


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
