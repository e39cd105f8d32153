"""The database as it is at one moment, as one SQLite file whatever kind it is, while others write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from repo_service.backups.database_copy import copy_database


def take_snapshot(database_url: str, target: Path) -> None:
    """Write the database at `database_url` into the new file `target`; nobody waits for it meanwhile.

    SQLite is copied page by page within one reading transaction, PostgreSQL row by row within one of REPEATABLE READ.
    MoveNotAllowed when the schema is not the newest.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        copy_database(database_url, f"sqlite:///{target}")
        return
    with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)  # all pages in one step: under WAL writers go on, and it never begins anew
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
