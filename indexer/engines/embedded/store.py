"""Where the index lies: a folder with a pointer file, or memory. Finds, makes, checks and swaps indexes."""

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import tantivy

from indexer.engines.embedded.damage import damaged_file
from indexer.engines.embedded.guard import is_panic
from indexer.engines.embedded.schema import ENGINE_VERSION, build_schema, register_tokenizer, schema_hash
from indexer.errors import SchemaMismatch
from indexer.marks import NO_MARKS, Marks

_POINTER = "current"
_LABEL = "kho.json"
_MARKS = "marks.json"


@dataclass(frozen=True)
class OpenIndex:
    """A tantivy index with its name; names are never used twice."""

    name: str
    index: tantivy.Index
    marks: Marks = NO_MARKS


class Store(Protocol):
    """What the engine needs of a place."""

    def current_name(self) -> str | None:
        """Name of the index in use, None when there is none."""

    def open(self, name: str) -> OpenIndex:
        """Open it; SchemaMismatch when it is foreign, damaged or of another version."""

    def create(self) -> OpenIndex:
        """A new empty index, not yet in use."""

    def keep(self, name: str, marks: Marks) -> None:
        """Keep beside the index what was learnt from its texts; whoever opens it next has it."""

    def use(self, name: str) -> None:
        """Put it in use at once, durably."""

    def discard_others(self, *keep: str) -> None:
        """Delete indexes that no pointer needs."""

    def commit_mark(self, name: str) -> object:
        """Cheap value that changes with every commit of any process."""

    def last_commit(self, name: str) -> float | None:
        """Epoch seconds of the last commit."""

    def check(self, name: str) -> None:
        """Read all of it; SchemaMismatch when something is not as it was written."""


class MemoryStore:
    """Indexes of one process, for tests."""

    def __init__(self) -> None:
        self._indexes: dict[str, tantivy.Index] = {}
        self._current: str | None = None
        self._marks: dict[str, Marks] = {}

    def current_name(self) -> str | None:
        """Name of the index in use."""
        return self._current

    def open(self, name: str) -> OpenIndex:
        """The index of that name."""
        return OpenIndex(name, self._indexes[name], self._marks.get(name, NO_MARKS))

    def create(self) -> OpenIndex:
        """A new empty index."""
        index = tantivy.Index(build_schema())
        register_tokenizer(index)
        name = secrets.token_hex(8)
        self._indexes[name] = index
        return OpenIndex(name, index)

    def keep(self, name: str, marks: Marks) -> None:
        """Keep what was learnt."""
        self._marks[name] = marks

    def use(self, name: str) -> None:
        """Put it in use."""
        self._current = name

    def discard_others(self, *keep: str) -> None:
        """Forget all others."""
        self._indexes = {name: index for name, index in self._indexes.items() if name in keep}

    def commit_mark(self, name: str) -> object:
        """Nobody else writes here."""
        return None

    def last_commit(self, name: str) -> float | None:
        """Not kept in memory."""
        return None

    def check(self, name: str) -> None:
        """Memory keeps what it was given."""


class FolderStore:
    """Indexes as sub-folders; the file `current` names the one in use and is replaced by atomic rename."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current_name(self) -> str | None:
        """What the pointer file says."""
        try:
            name = (self._folder / _POINTER).read_text().strip()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            name = ""
        if not name.startswith("index-") or "/" in name:
            return "index-unreadable-pointer"  # open() will say SchemaMismatch
        return name

    def open(self, name: str) -> OpenIndex:
        """Open a sub-folder after checking its label; damage of any kind is a SchemaMismatch."""
        path = self._folder / name
        try:
            label = json.loads((path / _LABEL).read_text())
        except (OSError, ValueError) as error:
            raise SchemaMismatch("the index folder is foreign or damaged") from error
        if not isinstance(label, dict) or label.get("schema") != schema_hash():
            raise SchemaMismatch("the index was made by another schema or engine version")
        try:
            index = tantivy.Index(build_schema(), str(path))
            register_tokenizer(index)
            index.config_reader("manual")
            index.reload()
        except BaseException as error:
            if isinstance(error, (ValueError, OSError, RuntimeError)) or is_panic(error):
                raise SchemaMismatch(f"the index is damaged: {error}") from error
            raise
        return OpenIndex(name, index, self._learnt(path))

    def keep(self, name: str, marks: Marks) -> None:
        """Keep what was learnt as one file, put in place whole."""
        draft = self._folder / name / f".{_MARKS}"
        draft.write_text(marks.dumps())
        draft.replace(self._folder / name / _MARKS)

    def _learnt(self, path: Path) -> Marks:
        try:
            return Marks.loads((path / _MARKS).read_text())
        except (OSError, UnicodeDecodeError):
            return NO_MARKS

    def create(self) -> OpenIndex:
        """A new sub-folder with a label and an empty index."""
        name = f"index-{secrets.token_hex(8)}"
        path = self._folder / name
        path.mkdir(parents=True)
        label = {"engine": ENGINE_VERSION, "schema": schema_hash()}
        (path / _LABEL).write_text(json.dumps(label))
        return self.open(name)

    def use(self, name: str) -> None:
        """Rename a finished pointer file into place and make both durable."""
        draft = self._folder / f".{_POINTER}-{secrets.token_hex(4)}"
        with draft.open("w") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / _POINTER)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def discard_others(self, *keep: str) -> None:
        """Remove sub-folders of earlier or broken rebuilds."""
        for path in self._folder.glob("index-*"):
            if path.name not in keep:
                shutil.rmtree(path, ignore_errors=True)

    def commit_mark(self, name: str) -> object:
        """Identity of tantivy's own meta file, which is replaced by each commit."""
        try:
            stat = (self._folder / name / "meta.json").stat()
        except FileNotFoundError:
            return None
        return stat.st_ino, stat.st_mtime_ns, stat.st_size

    def last_commit(self, name: str) -> float | None:
        """Time of tantivy's own meta file."""
        try:
            return (self._folder / name / "meta.json").stat().st_mtime
        except FileNotFoundError:
            return None

    def check(self, name: str) -> None:
        """Open it anew and compare the checksum of each of its files."""
        self.open(name)
        try:
            damaged = damaged_file(self._folder / name)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SchemaMismatch(f"the index is damaged: {error}") from error
        if damaged:
            raise SchemaMismatch(f"the index is damaged: {damaged}")
