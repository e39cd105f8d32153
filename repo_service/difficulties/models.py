"""Table of difficulties that schools filed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id

LONGEST = 1000
"""Characters of a difficulty and of its answer."""


class Difficulty(Base):
    """One difficulty ("khó khăn, vướng mắc") of a school, at the body that has to answer it."""

    __tablename__ = "difficulties"
    __table_args__ = (
        Index("ix_difficulties_body", "body_id", "filed_at"),
        Index("ix_difficulties_school", "school_id", "filed_at"),
        Index("ix_difficulties_filed", "filed_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    school_id: Mapped[str] = mapped_column(Id, ForeignKey("organizations.id"))
    body_id: Mapped[str] = mapped_column(Id, ForeignKey("organizations.id"))
    """The managing body of the school when it was filed: a commune, or the department."""
    for_department: Mapped[bool] = mapped_column(default=False)
    """The department has to answer: it was filed there, or the commune passed it on."""
    topic: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), default="moi")
    """moi, da-chuyen, da-tra-loi (B4): lifecycle.py."""
    filed_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    filed_at: Mapped[datetime] = mapped_column(default=now)
    passed_on_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    passed_on_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
