"""Table of what people follow: one row for each person and thing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id

SUBJECT, CLUSTER, WORK = "mon", "cum", "bai"


class Follow(Base):
    """Something a person follows ("theo dõi"): a subject (of one class when named), a cluster, or a work."""

    __tablename__ = "follows"
    __table_args__ = (
        UniqueConstraint("user_id", "kind", "target", "grade"),
        Index("ix_follows_target", "kind", "target", "user_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    """SUBJECT, CLUSTER or WORK."""
    target: Mapped[str] = mapped_column(String(60))
    """Code of the subject, or id of the cluster or work."""
    grade: Mapped[str] = mapped_column(String(20), default="")
    """With a subject: one class, or nothing for all of them."""
    created_at: Mapped[datetime] = mapped_column(default=now)
