"""Table of annual products ("sản phẩm chuyên môn của năm học", R1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id


class AnnualProduct(Base):
    """A cluster's product of one school year; at most one that is not withdrawn."""

    __tablename__ = "annual_products"
    __table_args__ = (
        Index(
            "uq_annual_products_cluster_year",
            "cluster_id",
            "school_year",
            unique=True,
            sqlite_where=text("state != 'withdrawn'"),
            postgresql_where=text("state != 'withdrawn'"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    cluster_id: Mapped[str] = mapped_column(Id, ForeignKey("clusters.id"))
    school_year: Mapped[str] = mapped_column(String(9))
    resource_id: Mapped[str] = mapped_column(Id, ForeignKey("resources.id"), index=True)
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("resource_versions.id"))
    """The version that was chosen; locking keeps exactly this one."""
    state: Mapped[str] = mapped_column(String(20), default="chosen")
    """chosen, published (locked), withdrawn."""
    local_fit: Mapped[str] = mapped_column(Text, default="")
    """Vì sao phù hợp với địa phương (R2)."""
    use: Mapped[str] = mapped_column(Text, default="")
    """Các trường trong cụm dùng thế nào (R2)."""
    carry_over_note: Mapped[str] = mapped_column(Text, default="")
    """The lead's note when it is a new version of an earlier year's product (R1)."""
    manifest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    manifest_sha256: Mapped[str | None] = mapped_column(String(64))
    chosen_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    chosen_at: Mapped[datetime] = mapped_column(default=now)
    published_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    published_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)

    check_state: Mapped[str] = mapped_column(String(12), default="")
    """Reading every byte again (locking/checks.py): "", waiting, clean, damaged."""
    check_covers: Mapped[str | None] = mapped_column(String(64))
    """Fingerprint of the files that were read: other files need another reading."""
    check_asked_at: Mapped[datetime | None]
    check_finished_at: Mapped[datetime | None]
    check_findings: Mapped[list[Any]] = mapped_column(default=list)
    """[{name, kind}] of files that are not as recorded."""


class Addendum(Base):
    """ "Phụ lục": a later version of a locked product, with its own manifest; what was locked first stays (I9)."""

    __tablename__ = "annual_product_addenda"
    __table_args__ = (UniqueConstraint("product_id", "number"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    product_id: Mapped[str] = mapped_column(Id, ForeignKey("annual_products.id"))
    number: Mapped[int] = mapped_column(default=1)
    version_id: Mapped[str] = mapped_column(Id, ForeignKey("resource_versions.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    """What changed and why, said by the lead."""
    manifest: Mapped[dict[str, Any]] = mapped_column(default=dict)
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    added_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    added_at: Mapped[datetime] = mapped_column(default=now)
