"""Runs made in tests, and what databases hold."""

from __future__ import annotations

from pathlib import Path

from indexer import SearchRequest
from repo_service.backups import runs
from repo_service.backups.database_copy import checksum
from repo_service.backups.making import make_backup
from repo_service.core import backends
from repo_service.core.db import Database, make_engine
from repo_service.search.upkeep import every_document
from repo_service.tables import Base


def back_up(db: Database, folder: Path, tmp_path: Path, recipient: str | None = None) -> runs.Manifest:
    return make_backup(db, [backends.storage()], folder, tmp_path, recipient)


def sums(url: str) -> dict[str, tuple[int, int]]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = {table.name: checksum(connection, table) for table in Base.metadata.sorted_tables}
    engine.dispose()
    return found


def found_in(database: Database) -> list[str]:
    engine = backends.search_engine()
    with database.session(writing=False):
        engine.rebuild(every_document())
    request = SearchRequest(text="phân số", access=["tinh"], size=100)
    return sorted(hit.id for hit in engine.search(request).hits)


def url_of(db: Database) -> str:
    return db.engine.url.render_as_string(hide_password=False)
