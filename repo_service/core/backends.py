"""The doors of this process: the store of bytes, the second one if there is one, and the search engine, opened when
first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Generic, TypeVar

from indexer import SearchEngine, open_engine
from repo_service.settings import Settings
from storage_adapters import ObjectNotFound, Storage, StorageError, StorageUnavailable, open_storage

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
_replica: _Lazy[Storage | None] = _Lazy()
_engine: _Lazy[SearchEngine] = _Lazy()
_settings: list[Settings] = []


def configure(settings: Settings, synonyms: SynonymReader = tuple) -> None:
    """Name the doors of this process; nothing is opened before it is used."""
    _settings[:] = [settings]
    _storage.configure(lambda: open_storage(settings.storage_url))
    url = settings.storage_replica_url
    _replica.configure(lambda: open_storage(url) if url else None)
    _engine.configure(lambda: open_engine(settings.search_url, synonyms=synonyms()))


def installation() -> Settings:
    """The settings that this process was started with."""
    return _settings[0]


def storage() -> Storage:
    """The store of bytes."""
    return _storage.get()


def replica() -> Storage | None:
    """The second store, where every object is kept once more; None where the installation has none."""
    return _replica.get()


def readable(key: str, size: int, lost: Callable[[], None] = lambda: None) -> Storage:
    """The store to read these `size` bytes from: the replica where the first has lost them or does not answer.

    `lost` is called when the first store answers and has not got them. Raises ObjectNotFound, StorageUnavailable.
    """
    error: StorageError = ObjectNotFound(key)
    try:
        if storage().stat(key).size == size:
            return storage()
        lost()
    except ObjectNotFound:
        lost()
    except StorageUnavailable as unavailable:
        error = unavailable
    second = replica()
    with suppress(ObjectNotFound):
        if second is not None and second.stat(key).size == size:
            return second
    raise error


def search_engine() -> SearchEngine:
    """The search engine."""
    return _engine.get()


def close() -> None:
    """Close what was opened; part of a graceful stop."""
    engine = _engine.peek()
    if engine is not None:
        engine.close()
