"""The migrations make exactly the tables that the models describe, and go down again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from repo_service import schema
from repo_service.core.db import make_engine
from repo_service.tables import Base
from tests import databases


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = make_engine(url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    url = databases.make(tmp_path)
    schema.migrate(url)
    assert schema.is_current(url)
    with connected(url) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_an_empty_database_is_not_current_and_migrating_twice_is_harmless(tmp_path: Path) -> None:
    url = databases.make(tmp_path)
    assert not schema.is_current(url)
    schema.migrate(url)
    schema.migrate(url)
    assert schema.is_current(url)


def test_the_way_down_leaves_nothing(tmp_path: Path) -> None:
    url = databases.make(tmp_path)
    schema.migrate(url)
    command.downgrade(schema._config(url), "base")
    with connected(url) as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
