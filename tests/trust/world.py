"""One installation in a folder, on embedded defaults, for programs that kill it: people, tokens, doors."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import event, update

from repo_service.accounts.models import User
from repo_service.accounts.service import create_token
from repo_service.app import warm_up
from repo_service.background.service import retry_all
from repo_service.core import backends, clock, outbox
from repo_service.core.db import Database, KhoFlask
from repo_service.search.upkeep import prepare_index
from repo_service.settings import Settings
from repo_service.worker import drain
from tests.conftest import install_into, settings_for
from tests.factories import REFERENCE_DAY

PEOPLE = ("lan", "minh", "hoa", "quang", "tuan")
_TOLD = "world.json"
_here: list[Path] = []
"""The database that connections of this process lead to."""


def make(folder: Path) -> dict[str, Any]:
    """Install into an empty folder; ids and tokens of the cast, kept in the folder too."""
    cast = install_into(folder)
    database = Database(f"sqlite:///{folder / 'kho.db'}")
    with database.transaction() as session:
        users = {name: session.get_one(User, cast.people[name]) for name in PEOPLE}
        tokens = {name: create_token(user, "trust") for name, user in users.items()}
    backends.configure(settings_of(folder))
    prepare(database)
    backends.close()
    database.engine.dispose()
    told = {"people": cast.people, "clusters": cast.clusters, "tokens": tokens}
    (folder / _TOLD).write_text(json.dumps(told))
    return told


def told(folder: Path) -> dict[str, Any]:
    """What `make` answered, also in a copy of the folder."""
    found: dict[str, Any] = json.loads((folder / _TOLD).read_text())
    return found


def settings_of(folder: Path) -> Settings:
    """Everything below the folder, on disk."""
    return replace(
        settings_for(folder),
        database_url=f"sqlite:///{folder / 'kho.db'}",
        storage_url=f"file:{folder / 'files'}",
        search_url=f"tantivy:{folder / 'index'}",
    )


def enter(app: KhoFlask, folder: Path) -> None:
    """Let an application that was built elsewhere live in this folder; opens nothing that threads hold.

    It keeps its engine, and with it the statements that were compiled before.
    """
    settings = settings_of(folder)
    app.config.update(KHO=settings, SECRET_KEY=settings.secret_key)
    app.database.engine.dispose()
    if not event.contains(app.database.engine, "do_connect", _lead):
        event.listen(app.database.engine, "do_connect", _lead)
    _here[:] = [folder / "kho.db"]
    backends.configure(settings)
    clock.pin_day(date.fromisoformat(REFERENCE_DAY))
    warm_up(app)


def _lead(_dialect: Any, _record: Any, arguments: list[Any], _more: Any) -> None:
    arguments[0] = str(_here[0])


def recover(database: Database) -> None:
    """What the next half minute does after a death: leases of the dead run out, the work is taken up and done.

    Work at which this process died too often is given another chance, as an operator does who ended the deaths.
    """
    with database.transaction() as session:
        retry_all(None)
        unfinished = outbox.OutboxRow.done_at.is_(None), outbox.OutboxRow.dead_at.is_(None)
        session.execute(update(outbox.OutboxRow).where(*unfinished).values(available_at=clock.now()))
    prepare(database)
    drain(database)


def prepare(database: Database) -> None:
    """Fill an index that is not there, as a starting worker does."""
    with database.session(writing=False):
        prepare_index(thorough=True)
