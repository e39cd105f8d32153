"""Zip archives: the names of their members, then what the documents among them say; packages by their own order.

SCORM, IMS and H5P packages bring hundreds of names that say nothing: of those only titles and texts are read.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from indexer.extraction import learning_packages
from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered
from indexer.extraction.inner_files import InnerFiles

_UTF8_FLAG = 0x800
_SYSTEM_FOLDER = "__MACOSX/"
_SYSTEM_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")
_NUMBER = re.compile(r"(\d+)")


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add names or titles, then the text of inner documents within the limits; nothing is named by its member."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > limits.members:
            raise Refused("too_big")
        own = [info for info in members if not _is_systems(info)]
        inside = InnerFiles(archive, gathered, limits)
        if not learning_packages.read(inside, own):
            for info in own:
                gathered.add(repaired_name(info))
            for info in sorted(own, key=_natural):
                inside.read(info)


def _is_systems(info: zipfile.ZipInfo) -> bool:
    name = info.filename
    return info.is_dir() or name.startswith(_SYSTEM_FOLDER) or name.endswith(_SYSTEM_FILES)


def _natural(info: zipfile.ZipInfo) -> list[tuple[int, str]]:
    """Bài 2 before Bài 10."""
    parts = _NUMBER.split(repaired_name(info).lower())
    return [(int(part[:18]), "") if part.isdecimal() else (-1, part) for part in parts]


def repaired_name(info: zipfile.ZipInfo) -> str:
    """The member's name; UTF-8 that was written without its flag, and so read as cp437, is put right."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
