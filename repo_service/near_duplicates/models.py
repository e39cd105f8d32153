"""Tables of nearly equal works: the pairs that were found, and which works have been looked at so far."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id


class NearDuplicate(Base):
    """Two published works with nearly the same text; `first_id` is the smaller id, so a pair stands here once."""

    __tablename__ = "near_duplicates"
    __table_args__ = (Index("ix_near_duplicates_group", "group_id", "found_at"),)

    first_id: Mapped[str] = mapped_column(
        Id, ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True
    )
    second_id: Mapped[str] = mapped_column(
        Id, ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    group_id: Mapped[str] = mapped_column(Id)
    """The same for all pairs that hang together: one group on the curators' page."""
    found_at: Mapped[datetime] = mapped_column(default=now)
    told_apart_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    """Who said that these are not duplicates; they are not shown again."""
    told_apart_at: Mapped[datetime | None]


class ComparedWork(Base):
    """A work and the version of it that was compared with the others."""

    __tablename__ = "compared_works"

    resource_id: Mapped[str] = mapped_column(
        Id, ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True
    )
    version_id: Mapped[str] = mapped_column(Id)
