"""Write-once keys: built from a file id, ASCII only, safe as a path on every store we know."""

import hashlib
import re

from storage_adapters.errors import StorageError

MAX_KEY_BYTES = 900  # S3 allows 1,024; a prefix and a folder store need some of it
MAX_SEGMENT_BYTES = 255  # what a file name may have on Linux and on folder-backed S3 servers
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


def object_key(file_id: str, area: str = "files") -> str:
    """Return the key of a stored file: `files/ab/cd/<file_id>`.

    The fan-out comes from a hash, so ids that count up spread too. Every key of an area has the same
    number of segments, so no key is ever the folder of another.
    """
    fan = hashlib.sha256(file_id.encode()).hexdigest()
    key = f"{area}/{fan[:2]}/{fan[2:4]}/{file_id}"
    if key.count("/") != 3:
        raise StorageError(f"not a file id: {file_id!r}")
    return validate_key(key)


def validate_key(key: str) -> str:
    """Return `key`, or raise StorageError when some store would refuse it, change it or leave its folder."""
    if len(key) > MAX_KEY_BYTES or not all(_is_segment(part) for part in key.split("/")):
        raise StorageError(f"not a storage key: {key[:100]!r}")
    return key


def _is_segment(part: str) -> bool:
    # A leading dot is refused too: that is where ".." and the hidden files of a store live.
    return len(part) <= MAX_SEGMENT_BYTES and _SEGMENT.fullmatch(part) is not None
