"""Files that survive a power cut: bytes synced first, then the name, then the folder that holds the name."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage_adapters.crashpoints import crashpoint
from storage_adapters.errors import ObjectExists, ObjectNotFound, StorageFull, StorageUnavailable

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn an OSError of our own disk into one of ours. Never wrap the reading of a caller's stream in it."""
    try:
        yield
    except FileExistsError as error:
        raise ObjectExists("the key is taken") from error
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise ObjectNotFound("no such object") from error
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull("the disk is full") from error
        raise StorageUnavailable(f"the disk answers: {error.strerror}") from error


def write_at(descriptor: int, block: bytes, offset: int) -> int:
    """Write the whole block at `offset` and return the offset behind it; a short write goes on."""
    rest = memoryview(block)
    with disk_errors():
        while rest:
            written = os.pwrite(descriptor, rest, offset)
            rest, offset = rest[written:], offset + written
    return offset


def sync(descriptor: int) -> None:
    """Wait until the file's bytes are on the disk."""
    with disk_errors():
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    with disk_errors():
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class DurableTree:
    """A folder whose subfolders and names are durable before anyone hears of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._durable: set[Path] = {root}

    def make_folder(self, folder: Path) -> None:
        """Create `folder` below the root; every new name on the way is synced in its parent."""
        with disk_errors():
            folder.mkdir(parents=True, exist_ok=True)
        # Also when another thread created it: that one may not have reached its own sync yet.
        if folder not in self._durable:
            self.make_folder(folder.parent)
            sync_folder(folder.parent)
            self._durable.add(folder)

    def publish(self, source: Path, target: Path) -> None:
        """Give a synced file its final name, only if nobody has it; raises ObjectExists."""
        self.make_folder(target.parent)
        with disk_errors():
            os.link(source, target)
        crashpoint("object.named")
        sync_folder(target.parent)
