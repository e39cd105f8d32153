"""Tables of resources ("học liệu") and their versions; a published version never changes again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from repo_service.core.clock import now
from repo_service.core.db import Base, Id, Json
from repo_service.core.identifiers import new_id


class Resource(Base):
    """What stays the same over all versions: who owns it, who may see it, which version is shown.

    The columns under "kept by higher features" are written only by verbs of `service.py` that those
    features call, so that a page or an index document never needs their tables.
    """

    __tablename__ = "resources"
    __table_args__ = (
        CheckConstraint("cluster_id IS NOT NULL OR school_id IS NOT NULL", name="owner"),
        Index("ix_resources_shelf", "cluster_id", "state", "first_published_at"),
        Index("ix_resources_newest", "first_published_at"),
        Index("ix_resources_due", "cluster_id", "next_review_on"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(300), default="")
    title_folded: Mapped[str] = mapped_column(String(300), default="", index=True)
    """For the title search that stands in when the engine is away."""
    state: Mapped[str] = mapped_column(String(20), default="active")
    visibility: Mapped[str] = mapped_column(String(20), default="tinh")
    cluster_id: Mapped[str | None] = mapped_column(Id, ForeignKey("clusters.id"))
    school_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"), index=True)
    created_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    current_version_id: Mapped[str | None] = mapped_column(Id)
    """The newest published version: "the" version."""
    working_version_id: Mapped[str | None] = mapped_column(Id)
    """The version on its way to publication, if any."""
    kept_until: Mapped[datetime | None]
    """Until when that version is for its authors and named reviewers only: its `embargo_until` (R52)."""
    school_year: Mapped[str | None] = mapped_column(String(9))
    """Year of the first publication, editable."""
    first_published_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)
    """Raised with every change: the ETag, and the version the index keeps."""
    based_on_id: Mapped[str | None] = mapped_column(Id, ForeignKey("resources.id"), index=True)
    """The original of an adapted version or own copy: the credit chain."""
    based_on_kind: Mapped[str | None] = mapped_column(String(20))
    """`ban-rieng` for an own copy, `hoa-nhap` for a version adapted for inclusion; None when only named."""
    credits: Mapped[list[Any] | None] = mapped_column(Json)
    """Whose work this one rests on, the nearest first (description.py); kept for good."""

    hidden_at: Mapped[datetime | None]
    """Since when it is out of sight while somebody looks into it; only authors, leads and department open it."""
    hidden_reason: Mapped[str | None] = mapped_column(Text)
    state_reason: Mapped[str | None] = mapped_column(Text)
    state_changed_at: Mapped[datetime | None]

    # kept by higher features
    successor_id: Mapped[str | None] = mapped_column(Id, ForeignKey("resources.id"), index=True)
    annual_product_year: Mapped[str | None] = mapped_column(String(9))
    spread_reason: Mapped[str | None] = mapped_column(Text)
    """Why the department marked it "Nhân rộng" (R15)."""
    next_review_on: Mapped[date | None]
    review_count: Mapped[int] = mapped_column(default=0)
    """Colleagues who approved the shown version; a fact, never a grade."""
    schools_taught: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    download_count: Mapped[int] = mapped_column(default=0)

    authors: Mapped[list[ResourceAuthor]] = relationship(
        order_by="ResourceAuthor.position", cascade="all, delete-orphan", lazy="raise"
    )


class ResourceAuthor(Base):
    """One of the group that made it, in the order the group chose (R28)."""

    __tablename__ = "resource_authors"
    __table_args__ = (
        UniqueConstraint("resource_id", "user_id"),
        Index("ix_resource_authors_user", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(120))
    school: Mapped[str | None] = mapped_column(String(160))
    school_id: Mapped[str | None] = mapped_column(Id)
    position: Mapped[int] = mapped_column(default=0)


class ResourceVersion(Base):
    """One version: its metadata and list of files; frozen once published ("phiên bản")."""

    __tablename__ = "resource_versions"
    __table_args__ = (
        UniqueConstraint("resource_id", "number", "minor"),
        Index("ix_resource_versions_state", "state"),
        Index("ix_resource_versions_week", "week"),
        Index("ix_resource_versions_submitted", "submitted_at"),
        Index(
            "ix_resource_versions_packages",
            "resource_id",
            sqlite_where=text("type = 'goi-chu-de'"),
            postgresql_where=text("type = 'goi-chu-de'"),
        ),
        Index(
            "ix_resource_versions_embargo",
            "embargo_until",
            sqlite_where=text("embargo_until IS NOT NULL"),
            postgresql_where=text("embargo_until IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    minor: Mapped[int] = mapped_column(default=0)
    """Raised by corrections of published metadata; files are the same."""
    state: Mapped[str] = mapped_column(String(20), default="draft")
    title: Mapped[str] = mapped_column(String(300), default="")
    type: Mapped[str | None] = mapped_column(String(40))
    subtype: Mapped[str | None] = mapped_column(String(40))
    levels: Mapped[list[str]] = mapped_column(default=list)
    grades: Mapped[list[str]] = mapped_column(default=list)
    subjects: Mapped[list[str]] = mapped_column(default=list)
    textbook_sets: Mapped[list[str]] = mapped_column(default=list)
    themes: Mapped[list[str]] = mapped_column(default=list)
    purposes: Mapped[list[str]] = mapped_column(default=list)
    audiences: Mapped[list[str]] = mapped_column(default=list)
    keywords: Mapped[list[str]] = mapped_column(default=list)
    summary: Mapped[str] = mapped_column(Text, default="")
    programme: Mapped[str] = mapped_column(String(20), default="gdpt-2018")
    term: Mapped[str | None] = mapped_column(String(10))
    week: Mapped[int | None]
    is_study_topic: Mapped[bool] = mapped_column(default=False)
    """Chuyên đề học tập of the pupils, never to be mixed with type chuyen-de (B2)."""
    licence: Mapped[str] = mapped_column(String(30), default="dung-chung-tinh")
    licence_name: Mapped[str | None] = mapped_column(String(80))
    rights: Mapped[str] = mapped_column(String(20), default="tu-lam")
    ai_use: Mapped[str] = mapped_column(String(20), default="khong")
    ai_tool: Mapped[str | None] = mapped_column(String(120))
    ai_checked_by: Mapped[str | None] = mapped_column(String(120))
    personal_data: Mapped[str | None] = mapped_column(String(20))
    """What the author says of the people whom the files name (R50): a code, None while not asked."""
    links: Mapped[list[Any]] = mapped_column(default=list)
    """[{url, label}]: a link may stand in place of a file."""
    members: Mapped[list[Any]] = mapped_column(default=list)
    """[{resource, version, note}] of a topic package: works in order, each pinned to one version (ids)."""
    change_note: Mapped[str] = mapped_column(Text, default="")
    differences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What a correction changed: {field: [before, after]}."""
    reviewed: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """{"on": day of the last approval, "schools": [names]}, written by reviews; stays with the files it was said of."""
    wait_to_publish: Mapped[bool] = mapped_column(default=False)
    embargo_until: Mapped[datetime | None]
    created_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    last_editor_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    files: Mapped[list[VersionFile]] = relationship(
        order_by="VersionFile.position", cascade="all, delete-orphan", lazy="raise"
    )


class VersionFile(Base):
    """A file's place in a version; several versions may share one stored file."""

    __tablename__ = "version_files"

    version_id: Mapped[str] = mapped_column(
        Id, ForeignKey("resource_versions.id", ondelete="CASCADE"), primary_key=True
    )
    file_id: Mapped[str] = mapped_column(Id, ForeignKey("stored_files.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(255))
