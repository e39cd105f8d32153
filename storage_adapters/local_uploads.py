"""Multipart uploads on local disk: parts go straight into one hidden file, each synced and recorded."""

import fcntl
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from storage_adapters.crashpoints import crashpoint
from storage_adapters.durable_files import DurableTree, disk_errors, sync, sync_folder, write_at
from storage_adapters.errors import ObjectExists, ObjectNotFound, StorageUnavailable, UploadNotFound
from storage_adapters.interface import Part, StoredObject
from storage_adapters.reading import BLOCK_BYTES, ByteStream, blocks
from storage_adapters.running_digests import RunningDigest, RunningDigests
from storage_adapters.upload_journal import UploadJournal, UploadRecord
from storage_adapters.upload_plan import UploadPlan

_UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
LOCK_SECONDS = 15.0


class LocalUploads:
    """The folder `uploads/`: one folder for each upload, with its `journal` and its `data`."""

    def __init__(self, folder: Path, tree: DurableTree) -> None:
        self._folder = folder
        self._tree = tree
        self._digests = RunningDigests()

    def start(self, key: str, size: int, part_size: int) -> str:
        """Create the upload's folder, durable; return its id."""
        plan = UploadPlan(size, part_size)
        upload_id = secrets.token_hex(16)
        folder = self._folder / upload_id
        with disk_errors():
            folder.mkdir(0o750)
            (folder / "data").touch(0o640)
        crashpoint("upload.folder_made")
        UploadJournal(folder).start(key, plan)
        sync_folder(self._folder)
        return upload_id

    def find(self, key: str, upload_id: str) -> "LocalUpload":
        """The upload, finished or not, or UploadNotFound."""
        if not _UPLOAD_ID.fullmatch(upload_id):
            raise UploadNotFound("no such upload")
        upload = LocalUpload(self._folder / upload_id, self._tree, self._digests)
        if upload.record().key != key:
            raise UploadNotFound("no such upload of this key")
        return upload

    def abort(self, key: str, upload_id: str) -> None:
        """Remove the folder; a finished object has its own name and stays."""
        try:
            upload = self.find(key, upload_id)
        except UploadNotFound:
            return
        self._remove(upload.folder)

    def clean_abandoned(self, older_than: datetime) -> int:
        """Remove folders untouched since then; finished ones go too but do not count."""
        return sum(self._clean(folder, older_than.timestamp()) for folder in self._folder.iterdir())

    def _clean(self, folder: Path, before: float) -> bool:
        files = [folder, *folder.iterdir()]
        if max((path.stat().st_mtime for path in files if path.exists()), default=0.0) >= before:
            return False
        unfinished = (folder / "data").exists()
        self._remove(folder)
        return unfinished

    def _remove(self, folder: Path) -> None:
        self._digests.take(folder.name)
        shutil.rmtree(folder, ignore_errors=True)


