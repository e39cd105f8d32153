"""A disk that loses power: what was not synced may be gone, there, or half there; names and bytes alike.

Nothing of the adapters is changed: the calls of `os.fsync` are watched. What a folder or file was at its last fsync is
certain; an image of the disk after the cut holds that, or what was written since, or of a file's blocks a mixture.
"""

from __future__ import annotations

import os
import random
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

BLOCK = 512
Place = tuple[str, int]
"""A call of fsync in the source: function that asked for it (through the helpers), line."""
_HELPERS = ("sync", "sync_folder")


@dataclass
class Disk:
    """What is certain of everything below `root`; `without` is a place whose fsyncs are left out."""

    root: Path
    without: Place | None = None
    names: dict[int, dict[str, int]] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    places: set[Place] = field(default_factory=set)
    _held: list[int] = field(default_factory=list)

    def remember_all(self) -> None:
        """Everything that is there now is certain: the installation was made long ago."""
        for folder, _names, files in os.walk(self.root):
            self._remember(os.open(folder, os.O_RDONLY))
            for name in files:
                self._remember(os.open(Path(folder) / name, os.O_RDONLY))

    def synced(self, descriptor: int) -> None:
        """An fsync was asked for: certain from now on, unless it is the one that is left out."""
        place = _asking()
        self.places.add(place)
        if place != self.without and self._is_ours(descriptor):
            self._remember(os.dup(descriptor))

    def cut(self, image: Path, chance: random.Random | None) -> None:
        """Write to `image` what may be left: nothing unsynced (None), or by lot what was written since."""
        self._build(self.root.stat().st_ino, self.root, image, chance)

    def close(self) -> None:
        """Let go of the files: their numbers may be used again."""
        for descriptor in self._held:
            os.close(descriptor)

    def _is_ours(self, descriptor: int) -> bool:
        return Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(self.root)

    def _remember(self, descriptor: int) -> None:
        self._held.append(descriptor)  # as long as it is open, no other file gets this number
        told = os.fstat(descriptor)
        if stat.S_ISDIR(told.st_mode):
            self.names[told.st_ino] = {entry.name: entry.inode() for entry in os.scandir(descriptor)}
        else:
            path = Path(f"/proc/self/fd/{descriptor}")
            self.contents[told.st_ino] = path.read_bytes()

    def _build(self, inode: int, live: Path, image: Path, chance: random.Random | None) -> None:
        image.mkdir(parents=True)
        certain, now = self.names.get(inode, {}), _entries(live)
        for name in sorted(certain.keys() | now.keys()):
            kept = now if certain.get(name) != now.get(name) and chance and chance.random() < 0.5 else certain
            if name not in kept:
                continue
            path = live / name if now.get(name) == kept[name] else None
            if kept[name] in self.names or (path and path.is_dir()):
                self._build(kept[name], path or live / name, image / name, chance)
            else:
                (image / name).write_bytes(self._content(kept[name], path, chance))

    def _content(self, inode: int, live: Path | None, chance: random.Random | None) -> bytes:
        certain = self.contents.get(inode, b"")
        now = live.read_bytes() if live else certain
        if chance is None or now == certain:
            return certain
        blocks = range(0, chance.choice([len(certain), len(now)]), BLOCK)
        sides = (certain, now)
        return b"".join(
            chance.choice(sides)[at : at + BLOCK].ljust(min(BLOCK, len(now) - at), b"\0") for at in blocks
        )


@contextmanager
def watched(disk: Disk) -> Iterator[Disk]:
    """Inside, the disk hears of every fsync of this process."""
    real = os.fsync

    def fsync(descriptor: int) -> None:
        disk.synced(descriptor)
        real(descriptor)

    os.fsync = fsync  # type: ignore[assignment]
    try:
        yield disk
    finally:
        os.fsync = real


def _entries(folder: Path) -> dict[str, int]:
    return {entry.name: entry.inode() for entry in os.scandir(folder)} if folder.is_dir() else {}


def _asking() -> Place:
    """Who asked, behind the two helpers that ask for others."""
    frame = sys._getframe(3)
    while frame.f_code.co_name in _HELPERS:
        assert frame.f_back
        frame = frame.f_back
    return frame.f_code.co_qualname, frame.f_lineno
