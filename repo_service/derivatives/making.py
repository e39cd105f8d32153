"""Makes text and pictures of one copied file: pages of documents, a frame of films, an Office file as PDF.

Parsers and programs run in a child process (indexer.extraction); a file from which nothing can be made says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from indexer.extraction import (
    READER_VERSION,
    Extracted,
    Reason,
    Rendered,
    can_become_pages,
    can_have_poster,
    can_read,
    convert_to_pdf,
    look_at_film,
    read_text,
    run_extraction,
    run_rendering,
)
from repo_service.core.backends import storage
from repo_service.derivatives.models import PDF_PAGE, Picture
from repo_service.derivatives.pdf_metadata import strip_metadata
from repo_service.derivatives.service import Made
from storage_adapters import object_key

THUMBNAIL_WIDTH, THUMBNAIL_BYTES = 240, 12_000
PAGE_WIDTH, PAGE_BYTES, PAGES = 960, 150_000, 10
RENDERED = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"})
_PDF = "application/pdf"


def can_make(media_type: str) -> bool:
    """Whether the bytes of such a file are worth looking at."""
    return can_read(media_type) or media_type in RENDERED or can_have_poster(media_type)


def make(file_id: str, copy: Path, media_type: str, folder: Path) -> Made:
    """Text and pictures of the file at `copy`; works in `folder`, stores the pictures, never raises for a bad file."""
    if media_type in RENDERED:
        return _of_pages(file_id, _read(copy, media_type), copy, media_type, folder)
    if can_become_pages(media_type):
        return _of_office_file(file_id, _read(copy, media_type), copy, media_type, folder)
    if can_have_poster(media_type):
        return _of_film(file_id, copy, media_type, folder)
    return Made(_read(copy, media_type), preview_reason="unsupported")


def _read(copy: Path, media_type: str) -> Extracted:
    if not can_read(media_type):
        return Extracted(state="none", reason="unsupported")
    return read_text(copy, media_type)


def _of_pages(
    file_id: str, extracted: Extracted, pages: Path, media_type: str, folder: Path, reason: Reason = "damaged"
) -> Made:
    pictures = tuple(_draw(file_id, pages, media_type, folder))
    return Made(extracted, pictures, (extracted.reason if extracted.state == "failed" else None) or reason)


def _of_office_file(file_id: str, extracted: Extracted, copy: Path, media_type: str, folder: Path) -> Made:
    """Pages by LibreOffice. A file that its own reader found hostile or locked is not shown to it."""
    if extracted.state == "failed":
        return Made(extracted, preview_reason=extracted.reason)
    work = folder / "office"
    work.mkdir()
    pdf, reason = convert_to_pdf(copy, media_type, work)
    if pdf is None:
        return Made(extracted, preview_reason=reason)
    strip_metadata(pdf)
    pages = extracted.pages or run_extraction(pdf, _PDF).pages
    made = _of_pages(file_id, replace(extracted, pages=pages), pdf, _PDF, folder)
    if not made.pictures:
        return made
    return replace(made, pictures=(*made.pictures, _keep(file_id, PDF_PAGE, pdf, _PDF)))


def _of_film(file_id: str, copy: Path, media_type: str, folder: Path) -> Made:
    work = folder / "film"
    work.mkdir()
    film, reason = look_at_film(copy, media_type, work)
    pictures = tuple(_draw(file_id, film.frame, "image/png", folder)) if film.frame else ()
    seconds = round(film.seconds) if film.seconds else None
    return Made(Extracted(state="none", reason="unsupported"), pictures, reason or "no_picture", seconds)


def _draw(file_id: str, source: Path, media_type: str, folder: Path) -> Iterator[Picture]:
    """A thumbnail as page 0, and the first pages large enough to read on a phone."""
    small, large = folder / "small", folder / "large"
    for place in (small, large):
        place.mkdir()
    for drawn in run_rendering(
        source, media_type=media_type, folder=small, pages=1, width=THUMBNAIL_WIDTH, max_bytes=THUMBNAIL_BYTES
    ):
        yield _keep_drawn(file_id, 0, drawn)
    for drawn in run_rendering(
        source, media_type=media_type, folder=large, pages=PAGES, width=PAGE_WIDTH, max_bytes=PAGE_BYTES
    ):
        yield _keep_drawn(file_id, drawn.page, drawn)


def _keep_drawn(file_id: str, page: int, drawn: Rendered) -> Picture:
    return _keep(file_id, page, drawn.path, drawn.media_type, drawn.width, drawn.height)


def _keep(file_id: str, page: int, path: Path, media_type: str, width: int = 0, height: int = 0) -> Picture:
    """Store a picture under a key of these readers: what older ones drew stays until the rows say otherwise."""
    key = object_key(f"{file_id}-{'pdf' if page == PDF_PAGE else page}-{READER_VERSION}", "pictures")
    size = path.stat().st_size
    storage().delete(key)
    with path.open("rb") as stream:
        kept = storage().put(key, stream, size)
    return Picture(
        file_id=file_id, page=page, key=key, media_type=media_type, width=width, height=height, size=size,
        sha256=kept.sha256,
    )  # fmt: skip
