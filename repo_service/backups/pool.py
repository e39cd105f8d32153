"""All objects that any run needs, each once under a name that never gets other bytes; encrypted when asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from repo_service.backups.sealing import Sealer
from repo_service.preservation.comparison import DAMAGED, MISSING, WRONG_SIZE
from repo_service.preservation.queries import Promised
from storage_adapters import (
    BLOCK_BYTES,
    ByteStream,
    ObjectDamaged,
    ObjectExists,
    ObjectNotFound,
    Storage,
    open_storage,
)

_SEALED = ".age"


class Pool:
    """The objects of a backup folder; a daily run costs only what is new."""

    def __init__(self, folder: Path, sealer: Sealer | None) -> None:
        self._store = open_storage(f"file:{folder / 'pool'}")
        self._sealer = sealer

    def name_of(self, row: Promised) -> str:
        """Where the row's bytes lie: a file's key is written once; a picture drawn anew keeps its key, so its hash
        (or, while unknown, its size) is part of the name."""
        mark = f"-{row.sha256[:12] if row.sha256 else row.size}" if row.key.startswith("pictures/") else ""
        return row.key + mark + (_SEALED if self._sealer else "")

    def names(self, prefix: str = "") -> set[str]:
        """What is there; a part of an object is never shown."""
        return {found.key for found in self._store.list(prefix)}

    def take(self, row: Promised, sources: list[Storage]) -> str | None:
        """Keep the row's bytes from the first store that has them whole; MISSING or DAMAGED when none has."""
        kind: str | None = MISSING
        for source in sources:
            try:
                with source.open(row.key) as reader:
                    self._keep(row, _Hashed(reader))
            except ObjectNotFound:
                continue
            except ObjectDamaged:
                kind = DAMAGED
                continue
            except ObjectExists:
                return None
            return None
        return kind

    def _keep(self, row: Promised, reader: _Hashed) -> None:
        name = self.name_of(row)
        if self._sealer is None:
            self._store.put(name, reader)
            if not reader.is_as(row):
                self._store.delete(name)
                raise ObjectDamaged(row.key)
            return
        with self._sealer.seal(reader) as sealed:
            if not reader.is_as(row):
                raise ObjectDamaged(row.key)
            self._store.put(name, sealed)

    @contextmanager
    def opened(self, row: Promised) -> Iterator[ByteStream]:
        """The row's bytes as they were taken; ObjectNotFound when they are not there."""
        with self._store.open(self.name_of(row)) as reader:
            if self._sealer is None:
                yield reader
                return
            with self._sealer.open(reader) as opened:
                yield opened

    def judge(self, row: Promised) -> str | None:
        """Read the whole object: MISSING, WRONG_SIZE, DAMAGED, or None when it is as its row says."""
        try:
            with self.opened(row) as reader:
                read = _Hashed(reader)
                while read.read(BLOCK_BYTES):
                    pass
        except ObjectNotFound:
            return MISSING
        if read.size != row.size:
            return WRONG_SIZE
        return None if read.is_as(row) else DAMAGED

    def put_back(self, row: Promised, target: Storage) -> None:
        """Write the row's bytes into a store that lacks them; ObjectDamaged, ObjectNotFound leave nothing there."""
        with self.opened(row) as reader:
            read = _Hashed(reader)
            target.put(row.key, read)
        if not read.is_as(row):
            target.delete(row.key)
            raise ObjectDamaged(row.key)

    def clean(self) -> None:
        """Forget what killed processes left half written; only while nobody else writes."""
        self._store.clean_abandoned(datetime.now(UTC))

    def drop(self, name: str) -> None:
        """Forget an object that no run needs any more."""
        self._store.delete(name)


class _Hashed:
    """A stream that knows what went through it."""

    def __init__(self, stream: ByteStream | BinaryIO) -> None:
        self._stream, self._digest, self.size = stream, hashlib.sha256(), 0

    def read(self, size: int = -1, /) -> bytes:
        block = self._stream.read(size if size >= 0 else BLOCK_BYTES)
        self._digest.update(block)
        self.size += len(block)
        return block

    def is_as(self, row: Promised) -> bool:
        return self.size == row.size and row.sha256 in (None, self._digest.hexdigest())
