"""All the text of an uploaded file: what its format says, then the letters in its pictures, if tesseract is here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from indexer.extraction.extracted import Extracted, Limits, Reason
from indexer.extraction.formats import can_extract
from indexer.extraction.isolation import run_extraction
from indexer.extraction.program_runs import read_pictures_of_text
from indexer.extraction.programs import ocr_program

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"})


def can_read(media_type: str) -> bool:
    """Whether text may come out of this media type, on a machine that has all programs."""
    return can_extract(media_type) or media_type in PICTURES


def read_text(path: Path, media_type: str) -> Extracted:
    """`run_extraction`, and then the pages without letters. Never raises for a bad file."""
    if media_type in PICTURES:
        extracted = Extracted(state="none", reason="no_text", scanned=(1,))
    else:
        extracted = run_extraction(path, media_type)
    if not extracted.scanned or extracted.state == "failed":
        return extracted
    program = ocr_program()
    if program is None:
        return without_ocr(extracted)
    return _with_pictures(extracted, read_pictures_of_text(path, media_type, extracted.scanned, program))


def without_ocr(extracted: Extracted) -> Extracted:
    """The same, saying that pages are pictures whose letters nobody read."""
    return replace(extracted, reason="no_ocr") if extracted.scanned else extracted


def _with_pictures(extracted: Extracted, found: dict[int, str]) -> Extracted:
    """The letters of pictures below those of the format, page by page."""
    is_whole = len(found) == len(extracted.scanned)
    parts = [extracted.text, *(found[page] for page in sorted(found))]
    text = "\n".join(part for part in parts if part)[: Limits().text_characters]
    if not any(found.values()):
        is_told = is_whole or extracted.state == "none"
        return extracted if is_told else replace(extracted, reason="partly")
    reason: Reason = "ocr" if is_whole and extracted.reason != "partly" else "ocr_partly"
    return replace(extracted, text=text, state="ready", reason=reason)
