"""Tables of stored files and of uploads under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id


class StoredFile(Base):
    """A file whose bytes are in the store under a write-once key ("tệp")."""

    __tablename__ = "stored_files"
    __table_args__ = (
        Index(
            "ix_stored_files_not_replicated",
            "key",
            sqlite_where=text("replicated_at IS NULL"),
            postgresql_where=text("replicated_at IS NULL"),
        ),
        Index("ix_stored_files_checked_at", "checked_at"),
        Index(
            "ix_stored_files_unsound",
            "key",
            sqlite_where=text("check_result <> 'sound'"),
            postgresql_where=text("check_result <> 'sound'"),
        ),
        Index(
            "ix_stored_files_not_ready",
            "state",
            "id",
            sqlite_where=text("state <> 'ready'"),
            postgresql_where=text("state <> 'ready'"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(255))
    """The name it came with, NFC, without folders."""
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    """Unknown while bytes that went straight to a bucket have not been read yet."""
    media_type: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20))
    """ready, checking or quarantined."""
    reason: Mapped[str | None] = mapped_column(String(60))
    """Code of why it is quarantined."""
    owner_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    cluster_id: Mapped[str | None] = mapped_column(Id, ForeignKey("clusters.id"), index=True)
    """The cluster whose quota it counts against."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    replicated_at: Mapped[datetime | None]
    """Since when its bytes lie in the second store as well (`STORAGE_REPLICA_URL`)."""
    checked_at: Mapped[datetime | None]
    """When every byte was last read again (preservation/fixity.py)."""
    check_result: Mapped[str | None] = mapped_column(String(20))
    """What that found: sound, missing, wrong size or damaged; earlier findings are in the audit trail."""

    scanned_at: Mapped[datetime | None]
    """When virus scanners last looked at it (files/scanning); None while none has."""
    scan_result: Mapped[str | None] = mapped_column(String(20))
    """What they said: clean, found, or too_big, which is not scanned."""
    threat: Mapped[str | None] = mapped_column(String(200))
    """Name of the signature that was found in it."""

    text_state: Mapped[str] = mapped_column(String(20), default="waiting")
    """Extraction of text: waiting, ready, none, failed."""
    text_reason: Mapped[str | None] = mapped_column(String(40))
    preview_state: Mapped[str] = mapped_column(String(20), default="waiting")
    preview_reason: Mapped[str | None] = mapped_column(String(40))
    """Why there is no preview: a reason of extraction."""
    pages: Mapped[int | None]
    """Number of pages, slides or sheets, when known."""
    has_thumbnail: Mapped[bool] = mapped_column(default=False)
    preview_pages: Mapped[int] = mapped_column(default=0)
    seconds: Mapped[int | None]
    """How long a film or recording plays."""
    pdf_size: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes of the PDF that was made of an Office file."""
    made_with: Mapped[int | None]
    """READER_VERSION of extraction when text and pictures were made; None in an older release, or not yet."""


class UploadSession(Base):
    """A resumable upload: parts of equal size, until completed, aborted or swept after 24 hours."""

    __tablename__ = "upload_sessions"
    __table_args__ = (Index("ix_upload_sessions_open", "state", "created_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    owner_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    cluster_id: Mapped[str | None] = mapped_column(Id, ForeignKey("clusters.id"))
    file_id: Mapped[str] = mapped_column(Id)
    """The id the stored file will have; its key is made from it."""
    key: Mapped[str] = mapped_column(String(200))
    filename: Mapped[str] = mapped_column(String(255))
    size: Mapped[int] = mapped_column(BigInteger)
    part_size: Mapped[int] = mapped_column(BigInteger)
    multipart_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="open")
    """open, completed, aborted."""
    created_at: Mapped[datetime] = mapped_column(default=now)
