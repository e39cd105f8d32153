"""The registry: which module reads which media type. One module per format, imported when needed."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Protocol, cast

from indexer.extraction.extracted import Extracted, Limits, Reason, Refused
from indexer.extraction.gathered import Enough, Gathered
from indexer.extraction.repair import repaired
from indexer.extraction.titles import guess_title

_OFFICE = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
READER_VERSION = 2
"""Raised when readers learn something: what an older one could not read is then worth another look."""
READERS = {
    f"{_OFFICE}.wordprocessingml.document": "docx",
    f"{_OFFICE}.presentationml.presentation": "pptx",
    f"{_OFFICE}.presentationml.slideshow": "pptx",
    f"{_OFFICE}.spreadsheetml.sheet": "xlsx",
    f"{_ODF}.text": "open_document",
    f"{_ODF}.presentation": "open_document",
    f"{_ODF}.spreadsheet": "open_document",
    "application/pdf": "pdf",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "plain_text",
    "text/csv": "plain_text",
    "text/markdown": "plain_text",
    "text/x-tex": "plain_text",
    "application/x-tex": "plain_text",
    "application/msword": "word97",
    "application/vnd.ms-powerpoint": "powerpoint97",
    "application/vnd.ms-excel": "excel97",
    "application/x-subrip": "subtitles",
    "text/vtt": "subtitles",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "application/zip": "archives",
    "application/epub+zip": "epub",
    "application/xml": "xml_texts",
    "text/xml": "xml_texts",
    "image/svg+xml": "xml_texts",
}


class Reader(Protocol):
    """What each format's module offers."""

    def read(self, path: Path, gathered: Gathered, limits: Limits) -> None:
        """Add the file's lines to `gathered`; raises Refused, or anything the parser raises."""
        ...


def can_extract(media_type: str) -> bool:
    """True when a reader exists for this media type."""
    return _essence(media_type) in READERS


def reader_of(media_type: str) -> Reader:
    """The module that reads this media type; KeyError when there is none."""
    name = READERS[_essence(media_type)]
    return cast(Reader, importlib.import_module(f"indexer.extraction.{name}"))


def extract_text(path: Path, media_type: str, *, limits: Limits | None = None) -> Extracted:
    """Text, page count and title of one file, read in *this* process.

    For uploads use `run_extraction`, which calls this in a child. Never raises for a bad file: the state is
    `failed` with a reason. MemoryError passes, since only the child's entry can do something about it.
    """
    limits = limits or Limits()
    if not can_extract(media_type):
        return Extracted(state="none", reason="unsupported")
    reader = reader_of(media_type)
    gathered = Gathered(limits.text_characters)
    try:
        reader.read(path, gathered, limits)
    except Enough:
        pass
    except Refused as refusal:
        return Extracted(pages=gathered.pages, state="failed", reason=refusal.reason)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a parser may raise whatever it likes on a broken file
        return Extracted(pages=gathered.pages, state="failed", reason="damaged")
    return _result(gathered)


def _result(gathered: Gathered) -> Extracted:
    ranks = [rank for _, rank in gathered.lines]
    gathered.lines = list(zip(repaired([line for line, _ in gathered.lines]), ranks, strict=True))
    text = gathered.text()
    pages, scanned = gathered.pages, tuple(gathered.scanned)
    if not text:
        return Extracted(pages=pages, state="none", reason="no_text", scanned=scanned)
    reason: Reason | None = "partly" if gathered.is_partly_read else None
    title, headings = guess_title(gathered.lines), gathered.headings()
    return Extracted(text, pages, title, headings, reason=reason, scanned=scanned)


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
