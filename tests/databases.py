"""The database of a test's data folder: a SQLite file in it, or one of its own on the server of `TEST_DATABASE_URL`."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

SERVER = os.environ.get("TEST_DATABASE_URL", "")


def url_of(folder: Path) -> str:
    """The address, in SQLAlchemy's form, of the database that belongs to the folder."""
    if not SERVER:
        return f"sqlite:///{folder / 'kho.db'}"
    return make_url(SERVER).set(database=_name(folder)).render_as_string(hide_password=False)


def make(folder: Path) -> str:
    """A new empty database for the folder; its address."""
    if SERVER:
        _ask(f"CREATE DATABASE {_name(folder)}")
    return url_of(folder)


def copy(original: Path, folder: Path) -> str:
    """A copy of the database of another folder, which nobody may be using; its address."""
    if SERVER:
        _ask(f"CREATE DATABASE {_name(folder)} TEMPLATE {_name(original)}")
    else:
        shutil.copyfile(original / "kho.db", folder / "kho.db")
    return url_of(folder)


def drop(folder: Path) -> None:
    """Forget the folder's database, whoever is still connected; a file goes with its folder."""
    if SERVER:
        _ask(f"DROP DATABASE IF EXISTS {_name(folder)} WITH (FORCE)")


def environment(folder: Path) -> dict[str, str]:
    """What a `kho` process needs to find the folder's database; on a server one is made when there is none."""
    if not SERVER:
        return {}
    if not _ask(f"SELECT 1 FROM pg_database WHERE datname = '{_name(folder)}'"):
        make(folder)
    return {"DATABASE_URL": url_of(folder)}


def _name(folder: Path) -> str:
    return "kho_" + hashlib.sha256(str(folder).encode()).hexdigest()[:20]


def _ask(statement: str) -> list[tuple[object, ...]]:
    server: URL = make_url(SERVER).set(drivername="postgresql")
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as connection:
        answer = connection.execute(statement.encode())
        return answer.fetchall() if answer.description else []
