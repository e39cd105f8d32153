"""Table of downloads, append-only; never a ranking, only what was used where (R18, R26)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id


class UsageEvent(Base):
    """One download of a file or a whole package."""

    __tablename__ = "usage_events"
    __table_args__ = (
        Index("ix_usage_events_resource", "resource_id", "at"),
        Index("ix_usage_events_at", "at"),
        Index("ix_usage_events_user", "user_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    """tep (one file) or goi (the package)."""
    resource_id: Mapped[str] = mapped_column(Id)
    version: Mapped[int]
    file_id: Mapped[str | None] = mapped_column(Id)
    user_id: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(default=now)
