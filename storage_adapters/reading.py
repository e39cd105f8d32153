"""Streams in blocks: what may come in (ByteStream), what goes out (RangeReader), exact lengths."""

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Protocol, Self

from storage_adapters.errors import UploadIncomplete

BLOCK_BYTES = 1024 * 1024  # large enough that hashing and writing let other threads run meanwhile


class ByteStream(Protocol):
    """Anything with `read(size)`; an empty answer is the end."""

    def read(self, size: int, /) -> bytes: ...


def blocks(stream: ByteStream, size: int | None = None) -> Iterator[bytes]:
    """Yield the stream in blocks of at most BLOCK_BYTES; with `size`, exactly so many bytes.

    Raises UploadIncomplete when the stream is shorter or longer than `size`.
    """
    left = size
    while block := stream.read(BLOCK_BYTES if left is None else min(BLOCK_BYTES, left + 1)):
        if left is not None:
            left -= len(block)
            if left < 0:
                raise UploadIncomplete(f"the body is longer than {size} bytes")
        yield block
    if left:
        raise UploadIncomplete(f"the body ends {left} bytes before {size}")


def clip(start: int, end: int | None, size: int) -> tuple[int, int]:
    """Cut the range `start` (inclusive) to `end` (exclusive) at an object of `size` bytes."""
    if start < 0 or (end is not None and end < start):
        raise ValueError(f"not a byte range: {start}-{end}")
    return min(start, size), size if end is None else min(end, size)


class RangeReader:
    """A range of an object: read it, or iterate over it in blocks; closes itself as a context manager."""

    def __init__(self, read: Callable[[int], bytes], size: int, close: Callable[[], None]) -> None:
        """`read(n)` answers at most n bytes, `size` is the length of the range in bytes."""
        self.size = size
        self._read = read
        self._close = close
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes (all that is left when negative); empty at the end of the range."""
        wanted = self._left if size < 0 else min(size, self._left)
        pieces = []
        while wanted and (piece := self._read(wanted)):
            pieces.append(piece)
            wanted -= len(piece)
            self._left -= len(piece)
        return b"".join(pieces)

    def __iter__(self) -> Iterator[bytes]:
        while block := self.read(BLOCK_BYTES):
            yield block

    def close(self) -> None:
        """Give the file or the connection back."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
