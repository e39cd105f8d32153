"""The nth call of disk or database fails, n = 1, 2, ... until a step ends: a clear answer, nothing half done."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from repo_service.app import create_app
from repo_service.core import backends
from repo_service.core.db import Database, KhoFlask
from tests import databases
from tests.trust import world
from tests.trust.disk_errors import KINDS, Countdown, failing_database, failing_disk
from tests.trust.invariants import check_invariants, facts
from tests.trust.journey import STEPS, Site

pytestmark = [
    pytest.mark.skipif(bool(databases.SERVER), reason="fails SQLite's own file"),
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks files up by /proc"),
]

EVERY_ONE = bool(os.environ.get("KHO_TRUST"))
STEP = 1 if EVERY_ONE else 7
"""A short run lets every seventh call fail, in another kind each time."""
DISK_STEPS = ("begin_upload", "send_part", "send_part_anew", "deposit", "deposit_small")
DATABASE_STEPS = (
    "begin_upload",
    "deposit",
    "describe",
    "submit",
    "approve",
    "correct",
    "new_version",
    "withdraw",
)


class Refused(Exception):
    """The answer was no success: status and body."""


class Watching(Site):
    """A site that tells of refusals instead of failing."""

    def get(self, who: str, path: str, status: int = 200) -> Any:
        try:
            return super().get(who, path, status)
        except AssertionError as error:
            raise Refused(*error.args) from error

    def change(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        try:
            return super().change(who, method, path, body, **more)
        except AssertionError as error:
            raise Refused(*error.args) from error


@pytest.fixture(scope="module")
def app(installation: Path) -> Iterator[KhoFlask]:
    """An application of these tests' own, which answers errors as in service."""
    app = create_app(world.settings_of(installation))
    yield app
    backends.close()
    app.database.engine.dispose()


def prepared(app: KhoFlask, folder: Path, step: str) -> dict[str, Any]:
    """All steps before this one, as the journey has them."""
    site = Site(app, folder, {})
    for name, function in STEPS.items():
        if name == step:
            break
        function(site)
    return site.told


def attempts(app: KhoFlask, folder: Path, step: str, fail: Any, kinds: tuple[str, ...]) -> list[str]:
    """The step again and again with the nth call failing until none fails; sentences about what went wrong."""
    told, wrong, number = prepared(app, folder, step), [], 1
    while True:
        kind = kinds[number % len(kinds)]
        countdown = Countdown(number, kind)
        before = facts(app.database)
        site = Watching(app, folder, json.loads(json.dumps(told)), again=number > 1)
        refusal = None
        try:
            with fail(countdown):
                STEPS[step](site)
        except Refused as error:
            refusal = error
        if countdown.failed is None:
            return wrong
        where = f"{step}, call {number} ({countdown.failed}, {kind})"
        wrong += [f"{where}: {each}" for each in judge(refusal)]
        world.recover(app.database)
        wrong += [f"{where}: {each}" for each in check_invariants(app, before)]
        number += STEP


def judge(refusal: Refused | None) -> list[str]:
    """A refusal is 503 or 507 with a sentence; anything else says too little or too much."""
    if refusal is None:
        return []
    _path, status, body = refusal.args[0]
    said = json.loads(body) if body.startswith("{") else {}
    return [] if status in (503, 507) and said.get("detail") else [f"answered {status}: {body[:200]}"]


@pytest.mark.timeout(1800 if EVERY_ONE else 120)
def test_whatever_call_of_the_disk_fails_nothing_is_half_done(
    app: KhoFlask, installation: Path, tmp_path: Path
) -> None:
    wrong: list[str] = []
    for step in DISK_STEPS:
        folder = begun(app, installation, tmp_path / step)
        wrong += attempts(app, folder, step, partial(failing_disk, folder / "files"), KINDS)
    assert wrong == []


@pytest.mark.timeout(1800 if EVERY_ONE else 120)
def test_whatever_statement_fails_nothing_is_half_done(
    app: KhoFlask, installation: Path, tmp_path: Path
) -> None:
    wrong: list[str] = []
    for step in DATABASE_STEPS if EVERY_ONE else DATABASE_STEPS[2::3]:
        folder = begun(app, installation, tmp_path / step)
        wrong += attempts(app, folder, step, partial(failing_database, app.database.engine), KINDS[:2])
    assert wrong == []


def begun(app: KhoFlask, installation: Path, folder: Path) -> Path:
    """The application in a fresh copy of the installation."""
    backends.close()
    shutil.copytree(installation, folder)
    world.enter(app, folder)
    return folder


def test_a_refused_commit_gives_the_lock_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'kho.db'}")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE notes (words TEXT)"))
    full = failing_database(database.engine, Countdown(2, "full"))
    with full, pytest.raises(OperationalError), database.transaction() as session:
        session.execute(text("INSERT INTO notes VALUES ('lost')"))
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM notes")) == 0
    database.engine.dispose()
