"""The files of versions, as a page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from repo_service.core.db import current_session
from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from repo_service.resources.models import VersionFile

EXCERPT_CHARACTERS = 1_800
"""About a page: enough to see what a work is like, a few KB on the line."""


@dataclass(frozen=True)
class FileRow:
    """A file as a version lists it; `name` may differ from the name it was uploaded with."""

    id: str
    name: str
    size: int
    sha256: str | None
    media_type: str
    state: str
    reason: str | None
    text_state: str
    text_reason: str | None
    preview_state: str
    pages: int | None
    has_thumbnail: bool
    preview_pages: int
    preview_reason: str | None
    seconds: int | None
    pdf_size: int | None
    key: str
    scanned_at: datetime | None
    scan_result: str | None
    threat: str | None
    version_id: str
    excerpt: str | None = None
    headings: list[int] | None = None
    """How its text begins, and which lines stand out; read for a resource's own page only."""

    @property
    def has_pdf(self) -> bool:
        """Whether it can be read page by page: it is a PDF, or one was made of it."""
        return self.state == "ready" and (self.media_type == "application/pdf" or self.pdf_size is not None)


FILE_COLUMNS = (
    StoredFile.id, VersionFile.name, StoredFile.size, StoredFile.sha256, StoredFile.media_type, StoredFile.state,
    StoredFile.reason, StoredFile.text_state, StoredFile.text_reason, StoredFile.preview_state, StoredFile.pages,
    StoredFile.has_thumbnail, StoredFile.preview_pages, StoredFile.preview_reason, StoredFile.seconds,
    StoredFile.pdf_size, StoredFile.key, StoredFile.scanned_at, StoredFile.scan_result, StoredFile.threat,
    VersionFile.version_id,
)  # fmt: skip
"""The first fields of a FileRow, in its order."""


def files_of(version_ids: Sequence[str], *, excerpts: bool = False) -> list[FileRow]:
    """The files of the given versions, in their order; with `excerpts` also how their texts begin."""
    rows = current_session().execute(_files_statement(excerpts), {"versions": version_ids})
    return [FileRow(*row) for row in rows]


@cache
def _files_statement(excerpts: bool) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(*FILE_COLUMNS)
        .join(VersionFile, VersionFile.file_id == StoredFile.id)
        .where(VersionFile.version_id.in_(bindparam("versions", expanding=True)))
        .order_by(VersionFile.version_id, VersionFile.position)
    )
    if not excerpts:
        return statement
    seen = (func.substr(FileText.text, 1, EXCERPT_CHARACTERS), FileText.headings)
    return statement.add_columns(*seen).outerjoin(FileText, FileText.file_id == StoredFile.id)
