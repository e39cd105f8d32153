"""Table of links of published works: whether each still answered when Kho last asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id


class LinkCheck(Base):
    """One link of a work's shown version."""

    __tablename__ = "link_checks"
    __table_args__ = (Index("ix_link_checks_checked_at", "checked_at"),)

    resource_id: Mapped[str] = mapped_column(
        Id, ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True
    )
    url_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    version_id: Mapped[str] = mapped_column(Id)
    """The version that was shown when the link was looked at."""
    state: Mapped[str] = mapped_column(String(20))
    """alive, failing (once, or for less than a day), dead, or unknown: not asked, or the answer says nothing."""
    detail: Mapped[str] = mapped_column(String(40), default="")
    """Why: a status, no_such_host, refused, no_answer, not_public."""
    failing_since: Mapped[datetime | None]
    checked_at: Mapped[datetime] = mapped_column(default=now)
