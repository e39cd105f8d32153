"""The schema of the database: bring it up to date, tell whether it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from repo_service.core.db import make_engine

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def migrate(database_url: str) -> None:
    """Run every migration that is still missing."""
    command.upgrade(_config(database_url), "head")


def is_current(database_url: str) -> bool:
    """Whether the database stands at the newest migration."""
    engine = make_engine(database_url)
    try:
        with engine.connect() as connection:
            return stands_at_newest(connection)
    finally:
        engine.dispose()


def stands_at_newest(connection: Connection) -> bool:
    """`is_current` on a connection that is there already."""
    return MigrationContext.configure(connection).get_current_revision() == _newest()


@cache
def _newest() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["database_url"] = database_url
    return config
