"""Tables of curation rounds ("đợt rà soát"): rounds, the works in them, and every verdict ever given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id
from repo_service.organizations.models import Cluster
from repo_service.resources.models import Resource, ResourceVersion


class CurationRound(Base):
    """One round of a cluster: what was to be looked at, by whom, until when."""

    __tablename__ = "curation_rounds"
    __table_args__ = (
        Index("ix_curation_rounds_cluster", "cluster_id", "school_year"),
        Index("ix_curation_rounds_state", "state", "due_on"),
        Index(
            "uq_curation_rounds_yearly",
            "cluster_id",
            "school_year",
            unique=True,
            sqlite_where=text("is_yearly"),
            postgresql_where=text("is_yearly"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(200))
    cluster_id: Mapped[str] = mapped_column(Id, ForeignKey("clusters.id"))
    school_year: Mapped[str] = mapped_column(String(9))
    """The year whose duty it is: that of its opening."""
    scope: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was asked for, as `Scope` reads it; the items themselves are fixed at opening."""
    curator_ids: Mapped[list[str]] = mapped_column(default=list)
    """Accounts asked by name; empty: whoever curates for the cluster."""
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default="open")
    """open, closed, cancelled: lifecycle.py."""
    is_yearly: Mapped[bool] = mapped_column(default=False)
    """Opened by the schedule; a cluster has one a school year."""
    item_count: Mapped[int] = mapped_column(default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    """Items that wait for nobody any more; the round closes when it reaches `item_count`."""
    opened_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    closed_on: Mapped[date | None]
    """The day in Vietnam of `closed_at`: what is compared with `due_on`."""
    revision: Mapped[int] = mapped_column(default=1)

    cluster: Mapped[Cluster] = relationship(lazy="raise")


class CurationItem(Base):
    """A work in a round: why it deserves a look, and what was decided."""

    __tablename__ = "curation_items"
    __table_args__ = (
        UniqueConstraint("round_id", "resource_id"),
        Index("ix_curation_items_queue", "round_id", "state", "urgency"),
        Index("ix_curation_items_resource_id", "resource_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(Id, ForeignKey("curation_rounds.id", ondelete="CASCADE"))
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id", ondelete="CASCADE"))
    risks: Mapped[list[Any]] = mapped_column(default=list)
    """[[code, values]]: why it stands where it stands, said as sentences by works/words.py."""
    urgency: Mapped[int] = mapped_column(default=0)
    """Only the order of the queue; never shown, never sent (R26)."""
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    """waiting, decided, gone: lifecycle.py."""
    verdict_id: Mapped[str | None] = mapped_column(Id)
    assessed_at: Mapped[datetime | None]
    """When its text was last looked at for risks."""

    round: Mapped[CurationRound] = relationship(lazy="raise")
    resource: Mapped[Resource] = relationship(lazy="raise")


class CurationVerdict(Base):
    """One verdict on a work, kept for good; one that was taken back says when."""

    __tablename__ = "curation_verdicts"
    __table_args__ = (
        Index("ix_curation_verdicts_resource", "resource_id", "decided_at"),
        Index("ix_curation_verdicts_round_id", "round_id"),
        Index(
            "ix_curation_verdicts_to_update",
            "resource_id",
            sqlite_where=text("verdict = 'can-cap-nhat' AND settled_at IS NULL AND undone_at IS NULL"),
            postgresql_where=text("verdict = 'can-cap-nhat' AND settled_at IS NULL AND undone_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    round_id: Mapped[str] = mapped_column(Id, ForeignKey("curation_rounds.id", ondelete="CASCADE"))
    item_id: Mapped[str] = mapped_column(Id, ForeignKey("curation_items.id", ondelete="CASCADE"))
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id", ondelete="CASCADE"))
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("resource_versions.id", ondelete="CASCADE"))
    verdict: Mapped[str] = mapped_column(String(20))
    """giu-nguyen, can-cap-nhat, thay-the, ngung-su-dung (B6)."""
    reasons: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    successor_id: Mapped[str | None] = mapped_column(Id, ForeignKey("resources.id", ondelete="SET NULL"))
    decided_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What taking it back restores: the date of the next look, and what use was carried over."""
    settled_at: Mapped[datetime | None]
    """Of "needs update": a new version was published, or a later verdict spoke."""
    undone_at: Mapped[datetime | None]

    version: Mapped[ResourceVersion] = relationship(lazy="raise")
