"""Bytes in, bytes out: local disk, memory and S3 behind one interface; knows no web, no database."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from storage_adapters.disposition import content_disposition
from storage_adapters.errors import (
    ObjectExists,
    ObjectNotFound,
    StorageError,
    StorageFull,
    StorageUnavailable,
    UploadIncomplete,
    UploadNotFound,
)
from storage_adapters.interface import ObjectStat, Part, Storage, StoredObject
from storage_adapters.keys import object_key, validate_key
from storage_adapters.local_disk import LocalDisk
from storage_adapters.memory import Memory
from storage_adapters.preparation import SetupStep
from storage_adapters.reading import BLOCK_BYTES, ByteStream, RangeReader
from storage_adapters.transfer import ObjectDamaged, copy_object, set_aside
from storage_adapters.upload_plan import MAX_PARTS, MIN_PART_BYTES

__all__ = [
    "BLOCK_BYTES",
    "MAX_PARTS",
    "MIN_PART_BYTES",
    "ByteStream",
    "ObjectDamaged",
    "ObjectExists",
    "ObjectNotFound",
    "ObjectStat",
    "Part",
    "RangeReader",
    "SetupStep",
    "Storage",
    "StorageError",
    "StorageFull",
    "StorageUnavailable",
    "StoredObject",
    "UploadIncomplete",
    "UploadNotFound",
    "content_disposition",
    "copy_object",
    "object_key",
    "open_storage",
    "prepare_storage",
    "set_aside",
    "validate_key",
]


def open_storage(url: str) -> Storage:
    """Open the store a URL names: `file:FOLDER`, `memory:` or `s3://BUCKET?endpoint=URL&...`.

    Raises StorageError for a URL nobody understands, StorageUnavailable when a folder cannot be made.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "file" and rest:
        return LocalDisk(Path(rest.removeprefix("//")))
    if scheme == "memory" and not rest:
        return Memory()
    if scheme == "s3":
        # Here, not above: boto3 takes a third of a second that an embedded installation never needs.
        from storage_adapters.s3 import open_s3

        return open_s3(url)
    raise StorageError("a storage URL begins with file:, memory: or s3://")


def prepare_storage(url: str, origins: Sequence[str]) -> Iterator[SetupStep]:
    """Make the store ready for browsers on pages of `origins`, and say what it can do; a disk needs nothing.

    Raises StorageError and StorageUnavailable like `open_storage` and the first use.
    """
    if not url.startswith("s3:"):
        return iter(())
    from storage_adapters.s3.bucket_setup import set_up

    return set_up(url, origins)
