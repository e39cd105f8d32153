"""SHA-256 carried along while parts arrive in order, so that finishing need not read the file again."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from storage_adapters.interface import Part

_MAX_UPLOADS = 256


@dataclass
class RunningDigest:
    """The digest over the parts with these etags, from part 1 on without a gap."""

    etags: tuple[str, ...] = ()
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def matches(self, parts: list[Part]) -> bool:
        """Whether the parts still begin with the ones that were hashed."""
        return self.etags == tuple(part.etag for part in parts[: len(self.etags)])


class RunningDigests:
    """A small cache by upload id; losing an entry costs one reading pass, nothing else."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: OrderedDict[str, RunningDigest] = OrderedDict()

    def before(self, upload_id: str, number: int) -> RunningDigest | None:
        """A copy of the digest over the parts before `number`, or None when there is a gap."""
        with self._lock:
            entry = self._entries.get(upload_id) or RunningDigest()
            if len(entry.etags) != number - 1:
                return None
            return RunningDigest(entry.etags, entry.digest.copy())

    def keep(self, upload_id: str, entry: RunningDigest, etag: str) -> None:
        """Remember the digest after the part with this etag was acknowledged."""
        with self._lock:
            self._entries[upload_id] = RunningDigest((*entry.etags, etag), entry.digest)
            self._entries.move_to_end(upload_id)
            while len(self._entries) > _MAX_UPLOADS:
                self._entries.popitem(last=False)

    def take(self, upload_id: str) -> RunningDigest:
        """The digest so far (an empty one when nothing is known), and forget it."""
        with self._lock:
            return self._entries.pop(upload_id, None) or RunningDigest()
