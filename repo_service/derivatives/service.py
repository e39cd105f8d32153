"""What was made of a file, written down; writing it again replaces what was there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete

from indexer.extraction import Extracted
from indexer.sketch import sketch
from repo_service.core import outbox
from repo_service.core.db import current_session
from repo_service.derivatives.models import FileText, Picture
from repo_service.files.models import StoredFile


def record_derivatives(file: StoredFile, extracted: Extracted, pictures: Sequence[Picture]) -> None:
    """Keep text and pictures of `file` and say so to the index; nothing of an earlier run remains."""
    session = current_session()
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
            )
        )
    session.add_all(pictures)
    file.text_state, file.text_reason, file.pages = extracted.state, extracted.reason, extracted.pages
    file.preview_state = "ready" if pictures else "none"
    file.has_thumbnail = any(picture.page == 0 for picture in pictures)
    file.preview_pages = sum(picture.page > 0 for picture in pictures)
    outbox.emit("file.extracted", file.id)
