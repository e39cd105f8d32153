"""Alembic's entry: one connection, every table of the service, batch mode for SQLite."""

from __future__ import annotations

from alembic import context

from repo_service.core.db import make_engine
from repo_service.tables import Base

config = context.config


def run() -> None:
    """Migrate the database that `repo_service/schema.py` names."""
    engine = make_engine(config.attributes["database_url"])
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # a large table takes its time
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("SET lock_timeout = 0")
            connection.commit()
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, transaction_per_migration=True
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
