"""The runs of a backup folder: a folder each, complete once its manifest is there, which is written last."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from repo_service.core.errors import MoveNotAllowed

FORMAT = 1
MANIFEST, OBJECTS, TRIED = "manifest.json", "objects.gz", "tried"
_NAME = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True)
class Manifest:
    """What a run holds; hashes are SHA-256 (hex) of the files as they lie there."""

    name: str
    """When its snapshot was taken, in UTC: 20261126T020000Z."""
    database: str
    database_sha256: str
    objects_sha256: str
    objects: int
    bytes: int
    audit_head: str
    """The head of the audit chain then: `kho audit verify --head`."""
    recipient: str | None = None
    """Whom it is encrypted to."""
    lacking: list[str] = field(default_factory=list)
    """Keys of which no store had sound bytes."""
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        """When its snapshot was taken."""
        return datetime.strptime(self.name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def free_name(folder: Path, moment: datetime) -> str:
    """The name of a run whose snapshot was taken then; of a second run in that second, a second later."""
    while folder_of(folder, name := moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")).exists():
        moment += timedelta(seconds=1)
    return name


def folder_of(folder: Path, name: str) -> Path:
    """Where a run lies."""
    return folder / "runs" / name


def all_runs(folder: Path) -> list[str]:
    """Names of runs, whole and torn, oldest first."""
    runs = folder / "runs"
    return sorted(path.name for path in runs.iterdir() if _NAME.fullmatch(path.name)) if runs.is_dir() else []


def complete(folder: Path) -> list[Manifest]:
    """The runs that ended well, oldest first."""
    found = (_read(folder, name) for name in all_runs(folder))
    return [manifest for manifest in found if manifest]


def find_run(folder: Path, name: str | None = None) -> Manifest:
    """A run by name, or the newest whole one; MoveNotAllowed when it is torn, changed or not there."""
    if name is None:
        runs = complete(folder)
        if not runs:
            raise MoveNotAllowed(f"{folder} holds no complete backup")
        return runs[-1]
    manifest = _read(folder, name)
    if manifest is None:
        raise MoveNotAllowed(
            f"the run {name} is not there, or it is torn: its manifest is missing or changed"
        )
    return manifest


def _read(folder: Path, name: str) -> Manifest | None:
    try:
        told = json.loads((folder_of(folder, name) / MANIFEST).read_text())
        seal = told.pop("seal")
        manifest = Manifest(**told)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (
        manifest if seal == _seal(manifest) and manifest.name == name and manifest.format == FORMAT else None
    )


def _seal(manifest: Manifest) -> str:
    return hashlib.sha256(json.dumps(asdict(manifest), sort_keys=True).encode()).hexdigest()


def finish_run(folder: Path, manifest: Manifest) -> None:
    """Write the manifest: from now on the run counts."""
    told = json.dumps({**asdict(manifest), "seal": _seal(manifest)}, indent=1)
    write_durably(folder_of(folder, manifest.name) / MANIFEST, told.encode())


def write_objects(folder: Path, name: str, objects: Iterable[str]) -> str:
    """Keep the names of the pool's objects that a run needs; the SHA-256 of that file."""
    packed = gzip.compress("".join(f"{one}\n" for one in sorted(objects)).encode(), mtime=0)
    write_durably(folder_of(folder, name) / OBJECTS, packed)
    return hashlib.sha256(packed).hexdigest()


def read_objects(folder: Path, manifest: Manifest) -> set[str]:
    """Names of the pool's objects that a run needs; MoveNotAllowed when the list is not as it was written."""
    path = folder_of(folder, manifest.name) / OBJECTS
    packed = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(packed).hexdigest() != manifest.objects_sha256:
        raise MoveNotAllowed(f"{path} is not as it was written")
    return set(gzip.decompress(packed).decode().splitlines())


def tried_at(folder: Path, name: str) -> datetime | None:
    """When a run was last tried out with success."""
    try:
        return datetime.fromisoformat((folder_of(folder, name) / TRIED).read_text())
    except (OSError, ValueError):
        return None


def drop_run(folder: Path, name: str) -> None:
    """Forget a run: its manifest first, so that what is left of it never counts."""
    (folder_of(folder, name) / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder_of(folder, name))


def write_durably(path: Path, content: bytes) -> None:
    """A file that is whole or not there, also after a power cut."""
    hidden = path.with_name(path.name + ".new")
    with hidden.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    hidden.rename(path)
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(descriptor)
    os.close(descriptor)


@contextmanager
def held(folder: Path, *, changing: bool) -> Iterator[None]:
    """One that changes the folder, or several that read it; MoveNotAllowed while another is at it."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if changing else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise MoveNotAllowed(f"another backup or restore is at work in {folder}") from error
    finally:
        os.close(descriptor)
