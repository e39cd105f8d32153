"""The record of one upload on local disk: plan, acknowledged parts, end; lines are appended and synced."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from storage_adapters.durable_files import disk_errors, sync, sync_folder
from storage_adapters.errors import ObjectNotFound, UploadNotFound
from storage_adapters.interface import Part
from storage_adapters.upload_plan import UploadPlan

# A line cut short by a power failure or a full disk matches nothing, and so was never said.
_PLAN = re.compile(r"plan (\d+) (\d+) (\S+) \.")
_PART = re.compile(r"part (\d+) (\d+) ([0-9a-f]{32}|gone)")
_FINISHED = re.compile(r"finished ([0-9a-f]{64})")


@dataclass
class UploadRecord:
    """What the journal says; `sha256` is set once finishing has begun and the bytes are final."""

    key: str
    plan: UploadPlan
    parts: dict[int, Part] = field(default_factory=dict)
    sha256: str | None = None


class UploadJournal:
    """The file `journal` in an upload's folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal"

    def start(self, key: str, plan: UploadPlan) -> None:
        """Write the first line."""
        self._append(f"plan {plan.size} {plan.part_size} {key} .", os.O_CREAT | os.O_EXCL)
        sync_folder(self.path.parent)

    def add_part(self, part: Part) -> None:
        """Acknowledge a part whose bytes are synced."""
        self._append(f"part {part.number} {part.size} {part.etag}")

    def drop_part(self, number: int) -> None:
        """Take an acknowledgement back, before the part's bytes are overwritten."""
        self._append(f"part {number} 0 gone")

    def finish(self, sha256: str) -> None:
        """No part may change any more."""
        self._append(f"finished {sha256}")

    def read(self) -> UploadRecord:
        """The state after the last whole line, or UploadNotFound."""
        try:
            with disk_errors():
                lines = self.path.read_text("ascii", errors="replace").splitlines()
        except ObjectNotFound as error:
            raise UploadNotFound("no such upload") from error
        begin = next(filter(None, map(_PLAN.fullmatch, lines)), None)
        if begin is None:
            raise UploadNotFound("this upload never began")
        record = UploadRecord(begin[3], UploadPlan(int(begin[1]), int(begin[2])))
        for line in lines:
            _apply(line, record)
        return record

    def _append(self, line: str, flags: int = 0) -> None:
        try:
            with disk_errors():
                descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | flags, 0o640)
        except ObjectNotFound as error:
            raise UploadNotFound("the upload was aborted") from error
        try:
            with disk_errors():
                # A line break on both sides, so that a torn line before this one cannot swallow it.
                os.write(descriptor, f"\n{line}\n".encode("ascii"))
            sync(descriptor)
        finally:
            os.close(descriptor)


def _apply(line: str, record: UploadRecord) -> None:
    if match := _PART.fullmatch(line):
        number = int(match[1])
        if match[3] == "gone":
            record.parts.pop(number, None)
        else:
            record.parts[number] = Part(number, int(match[2]), match[3])
    elif match := _FINISHED.fullmatch(line):
        record.sha256 = match[1]
