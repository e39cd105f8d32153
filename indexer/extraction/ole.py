"""Old Office files are OLE compound files: opened with limits, broken ones refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import olefile

from indexer.extraction.extracted import Limits, Refused


@contextmanager
def open_ole(path: Path, limits: Limits) -> Iterator[Streams]:
    """The streams of a compound file; Refused('damaged') when it is none."""
    if path.stat().st_size > limits.unpacked:
        raise Refused("too_big")
    try:
        container = olefile.OleFileIO(str(path))
    except OSError as error:
        raise Refused("damaged") from error
    with container:
        yield Streams(container, limits)


class Streams:
    """Named streams of one file."""

    def __init__(self, container: olefile.OleFileIO[str], limits: Limits) -> None:
        self._container, self._limits = container, limits

    def read(self, name: str) -> bytes:
        """A whole stream; Refused('damaged') when there is none, ('too_big') over the limit of a member."""
        if not self._container.exists(name):
            raise Refused("damaged")
        if self._container.get_size(name) > self._limits.member:
            raise Refused("too_big")
        content: bytes = self._container.openstream(name).read()
        return content
