"""Objects in the memory of this process: for tests and for trying things out."""

import hashlib
import io
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from storage_adapters.errors import ObjectExists, ObjectNotFound, UploadNotFound
from storage_adapters.interface import ObjectStat, Part, StoredObject
from storage_adapters.keys import validate_key
from storage_adapters.reading import ByteStream, RangeReader, blocks, clip
from storage_adapters.upload_plan import UploadPlan


@dataclass
class _Upload:
    key: str
    plan: UploadPlan
    touched: datetime
    bodies: dict[int, bytes] = field(default_factory=dict)
    parts: dict[int, Part] = field(default_factory=dict)
    finished: StoredObject | None = None


class Memory:
    """A Storage that forgets everything when the process ends."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._objects: dict[str, tuple[bytes, datetime]] = {}
        self._uploads: dict[str, _Upload] = {}

    def put(self, key: str, stream: ByteStream, size: int | None = None) -> StoredObject:
        """Collect the blocks, then show the object at once."""
        self._refuse_taken(validate_key(key))
        return self._show(key, b"".join(blocks(stream, size)))

    def _refuse_taken(self, key: str) -> None:
        if key in self._objects:
            raise ObjectExists(key)

    def _show(self, key: str, body: bytes) -> StoredObject:
        with self._lock:
            self._refuse_taken(key)
            self._objects[key] = (body, datetime.now(UTC))
        return StoredObject(key, len(body), hashlib.sha256(body).hexdigest())

    def _find(self, key: str) -> tuple[bytes, datetime]:
        try:
            return self._objects[validate_key(key)]
        except KeyError as error:
            raise ObjectNotFound(key) from error

    def open(self, key: str, start: int = 0, end: int | None = None) -> RangeReader:
        """Read a range."""
        body, _ = self._find(key)
        first, last = clip(start, end, len(body))
        file = io.BytesIO(body)
        file.seek(first)
        return RangeReader(file.read, last - first, file.close)

    def local_path(self, key: str) -> Path | None:
        """None: there is no file."""
        self._find(key)
        return None

    def stat(self, key: str) -> ObjectStat:
        """Size and time."""
        body, modified = self._find(key)
        return ObjectStat(key, len(body), modified)

    def delete(self, key: str) -> None:
        """Forget the object."""
        with self._lock:
            self._objects.pop(validate_key(key), None)

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """All objects at the moment of the call."""
        with self._lock:
            found = sorted(self._objects.items())
        return (ObjectStat(key, len(body), at) for key, (body, at) in found if key.startswith(prefix))

    def download_url(
        self, key: str, *, filename: str, media_type: str, seconds: int, inline: bool = False
    ) -> str | None:
        """None: the service streams it itself."""
        validate_key(key)
        return None

    def start_multipart(self, key: str, size: int, part_size: int) -> str:
        """Begin an upload."""
        self._refuse_taken(validate_key(key))
        upload_id = secrets.token_hex(16)
        self._uploads[upload_id] = _Upload(key, UploadPlan(size, part_size), datetime.now(UTC))
        return upload_id

    def part_url(self, key: str, upload_id: str, number: int, seconds: int) -> str | None:
        """None: the service receives the part itself."""
        validate_key(key)
        return None

    def _upload(self, key: str, upload_id: str) -> _Upload:
        upload = self._uploads.get(upload_id)
        if upload is None or upload.key != key:
            raise UploadNotFound("no such upload of this key")
        return upload

    def _open_upload(self, key: str, upload_id: str) -> _Upload:
        upload = self._upload(key, upload_id)
        if upload.finished:
            raise UploadNotFound("the upload is finished")
        return upload

    def put_part(self, key: str, upload_id: str, number: int, stream: ByteStream, size: int) -> Part:
        """Keep the part's bytes."""
        self._open_upload(key, upload_id).plan.check_size(number, size)
        body = b"".join(blocks(stream, size))
        part = Part(number, size, hashlib.sha256(body).hexdigest())
        with self._lock:
            upload = self._open_upload(key, upload_id)
            upload.bodies[number], upload.parts[number] = body, part
            upload.touched = datetime.now(UTC)
        return part

    def list_parts(self, key: str, upload_id: str) -> Sequence[Part]:
        """What came so far."""
        return [part for _, part in sorted(self._open_upload(key, upload_id).parts.items())]

    def finish_multipart(self, key: str, upload_id: str, parts: Sequence[tuple[int, str]]) -> StoredObject:
        """Join the parts."""
        with self._lock:
            upload = self._upload(key, upload_id)
            ordered = upload.plan.check(upload.parts.values(), parts)
            if upload.finished is None:
                upload.finished = self._show(key, b"".join(upload.bodies[part.number] for part in ordered))
                upload.bodies.clear()
            return upload.finished

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Forget the upload."""
        upload = self._uploads.get(upload_id)
        if upload and upload.key == key:
            self._uploads.pop(upload_id, None)

    def clean_abandoned(self, older_than: datetime) -> int:
        """Forget stale uploads."""
        with self._lock:
            stale = [name for name, upload in self._uploads.items() if upload.touched < older_than]
            gone = [self._uploads.pop(name) for name in stale]
        return sum(upload.finished is None for upload in gone)

    def free_bytes(self) -> int | None:
        """None: nobody knows."""
        return None
