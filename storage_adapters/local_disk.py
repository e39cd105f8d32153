"""Objects as files in a folder: `objects/` is visible, `incoming/` and `uploads/` is not yet."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from storage_adapters.crashpoints import crashpoint
from storage_adapters.durable_files import DurableTree, disk_errors, sync, write_at
from storage_adapters.errors import ObjectExists, ObjectNotFound
from storage_adapters.interface import ObjectStat, Part, StoredObject
from storage_adapters.keys import validate_key
from storage_adapters.local_uploads import LocalUploads
from storage_adapters.reading import ByteStream, RangeReader, blocks, clip


class LocalDisk:
    """A Storage on one folder of a local file system (hard links and flock must work there)."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, created when it is missing."""
        with disk_errors():
            for name in ("objects", "incoming", "uploads"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        self._objects = folder.resolve() / "objects"
        self._incoming = folder.resolve() / "incoming"
        self._tree = DurableTree(self._objects)
        self._uploads = LocalUploads(folder.resolve() / "uploads", self._tree)

    def _path(self, key: str) -> Path:
        return self._objects / validate_key(key)

    def put(self, key: str, stream: ByteStream, size: int | None = None) -> StoredObject:
        """Write to a hidden file, sync, link to the final name if it is free, sync the folder."""
        target = self._path(key)
        _refuse_taken(target)
        hidden = self._incoming / secrets.token_hex(16)
        try:
            written, sha256 = _write_synced(hidden, stream, size)
            crashpoint("object.written")
            self._tree.publish(hidden, target)
        finally:
            hidden.unlink(missing_ok=True)
        return StoredObject(key, written, sha256)

    def open(self, key: str, start: int = 0, end: int | None = None) -> RangeReader:
        """Read a range of the file."""
        path = self._path(key)
        first, last = clip(start, end, self.stat(key).size)
        with disk_errors():
            file = path.open("rb", buffering=0)
            file.seek(first)

        def read(size: int) -> bytes:
            with disk_errors():
                return file.read(size) or b""

        return RangeReader(read, last - first, file.close)

    def local_path(self, key: str) -> Path | None:
        """The file itself, or ObjectNotFound; it must only be read."""
        path = self._path(key)
        if not path.is_file():
            raise ObjectNotFound(key)
        return path

    def stat(self, key: str) -> ObjectStat:
        """Size and time of the file."""
        path = self._path(key)
        if not path.is_file():
            raise ObjectNotFound(key)
        return _stat(key, path)

    def delete(self, key: str) -> None:
        """Unlink the file; its folder stays."""
        path = self._path(key)
        if path.is_file():
            with disk_errors():
                path.unlink(missing_ok=True)

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """Walk the folders; only those that can hold the prefix are opened."""
        for folder, names, files in os.walk(self._objects):
            base = "" if Path(folder) == self._objects else f"{Path(folder).relative_to(self._objects)}/"
            names[:] = sorted(name for name in names if _overlaps(f"{base}{name}/", prefix))
            for key in sorted(base + name for name in files):
                if key.startswith(prefix):
                    yield from _stat_if_there(key, self._objects / key)

    def download_url(
        self, key: str, *, filename: str, media_type: str, seconds: int, inline: bool = False
    ) -> str | None:
        """None: the service streams it itself."""
        validate_key(key)
        return None

    def start_multipart(self, key: str, size: int, part_size: int) -> str:
        """Begin an upload in a folder of its own."""
        _refuse_taken(self._path(key))
        return self._uploads.start(key, size, part_size)

    def part_url(self, key: str, upload_id: str, number: int, seconds: int) -> str | None:
        """None: the service receives the part itself."""
        validate_key(key)
        return None

    def put_part(self, key: str, upload_id: str, number: int, stream: ByteStream, size: int) -> Part:
        """Write the part at its place in the one hidden file, sync, record."""
        return self._uploads.find(key, upload_id).put_part(number, stream, size)

    def list_parts(self, key: str, upload_id: str) -> Sequence[Part]:
        """What the upload's record says."""
        return self._uploads.find(key, upload_id).open_parts()

    def finish_multipart(self, key: str, upload_id: str, parts: Sequence[tuple[int, str]]) -> StoredObject:
        """Link the hidden file to its final name."""
        return self._uploads.find(key, upload_id).finish(parts, self._path(key))

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Remove the upload's folder."""
        self._uploads.abort(key, upload_id)

    def clean_abandoned(self, older_than: datetime) -> int:
        """Remove stale uploads, and files that a killed `put` left behind."""
        count = self._uploads.clean_abandoned(older_than)
        for hidden in self._incoming.iterdir():
            with disk_errors():
                if hidden.stat().st_mtime < older_than.timestamp():
                    hidden.unlink(missing_ok=True)
                    count += 1
        return count

    def free_bytes(self) -> int | None:
        """What the file system has left for us."""
        with disk_errors():
            return shutil.disk_usage(self._objects).free


def _refuse_taken(target: Path) -> None:
    # Before the first byte is read; the link at the end decides between two that came together.
    if os.path.lexists(target):
        raise ObjectExists("the key is taken")


def _write_synced(path: Path, stream: ByteStream, size: int | None) -> tuple[int, str]:
    digest = hashlib.sha256()
    with disk_errors():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    try:
        offset = 0
        for block in blocks(stream, size):
            offset = write_at(descriptor, block, offset)
            digest.update(block)
        sync(descriptor)
    finally:
        os.close(descriptor)
    return offset, digest.hexdigest()


def _overlaps(folder: str, prefix: str) -> bool:
    return folder.startswith(prefix) or prefix.startswith(folder)


def _stat(key: str, path: Path) -> ObjectStat:
    with disk_errors():
        status = path.stat()
    return ObjectStat(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _stat_if_there(key: str, path: Path) -> Iterator[ObjectStat]:
    try:
        yield _stat(key, path)
    except ObjectNotFound:  # deleted while we walked
        return