class LocalUpload:
    """One upload. Parts share a lock that finishing holds alone; each part has a lock of its own."""

    def __init__(self, folder: Path, tree: DurableTree, digests: RunningDigests) -> None:
        self.folder = folder
        self._data = folder / "data"
        self._journal = UploadJournal(folder)
        self._tree = tree
        self._digests = digests

    def record(self) -> UploadRecord:
        """What was acknowledged so far."""
        return self._journal.read()

    def open_parts(self) -> list[Part]:
        """The acknowledged parts in order; UploadNotFound once finished, as on S3."""
        return [part for _, part in sorted(_still_open(self.record()).parts.items())]

    def put_part(self, number: int, stream: ByteStream, size: int) -> Part:
        """Receive a part; bytes synced, then its line in the journal, then the answer."""
        self.record().plan.check_size(number, size)
        part_lock = self.folder / f"{number}.lock"
        with _locked(self._journal.path, fcntl.LOCK_SH), _locked(part_lock, fcntl.LOCK_EX):
            record = _still_open(self.record())
            known = record.parts.get(number)
            offset = record.plan.offset_of(number)
            if known is None:
                return self._write(number, blocks(stream, size), size, offset)
            return self._replace(known, stream, size, offset)

    def _write(self, number: int, body: Iterable[bytes], size: int, offset: int) -> Part:
        running = self._digests.before(self.folder.name, number)
        with _opened(self._data, os.O_WRONLY) as descriptor:
            for block in body:
                offset = write_at(descriptor, block, offset)
                if running:
                    running.digest.update(block)
            crashpoint("part.written")
            sync(descriptor)
        part = Part(number, size, secrets.token_hex(16))
        crashpoint("part.synced")
        self._journal.add_part(part)
        if running:
            self._digests.keep(self.folder.name, running, part.etag)
        return part

    def _replace(self, known: Part, stream: ByteStream, size: int, offset: int) -> Part:
        # The new body is complete on disk before the old one is touched; the same body changes nothing.
        with tempfile.TemporaryFile(dir=self.folder) as spool:
            for block in blocks(stream, size):
                with disk_errors():
                    spool.write(block)
            with _opened(self._data, os.O_RDONLY) as descriptor:
                spool.seek(0)
                if _same_bytes(descriptor, offset, blocks(spool)):
                    return known
            spool.seek(0)
            self._digests.take(self.folder.name)
            self._journal.drop_part(known.number)
            crashpoint("part.dropped")
            return self._write(known.number, blocks(spool, size), size, offset)

    def finish(self, claimed: Sequence[tuple[int, str]], target: Path) -> StoredObject:
        """Check the parts, fix the SHA-256, link the file to `target`, forget the hidden name."""
        with _locked(self._journal.path, fcntl.LOCK_EX):
            record = self.record()
            parts = record.plan.check(record.parts.values(), claimed)
            stored = StoredObject(record.key, record.plan.size, record.sha256 or self._seal(record, parts))
            if self._data.exists():
                self._publish(target)
            elif not target.exists():
                raise UploadNotFound("finished, and its object was deleted since")
            return stored

    def _seal(self, record: UploadRecord, parts: list[Part]) -> str:
        running = self._digests.take(self.folder.name)
        if not running.matches(parts):
            running = RunningDigest()
        offset = min(record.plan.size, len(running.etags) * record.plan.part_size)
        with _opened(self._data, os.O_RDONLY) as descriptor:
            while block := _read_at(descriptor, BLOCK_BYTES, offset):
                running.digest.update(block)
                offset += len(block)
            sync(descriptor)
        if offset != record.plan.size:
            raise StorageUnavailable(f"the disk kept {offset} of {record.plan.size} acknowledged bytes")
        sha256 = running.digest.hexdigest()
        self._journal.finish(sha256)
        crashpoint("upload.sealed")
        return sha256

    def _publish(self, target: Path) -> None:
        try:
            self._tree.publish(self._data, target)
        except ObjectExists:
            # Ours, when a kill came between the link and the next line.
            if not self._data.samefile(target):
                raise
            sync_folder(target.parent)
        crashpoint("upload.joined")
        with disk_errors():
            self._data.unlink()


def _still_open(record: UploadRecord) -> UploadRecord:
    if record.sha256:
        raise UploadNotFound("the upload is finished")
    return record


def _same_bytes(descriptor: int, offset: int, body: Iterable[bytes]) -> bool:
    for block in body:
        if _read_at(descriptor, len(block), offset) != block:
            return False
        offset += len(block)
    return True


def _read_at(descriptor: int, size: int, offset: int) -> bytes:
    with disk_errors():
        return os.pread(descriptor, size, offset)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    try:
        with disk_errors():
            descriptor = os.open(path, flags, 0o640)
    except ObjectNotFound as error:
        raise UploadNotFound("the upload was aborted") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[None]:
    """Hold a lock between threads and processes; the kernel lets go of it when a process dies."""
    flags = os.O_RDWR if path.name == "journal" else os.O_RDWR | os.O_CREAT
    with _opened(path, flags) as descriptor:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise StorageUnavailable("another request still works on this upload") from error
                time.sleep(0.02)
        yield
