"""Table of reported problems."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id

LONGEST_TEXT, LONGEST_ANSWER = 2000, 1000
"""Characters."""


class ProblemReport(Base):
    """One report ("báo vấn đề") about a work, by a person or, with a status link, by a guest; then its answer."""

    __tablename__ = "problem_reports"
    __table_args__ = (
        Index("ix_problem_reports_reporter_id", "reporter_id", "created_at"),
        Index("ix_problem_reports_open", "answered_at", "due_on", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """A code of words.KINDS."""
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    reporter_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of a guest's status link: the link itself is known to the guest alone."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    due_on: Mapped[date]
    reminded_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    """A code of words.OUTCOMES, once answered."""
    answer: Mapped[str] = mapped_column(String(LONGEST_ANSWER), default="")
    answered_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
