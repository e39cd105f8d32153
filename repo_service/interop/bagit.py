"""BagIt 1.0 (RFC 8493): files under `data/`, their SHA-256s in a manifest, facts about them in tag files.

Nothing here reads a byte of the payload: the recorded SHA-256s are written before the files are, so a bag streams.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from repo_service.files.packing import Member, distinct_names, made_member

_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_UNSAFE = {ord(sign): "_" for sign in '\\:*?"<>|'} | {ord("%"): "％"}
"""What no file system may refuse; a per cent sign is read in two ways by the programs that check bags."""

_LONGEST_NAME = 200
"""Bytes: file systems end at 255, and a second file of one name gets a number."""


@dataclass(frozen=True)
class Payload:
    """One file of the payload: its path below `data/`, its recorded SHA-256, and its bytes by key or as text."""

    path: str
    key: str
    size: int
    sha256: str
    media_type: str
    at: datetime
    text: bytes | None = None


def made_payload(path: str, text: bytes, at: datetime) -> Payload:
    """A small file that lies in no store, a list of links for example."""
    return Payload(path, "", len(text), hashlib.sha256(text).hexdigest(), "text/plain", at, text)


def bag(
    top: str, payload: Sequence[Payload], facts: Mapping[str, str], metadata: Mapping[str, bytes], day: date
) -> list[Member]:
    """Members of a zip with one folder `top`: a complete and valid bag as long as the store keeps its word.

    `facts` go into bag-info.txt; `metadata` are tag files of their own, by path. Names are NFC, free of what a file
    system refuses, and told apart without regard to case.
    """
    paths = distinct_names([f"data/{safe_path(each.path)}" for each in payload])
    size = sum(each.size for each in payload)
    told = {**facts, "Bagging-Date": day.isoformat(), "Payload-Oxum": f"{size}.{len(payload)}"}
    manifest = "".join(f"{each.sha256}  {path}\n" for path, each in zip(paths, payload, strict=True))
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{name}: {_one_line(value)}\n" for name, value in told.items()).encode(),
        "manifest-sha256.txt": manifest.encode(),
        **metadata,
    }
    sums = "".join(f"{hashlib.sha256(text).hexdigest()}  {path}\n" for path, text in tags.items())
    tags["tagmanifest-sha256.txt"] = sums.encode()
    return [made_member(f"{top}/{path}", text) for path, text in tags.items()] + [
        Member(f"{top}/{path}", each.key, each.size, each.media_type, each.at, each.text)
        for path, each in zip(paths, payload, strict=True)
    ]


def safe_path(path: str) -> str:
    """A path of NFC names without control characters, outer blanks and dots, or signs that a file system refuses."""
    parts = [_safe_name(part) for part in path.split("/")]
    return "/".join(part for part in parts if part) or "_"


def _safe_name(name: str) -> str:
    shown = "".join(
        "_" if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in unicodedata.normalize("NFC", name)
    )
    stem, dot, ending = shown.translate(_UNSAFE).strip().rstrip(". ").rpartition(".")
    while len(f"{stem}{dot}{ending}".encode()) > _LONGEST_NAME:
        stem, ending = (stem[:-1], ending) if stem else ("", ending[:-1])
    return f"{stem.rstrip()}{dot}{ending}"


def _one_line(value: str) -> str:
    return " ".join(value.split())
