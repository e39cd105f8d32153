"""Tables of collections ("bộ sưu tập"); a starter kit ("bộ khởi đầu", R42) is a collection with a subject and class."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id


class Collection(Base):
    """Works that a person put together; the owner's alone until it is shared with a cluster or the province."""

    __tablename__ = "collections"
    __table_args__ = (
        Index(
            "uq_collections_default",
            "owner_id",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
        Index("ix_collections_owner", "owner_id", "updated_at"),
        Index("ix_collections_kit", "kit_subject", "kit_grade"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    owner_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    visibility: Mapped[str] = mapped_column(String(20), default="rieng")
    """rieng, cum (of `cluster_id`) or tinh: who may open its link. A work's own reach holds inside it as well."""
    cluster_id: Mapped[str | None] = mapped_column(Id, ForeignKey("clusters.id"))
    is_default: Mapped[bool] = mapped_column(default=False)
    """Where one tap on "Lưu" puts a work; each person has at most one."""
    kit_subject: Mapped[str | None] = mapped_column(String(40))
    kit_grade: Mapped[str | None] = mapped_column(String(20))
    copied_from_id: Mapped[str | None] = mapped_column(Id, ForeignKey("collections.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)
    """Raised with every change: the ETag."""


class CollectionItem(Base):
    """A work's place in a collection; whoever opens it gets the work's newest version."""

    __tablename__ = "collection_items"

    collection_id: Mapped[str] = mapped_column(
        Id, ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True
    )
    resource_id: Mapped[str] = mapped_column(
        Id, ForeignKey("resources.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime] = mapped_column(default=now)
