"""Tables of what people ask a cluster for, and of the works that colleagues answered with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id

LONGEST = 300
"""Characters of a request: a sentence or two, no form to fill in."""


class ColleagueRequest(Base):
    """One request ("lời nhờ") of a person to the colleagues of a cluster; open until somebody closes it."""

    __tablename__ = "colleague_requests"
    __table_args__ = (
        Index("ix_colleague_requests_cluster", "cluster_id", "id"),
        Index("ix_colleague_requests_asker", "asked_by_id", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    cluster_id: Mapped[str] = mapped_column(Id, ForeignKey("clusters.id"))
    asked_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(String(LONGEST))
    subject: Mapped[str | None] = mapped_column(String(40))
    grade: Mapped[str | None] = mapped_column(String(40))
    """What Kho understood of the search behind it; codes of the controlled lists."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))

    answers: Mapped[list[ColleagueAnswer]] = relationship(
        order_by="ColleagueAnswer.created_at", cascade="all, delete-orphan", lazy="raise"
    )


class ColleagueAnswer(Base):
    """A published work that a colleague sent in answer to a request."""

    __tablename__ = "colleague_answers"
    __table_args__ = (UniqueConstraint("request_id", "resource_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    request_id: Mapped[str] = mapped_column(Id, ForeignKey("colleague_requests.id", ondelete="CASCADE"))
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id"))
    answered_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
