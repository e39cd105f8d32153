"""Table of lessons that colleagues taught with a work of the repository."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id

LONGEST_CLASS, LONGEST_CHANGE, LONGEST_OUTCOME = 40, 300, 1000
"""Characters: a class's name, one line of what was changed, what the pupils gained in free words."""


class Teaching(Base):
    """One note "Tôi đã dạy bài này": with which class, when, what was changed; never a score."""

    __tablename__ = "teachings"
    __table_args__ = (
        UniqueConstraint("resource_id", "user_id", "taught_on", "class_name"),
        Index("ix_teachings_of_work", "resource_id", "taught_on", "id"),
        Index("ix_teachings_user_id", "user_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id", ondelete="CASCADE"))
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    school_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"))
    """Where it was taught; None for a person who belongs to no school, who then counts for none."""
    class_name: Mapped[str] = mapped_column(String(LONGEST_CLASS))
    taught_on: Mapped[date]
    change: Mapped[str] = mapped_column(String(LONGEST_CHANGE), default="")
    outcome: Mapped[str] = mapped_column(String(LONGEST_OUTCOME), default="")
    """ "Kết quả với học sinh" in free words; no numeric target (R35)."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
