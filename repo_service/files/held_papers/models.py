"""Table of files that were held as possible national papers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id

LONGEST_NOTE = 500


class HeldPaper(Base):
    """A file that was held ("tệp giữ lại"); it goes with the file when its author takes that out."""

    __tablename__ = "held_papers"
    __table_args__ = (Index("ix_held_papers_waiting", "released_at", "held_at"),)

    file_id: Mapped[str] = mapped_column(Id, ForeignKey("stored_files.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[str] = mapped_column(String(120), default="")
    """The line that tells of such a paper; empty for what an older release holds."""
    held_at: Mapped[datetime] = mapped_column(default=now)
    released_at: Mapped[datetime | None]
    released_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    """Why it is no national paper, in the words of who let it go."""
