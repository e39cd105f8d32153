"""Zip archives: the names of their members, for finding a package by what lies in it; nothing is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from indexer.extraction.extracted import Limits, Refused
from indexer.extraction.gathered import Gathered

_UTF8_FLAG = 0x800
_SYSTEM_FOLDER = "__MACOSX/"
_SYSTEM_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")


def read(path: Path, gathered: Gathered, limits: Limits) -> None:
    """Add one line per member that is a file."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    if len(members) > limits.members:
        raise Refused("too_big")
    for info in members:
        name = repaired_name(info)
        if not info.is_dir() and not name.startswith(_SYSTEM_FOLDER) and not name.endswith(_SYSTEM_FILES):
            gathered.add(name)


def repaired_name(info: zipfile.ZipInfo) -> str:
    """The member's name; UTF-8 that was written without its flag, and so read as cp437, is put right."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
