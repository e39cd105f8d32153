"""Table of saved searches; whoever follows one is told of new finds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id


class SavedSearch(Base):
    """One search a person keeps ("tìm kiếm đã lưu"): words, filters, order, and a name."""

    __tablename__ = "saved_searches"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index(
            "ix_saved_searches_followed",
            "told_until",
            sqlite_where=text("follows"),
            postgresql_where=text("follows"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Parameters of the search page, by the API's names; those at their defaults are left out."""
    key: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the query, so that a person keeps each search once."""
    follows: Mapped[bool] = mapped_column(default=False)
    told_until: Mapped[datetime] = mapped_column(default=now)
    """Works published up to this moment are no news any more."""
    created_at: Mapped[datetime] = mapped_column(default=now)
