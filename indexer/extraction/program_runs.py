"""Runs optional programs (LibreOffice, tesseract, ffmpeg) on hostile files: in the child, with limits that fit each."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.extraction import programs
from indexer.extraction.extracted import Reason
from indexer.extraction.isolation import run_child

OFFICE_SECONDS, OFFICE_MEMORY, LARGEST_PDF = 120.0, 3 << 30, 64 << 20
OCR_SECONDS, OCR_MEMORY, OCR_PAGES = 240.0, 1 << 30, 120
FILM_SECONDS, FILM_MEMORY = 60.0, 2 << 30


@dataclass(frozen=True)
class Film:
    """How long a film or recording plays, in seconds, and a frame of it (PNG)."""

    seconds: float | None = None
    frame: Path | None = None


def can_become_pages(media_type: str) -> bool:
    """Whether LibreOffice makes pages of this media type."""
    return media_type in programs.OFFICE_ENDINGS


def can_have_poster(media_type: str) -> bool:
    """Whether ffmpeg looks at this media type."""
    return media_type in programs.CONTAINERS


def convert_to_pdf(
    path: Path, media_type: str, folder: Path, *, seconds: float = OFFICE_SECONDS
) -> tuple[Path | None, Reason | None]:
    """The PDF that LibreOffice made in the caller's `folder`, or why there is none.

    One conversion at a time on this machine: the call waits for its turn.
    """
    program = programs.office_program()
    if program is None:
        return None, "no_program"
    request = {"task": "convert", "path": str(path.resolve(strict=True)), "media_type": media_type}
    with _one_at_a_time():
        done = run_child(
            {**request, "program": program, "folder": str(folder.resolve())},
            seconds,
            OFFICE_MEMORY,
            LARGEST_PDF,
        )
    if done.reason or not done.lines:
        return None, done.reason or "crashed"
    answer = done.lines[0]
    # Only the last name counts: a child that was taken over must not point at other files.
    made = folder / "out" / Path(str(answer.get("path", ""))).name
    return (made, None) if "path" in answer and made.is_file() else (None, answer.get("reason", "crashed"))


def read_pictures_of_text(path: Path, media_type: str, pages: Sequence[int], program: str) -> dict[int, str]:
    """Lines by page (from 1) of the pages that tesseract came to; at most `OCR_PAGES` are tried."""
    request = {"task": "ocr", "path": str(path.resolve(strict=True)), "media_type": media_type}
    wanted = list(pages)[:OCR_PAGES]
    done = run_child({**request, "pages": wanted, "program": program}, OCR_SECONDS, OCR_MEMORY)
    return {int(line["page"]): str(line["text"]) for line in done.lines}


def look_at_film(path: Path, media_type: str, folder: Path) -> tuple[Film, Reason | None]:
    """Length and frame of a film; with ffmpeg away nothing and the reason."""
    program = programs.film_program()
    if program is None:
        return Film(), "no_program"
    request = {"task": "film", "path": str(path.resolve(strict=True)), "media_type": media_type}
    done = run_child(
        {**request, "program": program, "folder": str(folder.resolve())}, FILM_SECONDS, FILM_MEMORY
    )
    frame = folder / "frame.png"
    seconds = next((line["seconds"] for line in done.lines if "seconds" in line), None)
    return Film(seconds, frame if any("path" in line for line in done.lines) else None), done.reason


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """A lock of this user on this machine: LibreOffice takes a core and half a gigabyte for itself."""
    path = Path(tempfile.gettempdir()) / f"kho-office-{os.getuid()}.lock"
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
