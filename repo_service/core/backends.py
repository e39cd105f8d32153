"""The two doors of this process: the store of bytes and the search engine, opened when first needed."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from indexer import SearchEngine, open_engine
from repo_service.settings import Settings
from storage_adapters import Storage, open_storage

Door = TypeVar("Door")
SynonymReader = Callable[[], tuple[tuple[str, ...], ...]]


class _Lazy(Generic[Door]):
    def __init__(self) -> None:
        self._lock = Lock()
        self._open: Callable[[], Door] | None = None
        self._door: Door | None = None

    def configure(self, open_door: Callable[[], Door]) -> None:
        with self._lock:
            self._open, self._door = open_door, None

    def get(self) -> Door:
        with self._lock:
            if self._door is None:
                if self._open is None:
                    raise RuntimeError("configure() was not called")
                self._door = self._open()
            return self._door

    def peek(self) -> Door | None:
        return self._door


_storage: _Lazy[Storage] = _Lazy()
_engine: _Lazy[SearchEngine] = _Lazy()


def configure(settings: Settings, synonyms: SynonymReader = tuple) -> None:
    """Name the doors of this process; nothing is opened before it is used."""
    _storage.configure(lambda: open_storage(settings.storage_url))
    _engine.configure(lambda: open_engine(settings.search_url, synonyms=synonyms()))


def storage() -> Storage:
    """The store of bytes."""
    return _storage.get()


def search_engine() -> SearchEngine:
    """The search engine."""
    return _engine.get()


def close() -> None:
    """Close what was opened; part of a graceful stop."""
    engine = _engine.peek()
    if engine is not None:
        engine.close()
