"""Table of comments on works and their answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id

LONGEST_TEXT, LONGEST_REASON = 2000, 300
"""Characters."""


class WorkComment(Base):
    """One comment ("lời trao đổi") with its purpose, or, with a parent, an answer to one; plain text."""

    __tablename__ = "work_comments"
    __table_args__ = (
        Index("ix_work_comments_of_work", "resource_id", "parent_id", "id"),
        Index("ix_work_comments_author_id", "author_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id", ondelete="CASCADE"))
    parent_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("work_comments.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    purpose: Mapped[str | None] = mapped_column(String(20))
    """A code of B4 (`gop-y`, `da-day-thu`, `hoi`); None for an answer."""
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    created_at: Mapped[datetime] = mapped_column(default=now)
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    """Taken back by its author while answers stand below it: the place stays, the words are gone."""
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    hidden_reason: Mapped[str | None] = mapped_column(String(LONGEST_REASON))
