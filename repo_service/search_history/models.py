"""Table of what people searched for: personal data, read by nobody else, erased with the person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id

LONGEST = 200
"""Characters of a search that are kept: whoever types more is quoting a text."""


class RecentQuery(Base):
    """One search of a person ("lịch sử tìm"), as typed; the newest few of each person are kept."""

    __tablename__ = "recent_queries"
    __table_args__ = (Index("ix_recent_queries_user", "user_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(String(LONGEST))
    at: Mapped[datetime] = mapped_column(default=now)
