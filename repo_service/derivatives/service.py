"""What was made of a file, written down; writing it again replaces what was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from indexer.extraction import READER_VERSION, Extracted
from indexer.personal_data import Finding
from indexer.sketch import sketch
from repo_service.core import outbox
from repo_service.core.db import current_session
from repo_service.derivatives.models import PDF_PAGE, FileText, Picture
from repo_service.files.models import StoredFile


@dataclass(frozen=True)
class Made:
    """What was made of one file; `seconds` is how long it plays, `preview_reason` why there are no pictures."""

    extracted: Extracted
    pictures: tuple[Picture, ...] = ()
    preview_reason: str | None = None
    seconds: int | None = None


def record_derivatives(file: StoredFile, made: Made, personal_data: Sequence[Finding] = ()) -> list[str]:
    """Keep text and pictures of `file` and say so to the index; nothing of an earlier run remains.

    Returns the keys of earlier pictures that no new one took over: the caller's to drop after the commit.
    """
    session, extracted = current_session(), made.extracted
    earlier = set(session.scalars(select(Picture.key).where(Picture.file_id == file.id)))
    session.execute(delete(FileText).where(FileText.file_id == file.id))
    session.execute(delete(Picture).where(Picture.file_id == file.id))
    if extracted.text:
        title, headings = (extracted.title or "")[:300] or None, list(extracted.headings)
        session.add(
            FileText(
                file_id=file.id,
                text=extracted.text,
                title=title,
                headings=headings,
                sketch=sketch(extracted.text),
                personal_data=[[found.kind.value, found.start, found.end] for found in personal_data],
            )
        )
    session.add_all(made.pictures)
    file.text_state, file.text_reason, file.pages = extracted.state, extracted.reason, extracted.pages
    _record_preview(file, made)
    file.made_with = READER_VERSION
    outbox.emit("file.extracted", file.id)
    return sorted(earlier - {picture.key for picture in made.pictures})


def _record_preview(file: StoredFile, made: Made) -> None:
    pages = [picture.page for picture in made.pictures]
    file.preview_state = "ready" if pages else "none"
    file.preview_reason = None if pages else made.preview_reason
    file.has_thumbnail = 0 in pages
    file.preview_pages = sum(page > 0 for page in pages)
    file.seconds = made.seconds
    file.pdf_size = next((picture.size for picture in made.pictures if picture.page == PDF_PAGE), None)
