"""One running server for the stories of a file, with a token for everyone of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from repo_service.accounts.queries import find_by_username
from repo_service.accounts.service import create_token
from repo_service.core.db import Database
from tests import databases
from tests.conftest import Installed
from tests.journeys.api_client import ApiClient
from tests.journeys.running_server import RunningServer, serving

Programs = Callable[[str | None], ApiClient]


@pytest.fixture(scope="module")
def running(
    installed: Installed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A started server on its own copy of the installed database."""
    folder = tmp_path_factory.mktemp("running")
    databases.copy(installed.folder, folder)
    with serving(folder) as server:
        yield server


@pytest.fixture(scope="module")
def program(running: RunningServer) -> Iterator[Programs]:
    """`program("lan")` uses the API as Lan, `program(None)` as a guest."""
    made: dict[str | None, ApiClient] = {None: ApiClient(running.url)}
    database = Database(databases.url_of(running.data))

    def program_of(username: str | None) -> ApiClient:
        if username not in made:
            with database.transaction():
                user = find_by_username(str(username))
                assert user is not None
                made[username] = ApiClient(running.url, create_token(user, "journey", None))
        return made[username]

    yield program_of
    database.engine.dispose()
