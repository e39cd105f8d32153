"""The plan of a multipart upload: how many parts of which size, and whether what came is what was planned."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage_adapters.errors import StorageError, UploadIncomplete
from storage_adapters.interface import Part

MIN_PART_BYTES = 5 * 1024 * 1024  # S3 refuses smaller ones, except the last
MAX_PARTS = 10_000


@dataclass(frozen=True)
class UploadPlan:
    """`size` bytes in parts of `part_size`, the last may be shorter; an empty file is one empty part."""

    size: int
    part_size: int

    def __post_init__(self) -> None:
        if self.size < 0 or self.part_size < 1 or self.count > MAX_PARTS:
            raise StorageError(f"cannot upload {self.size} bytes in parts of {self.part_size}")

    @property
    def count(self) -> int:
        """How many parts there are; at least one."""
        return max(1, -(-self.size // self.part_size))

    def offset_of(self, number: int) -> int:
        """Where part `number` (from 1) begins, in bytes."""
        return (number - 1) * self.part_size

    def size_of(self, number: int) -> int:
        """How many bytes part `number` must have; UploadIncomplete when the plan has no such part."""
        if not 1 <= number <= self.count:
            raise UploadIncomplete(f"part {number} is not one of {self.count}")
        return min(self.part_size, self.size - self.offset_of(number))

    def check_size(self, number: int, size: int) -> None:
        """Raise UploadIncomplete unless part `number` is planned with `size` bytes."""
        if size != self.size_of(number):
            raise UploadIncomplete(f"part {number} must have {self.size_of(number)} bytes, not {size}")

    def check(self, stored: Iterable[Part], claimed: Sequence[tuple[int, str]]) -> list[Part]:
        """Return all parts in order when the claimed `(number, etag)` pairs are the stored ones, complete.

        Raises UploadIncomplete otherwise.
        """
        by_number = {part.number: part for part in stored}
        etags = {number: etag.strip('"') for number, etag in claimed}
        if len(etags) != len(claimed) or set(etags) != set(range(1, self.count + 1)):
            raise UploadIncomplete(f"{self.count} parts are needed, {len(claimed)} were named")
        for number, etag in etags.items():
            part = by_number.get(number)
            if part is None or part.etag != etag:
                raise UploadIncomplete(f"part {number} is missing or was replaced")
            self.check_size(number, part.size)
        return [by_number[number] for number in sorted(etags)]
