"""`/healthz`: this process answers. `/readyz`: which of its parts do; for proxies, containers and supervisors."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from sqlalchemy.exc import SQLAlchemyError

from indexer import SearchError
from repo_service.core.backends import replica, search_engine, storage
from repo_service.core.db import Database
from repo_service.files import scanning
from repo_service.files.scanning import ScannerUnavailable
from repo_service.schema import stands_at_newest
from storage_adapters import ObjectNotFound, StorageError, object_key

log = structlog.get_logger()

KEPT_SECONDS = 3.0
"""How long an answer is given again: probes of many proxies cost the parts one question."""
_NOBODY = object_key("0" * 16, "readyz")


class HealthDoor:
    """Answers both paths before hosts, cookies and sessions are looked at; all else goes on to the application."""

    def __init__(self, application: WSGIApplication, database: Database) -> None:
        self._application = application
        self._parts = Parts(database)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """200 while database and schema are right, also when storage or search are down: pages go on then."""
        path = environ.get("PATH_INFO")
        if path == "/healthz":
            return _answer(start_response, "200 OK", {"status": "alive"})
        if path != "/readyz":
            return self._application(environ, start_response)
        parts = self._parts.look()
        if parts["database"] != "ok":
            return _answer(start_response, "503 Service Unavailable", {"status": "down", "parts": parts})
        whole = all(state == "ok" for state in parts.values())
        return _answer(start_response, "200 OK", {"status": "ready" if whole else "degraded", "parts": parts})


class Parts:
    """The state of database, storage and search, asked anew after KEPT_SECONDS by one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._kept: tuple[float, dict[str, str]] | None = None

    def look(self) -> dict[str, str]:
        """`ok`, `down`, or for a database that answers `old schema`."""
        with self._lock:
            if self._kept is None or time.monotonic() - self._kept[0] > KEPT_SECONDS:
                asks = {
                    "database": self._ask_database,
                    "storage": _ask_storage,
                    "replica": _ask_replica,
                    "search": _ask_search,
                    "scanner": _ask_scanner,
                }
                parts = {part: state for part, ask in asks.items() if (state := _state(part, ask))}
                self._kept = time.monotonic(), parts
            return self._kept[1]

    def _ask_database(self) -> str:
        with self._database.engine.connect() as connection:
            return "ok" if stands_at_newest(connection) else "old schema"


def _ask_storage() -> str:
    with suppress(ObjectNotFound):
        storage().stat(_NOBODY)
    return "ok"


def _ask_replica() -> str:
    second = replica()
    if second is None:
        return ""
    with suppress(ObjectNotFound):
        second.stat(_NOBODY)
    return "ok"


def _ask_search() -> str:
    search_engine().status()
    return "ok"


def _ask_scanner() -> str:
    scanning.ping()
    return "ok" if scanning.is_on() else ""


def _state(part: str, ask: Callable[[], str]) -> str:
    try:
        return ask()
    except (SQLAlchemyError, StorageError, SearchError, ScannerUnavailable, OSError) as error:
        log.warning("part_down", part=part, error=type(error).__name__)
        return "down"


def _answer(start_response: StartResponse, status: str, told: object) -> list[bytes]:
    body = json.dumps(told).encode() + b"\n"
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    if not status.startswith("200"):
        headers.append(("Retry-After", "5"))
    start_response(status, headers)
    return [body]
