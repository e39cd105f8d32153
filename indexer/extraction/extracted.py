"""The plain values that extraction takes and gives; no parser is imported here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

State = Literal["ready", "none", "failed"]
Reason = Literal[
    "partly",  # ready: a part was left out (a limit on what lies inside an archive, the time for scanned pages)
    "ocr",  # ready: letters of pictures were read by a program, which errs
    "ocr_partly",  # ready: both
    "no_ocr",  # ready or none: pages are pictures, and nothing here reads letters out of pictures
    "no_text",  # none: opened well, holds no letters (a scan, an empty file)
    "unsupported",  # none: nobody reads this media type
    "encrypted",  # failed: asks for a password
    "damaged",  # failed: not what its media type says, or cut off
    "unsafe",  # failed: a DTD or entities where a document has no business to have them
    "too_big",  # failed: over a limit of size, count, ratio, pixels or memory
    "timeout",  # failed: over the time limit
    "crashed",  # failed: the parser died
    "no_program",  # no pages: the program that makes them is not on this machine
]


@dataclass(frozen=True)
class Extracted:
    """What one file gave. `text` is NFC without control characters, `pages` counts pages or slides.

    `title` is the document's own title line as far as it can be told, for a proposal to a person.
    `headings` are the numbers (from 0) of the lines that stand out in the document, at most 500 of them.
    `scanned` are the pages (from 1) of a PDF that are pictures without letters of their own.
    """

    text: str = ""
    pages: int | None = None
    title: str | None = None
    headings: tuple[int, ...] = ()
    state: State = "ready"
    reason: Reason | None = None
    scanned: tuple[int, ...] = ()


@dataclass(frozen=True)
class Rendered:
    """One picture written into the given folder: `page` from 1, `width` and `height` in pixels."""

    page: int
    width: int
    height: int
    media_type: str
    path: Path


@dataclass(frozen=True)
class Limits:
    """How far extraction goes into one file; sizes in bytes unless said otherwise."""

    text_characters: int = 500_000
    raw_text: int = 4 * 1024 * 1024
    markup: int = 16 * 1024 * 1024
    members: int = 10_000
    member: int = 32 * 1024 * 1024
    unpacked: int = 1024 * 1024 * 1024
    ratio: int = 200
    ratio_from: int = 4 * 1024 * 1024
    pages: int = 2_000
    pixels: int = 50_000_000
    nesting: int = 2
    """Archives read inside archives."""
    inner_files: int = 500
    inner_bytes: int = 256 * 1024 * 1024
    inner_seconds: float = 10.0
    """For everything inside one archive together: the rest of the child's time is left for what was read."""


class Refused(Exception):
    """A reader gives up on a file; `reason` is what the caller is told."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
