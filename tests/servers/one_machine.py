"""`python -m tests.servers.one_machine up|down FOLDER`: a province's whole site on this machine, without containers.

PostgreSQL, an S3 store, a search server, two gunicorn, two workers and nginx on loopback, freshly installed; `up`
prints its address and the first administrator's one-time link.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from sqlalchemy import make_url

from tests.servers import site
from tests.servers.site import Site

PARTS = ("postgresql", "versitygw", "elasticsearch")


def start_parts(folder: Path) -> dict[str, str]:
    """What Kho stands on, durable as in a province; the tests' variables that lead to it."""
    told: dict[str, str] = {}
    for name in PARTS:
        durable = {"durable": True} if name == "postgresql" else {}
        told |= importlib.import_module(f"tests.servers.{name}").start(folder / name, **durable)
    return told


def site_on(told: dict[str, str], folder: Path) -> tuple[Site, dict[str, str]]:
    """A site that is not started yet, and its settings but for the database."""
    storage = told["TEST_VERSITYGW_URL"]
    endpoint = urlsplit(storage).query.partition("endpoint=")[2].partition("&")[0]
    made = Site(folder, urlsplit(endpoint).port or 80)
    return made, {
        "STORAGE_URL": f"{storage}&public_endpoint={made.public_endpoint}",
        "AWS_ACCESS_KEY_ID": told["TEST_VERSITYGW_ACCESS_KEY"],
        "AWS_SECRET_ACCESS_KEY": told["TEST_VERSITYGW_SECRET_KEY"],
        "SEARCH_URL": told["TEST_ELASTICSEARCH_URL"],
    }


def up(folder: Path) -> None:
    """Start and install all of it; a folder that was used before has its data again, at a new address."""
    told = start_parts(folder)
    made, settings = site_on(told, folder)
    settings["DATABASE_URL"] = make_database(told["TEST_DATABASE_URL"])
    made.configure(settings)
    said = made.kho("init")
    made.start()
    made.kho("storage", "setup")  # tries the bucket as a browser does, through nginx
    sys.stdout.write(f"{made.url}/\n{said}")


def down(folder: Path) -> None:
    """Stop all of it; what does not run is fine."""
    site.stop(folder)
    for name in PARTS:
        importlib.import_module(f"tests.servers.{name}").stop(folder / name)


def make_database(server_url: str) -> str:
    """The address of the database `kho` on the server; it is made when it is not there yet."""
    server = make_url(server_url)
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'kho'").fetchone():
            connection.execute("CREATE DATABASE kho")
    return server.set(database="kho").render_as_string(hide_password=False)


if __name__ == "__main__":
    verb, where = sys.argv[1:]
    Path(where).mkdir(parents=True, exist_ok=True)
    {"up": up, "down": down}[verb](Path(where).absolute())
