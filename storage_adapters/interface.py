"""The bytes door: the one interface that every store implements, and the plain values it speaks in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from storage_adapters.reading import ByteStream, RangeReader


@dataclass(frozen=True)
class StoredObject:
    """What was written; `sha256` (hex) is None where the bytes did not pass through us."""

    key: str
    size: int
    sha256: str | None


@dataclass(frozen=True)
class ObjectStat:
    """An object as the store sees it; `size` in bytes, `modified` in UTC."""

    key: str
    size: int
    modified: datetime


@dataclass(frozen=True)
class Part:
    """An acknowledged part: `number` from 1, `size` in bytes, `etag` without quotes."""

    number: int
    size: int
    etag: str


class Storage(Protocol):
    """Objects under write-once keys. Every method may raise StorageError for a bad key and
    StorageUnavailable when the store does not answer."""

    def put(self, key: str, stream: ByteStream, size: int | None = None) -> StoredObject:
        """Write the stream once; it is durable when this returns, and invisible before.

        Raises ObjectExists, StorageFull, and UploadIncomplete when `size` is given and is not met.
        """
        ...

    def open(self, key: str, start: int = 0, end: int | None = None) -> RangeReader:
        """Read bytes `start` (inclusive) to `end` (exclusive), cut at the object's end; or ObjectNotFound."""
        ...

    def local_path(self, key: str) -> Path | None:
        """The file behind the object, for a web server that can send files; None on other stores."""
        ...

    def stat(self, key: str) -> ObjectStat:
        """Size and time of an object, or ObjectNotFound."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; a missing one is no error."""
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """All objects whose key starts with `prefix`, in no promised order; never an unfinished upload."""
        ...

    def download_url(
        self, key: str, *, filename: str, media_type: str, seconds: int, inline: bool = False
    ) -> str | None:
        """A link that works for `seconds` and forces name and type; None: the service streams it itself."""
        ...

    def start_multipart(self, key: str, size: int, part_size: int) -> str:
        """Begin an upload of `size` bytes in parts of `part_size` (the last may be shorter): its id.

        Raises ObjectExists when the key is taken, StorageError when the plan cannot work.
        """
        ...

    def part_url(self, key: str, upload_id: str, number: int, seconds: int) -> str | None:
        """Where a browser PUTs this part itself (it reports the ETag header); None: use `put_part`."""
        ...

    def put_part(self, key: str, upload_id: str, number: int, stream: ByteStream, size: int) -> Part:
        """Receive one part; durable when this returns. A part sent again replaces the old one.

        Raises UploadNotFound, StorageFull, and UploadIncomplete for a body of another length than `size`
        or than the plan; the earlier state then stays.
        """
        ...

    def list_parts(self, key: str, upload_id: str) -> Sequence[Part]:
        """The acknowledged parts in order of number, or UploadNotFound."""
        ...

    def finish_multipart(self, key: str, upload_id: str, parts: Sequence[tuple[int, str]]) -> StoredObject:
        """Make the object visible from `(number, etag)` pairs, etags with or without quotes.

        Calling it again with the same parts answers the same. Raises UploadIncomplete, UploadNotFound and
        ObjectExists when the key was taken meanwhile.
        """
        ...

    def abort_multipart(self, key: str, upload_id: str) -> None:
        """Forget an upload and its bytes; an unknown one is no error, a finished object stays."""
        ...

    def clean_abandoned(self, older_than: datetime) -> int:
        """Drop unfinished uploads last touched before `older_than` (aware); return how many."""
        ...

    def free_bytes(self) -> int | None:
        """Room left in bytes, or None where the store does not say."""
        ...
