"""Table of what was made of a file: its text and its pictures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id, Json


class FileText(Base):
    """The text read out of a file, cut at 500,000 characters, and its own title line."""

    __tablename__ = "file_texts"

    file_id: Mapped[str] = mapped_column(
        Id, ForeignKey("stored_files.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(String(300))
    headings: Mapped[list[int] | None] = mapped_column(Json)
    """Numbers (from 0) of the lines that stand out; None where an older release read the file."""
    sketch: Mapped[list[int] | None] = mapped_column(Json)
    """By which nearly equal texts are found (indexer.sketch); None for a short text or an older release."""
    personal_data: Mapped[list[list[Any]] | None] = mapped_column(Json)
    """[kind, start, end] of what it tells about people (R50); None where an older release read the file."""
    made_at: Mapped[datetime] = mapped_column(default=now)


PDF_PAGE = -1


class Picture(Base):
    """A thumbnail (page 0), the picture of page 1, 2, ... of a file, or an Office file as a whole PDF (page -1)."""

    __tablename__ = "pictures"
    __table_args__ = (
        Index(
            "ix_pictures_not_replicated",
            "key",
            sqlite_where=text("replicated_at IS NULL"),
            postgresql_where=text("replicated_at IS NULL"),
        ),
        Index("ix_pictures_checked_at", "checked_at"),
        Index(
            "ix_pictures_unsound",
            "key",
            sqlite_where=text("check_result <> 'sound'"),
            postgresql_where=text("check_result <> 'sound'"),
        ),
    )

    file_id: Mapped[str] = mapped_column(
        Id, ForeignKey("stored_files.id", ondelete="CASCADE"), primary_key=True
    )
    page: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    replicated_at: Mapped[datetime | None]
    """Since when it lies in the second store as well."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of its bytes; where an older release drew it, of those that were first read again."""
    checked_at: Mapped[datetime | None]
    check_result: Mapped[str | None] = mapped_column(String(20))
    """Like those of StoredFile."""
