"""One running server for the stories of a file, with a token for everyone of the cast."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from repo_service.accounts.queries import find_by_username
from repo_service.accounts.service import create_token
from repo_service.core.db import Database
from tests.cast import Cast
from tests.journeys.api_client import ApiClient
from tests.journeys.running_server import RunningServer, serving

Programs = Callable[[str | None], ApiClient]


@pytest.fixture(scope="module")
def running(
    installed: tuple[Path, Cast], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A started server on its own copy of the installed database."""
    folder = tmp_path_factory.mktemp("running")
    shutil.copyfile(installed[0], folder / "kho.db")
    with serving(folder) as server:
        yield server


@pytest.fixture(scope="module")
def program(running: RunningServer) -> Programs:
    """`program("lan")` uses the API as Lan, `program(None)` as a guest."""
    made: dict[str | None, ApiClient] = {None: ApiClient(running.url)}
    database = Database(f"sqlite:///{running.data / 'kho.db'}")

    def program_of(username: str | None) -> ApiClient:
        if username not in made:
            with database.transaction():
                user = find_by_username(str(username))
                assert user is not None
                made[username] = ApiClient(running.url, create_token(user, "journey", None))
        return made[username]

    return program_of
