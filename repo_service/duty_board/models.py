"""Table of gentle nudges ("nhắc nhẹ") about a cell of the board."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id

LONGEST = 500
"""Characters of a nudge: a colleague's line, no letter."""


class DutyNudge(Base):
    """One nudge to the leads of a cluster about one duty of one school year; at most one a week."""

    __tablename__ = "duty_nudges"
    __table_args__ = (Index("ix_duty_nudges_cell", "cluster_id", "school_year", "duty", "sent_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    cluster_id: Mapped[str] = mapped_column(Id, ForeignKey("clusters.id"))
    school_year: Mapped[str] = mapped_column(String(9))
    duty: Mapped[str] = mapped_column(String(20))
    """product, reviews, curation: a column of the board."""
    text: Mapped[str] = mapped_column(String(LONGEST))
    sent_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    sent_at: Mapped[datetime] = mapped_column(default=now)
