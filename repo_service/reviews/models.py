"""Tables of peer review ("phản biện"): rounds, who reads, what they decided, what they said."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id
from repo_service.resources.models import Resource, ResourceVersion


class ReviewRound(Base):
    """One round on one version; a published version may get further rounds ("vòng phản biện")."""

    __tablename__ = "review_rounds"
    __table_args__ = (
        Index("ix_review_rounds_open", "state", "cluster_id", "id"),
        Index("ix_review_rounds_resource", "resource_id"),
        Index("ix_review_rounds_due", "cluster_id", "due_on"),
        Index(
            "uq_review_rounds_open",
            "resource_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id", ondelete="CASCADE"))
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("resource_versions.id", ondelete="CASCADE"))
    cluster_id: Mapped[str | None] = mapped_column(Id, ForeignKey("clusters.id"))
    school_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"))
    number: Mapped[int] = mapped_column(default=1)
    is_further: Mapped[bool] = mapped_column(default=False)
    """On a version that is published already."""
    state: Mapped[str] = mapped_column(String(20), default="open")
    """open, approved, changes_requested, declined, recalled."""
    required: Mapped[int] = mapped_column(default=1)
    """Approvals needed, as the setting said when the round opened."""
    due_on: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    """When somebody last asked gently whether it is being read."""
    leads_told: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often the leads were told that it lacks readers: 1 after two days, 2 once its day passed."""

    resource: Mapped[Resource] = relationship(lazy="raise")
    version: Mapped[ResourceVersion] = relationship(lazy="raise")
    assignments: Mapped[list[ReviewAssignment]] = relationship(
        order_by="ReviewAssignment.created_at", cascade="all, delete-orphan", lazy="raise"
    )
    verdicts: Mapped[list[Verdict]] = relationship(
        order_by="Verdict.decided_at", cascade="all, delete-orphan", lazy="raise"
    )

    @property
    def readers(self) -> list[ReviewAssignment]:
        """Who reads or has read; who handed it back is none of them."""
        return [assignment for assignment in self.assignments if assignment.state != "returned"]


class ReviewAssignment(Base):
    """A colleague who reads in a round: asked by the lead, or by own claim."""

    __tablename__ = "review_assignments"
    __table_args__ = (
        UniqueConstraint("round_id", "reviewer_id"),
        Index("ix_review_assignments_reviewer", "reviewer_id", "state"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(Id, ForeignKey("review_rounds.id", ondelete="CASCADE"))
    reviewer_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    assigned_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    state: Mapped[str] = mapped_column(String(20), default="open")
    """open, done, returned (see lifecycle.py)."""
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """Why it was handed back, in a few words."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    """Since when the colleague has it."""


class Verdict(Base):
    """One reviewer's decision in a round, kept for good: reason codes and a note, never a score."""

    __tablename__ = "verdicts"
    __table_args__ = (
        UniqueConstraint("round_id", "reviewer_id"),
        Index("ix_verdicts_version", "version_id", "decision"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(Id, ForeignKey("review_rounds.id", ondelete="CASCADE"))
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("resource_versions.id", ondelete="CASCADE"))
    reviewer_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    school_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"))
    from_other_school: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[str] = mapped_column(String(20))
    """approve, request_changes, decline."""
    reasons: Mapped[list[str]] = mapped_column(default=list)
    checklist: Mapped[list[str]] = mapped_column(default=list)
    """Lines of the checklist that were found in order."""
    note: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime] = mapped_column(default=now)


class ReviewComment(Base):
    """A remark in a round, on a place in the text or on the whole; can be answered and settled."""

    __tablename__ = "review_comments"
    __table_args__ = (Index("ix_review_comments_round", "round_id", "created_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(Id, ForeignKey("review_rounds.id", ondelete="CASCADE"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    parent_id: Mapped[str | None] = mapped_column(Id, ForeignKey("review_comments.id"))
    place: Mapped[str] = mapped_column(String(120), default="")
    """The words it speaks of, as they stand in the text: by them it is found again in a later version."""
    file_id: Mapped[str | None] = mapped_column(Id)
    page: Mapped[int | None]
    """Of the file's preview, from 1."""
    paragraph: Mapped[int | None]
    """Number of the line in the file's text, from 0."""
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    settled_at: Mapped[datetime | None]
