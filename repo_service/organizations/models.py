"""Tables of organisations, clusters, memberships and the province's settings (R5, R38, R43-R48)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from repo_service.core.clock import now
from repo_service.core.db import Base, Id, Json
from repo_service.core.identifiers import new_id


class Organization(Base):
    """Department (Sở), commune (xã, phường, đặc khu), school, inclusion centre or another unit."""

    __tablename__ = "organizations"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    """so, xa, truong, tt-hoa-nhap, khac."""
    institution_type: Mapped[str | None] = mapped_column(String(40))
    """Code of B1 for schools and centres; xa, phuong or dac-khu for communes."""
    code: Mapped[str | None] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    name_sort: Mapped[str] = mapped_column(String(240), default="", index=True)
    old_names: Mapped[list[str]] = mapped_column(default=list)
    levels: Mapped[list[str]] = mapped_column(default=list)
    commune_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"), index=True)
    managing_body_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"), index=True)
    """The commune or the department that this school answers to (R38)."""
    is_active: Mapped[bool] = mapped_column(default=True)
    successor_ids: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)


class Cluster(Base):
    """Cụm chuyên môn: schools working together, above nobody (R32, R47)."""

    __tablename__ = "clusters"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(160))
    name_sort: Mapped[str] = mapped_column(String(240), default="", index=True)
    old_names: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(20), default="dang-hoat-dong")
    decision_number: Mapped[str | None] = mapped_column(String(60))
    decision_date: Mapped[date | None]
    direct_manager_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"))
    host_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"))
    successor_ids: Mapped[list[str]] = mapped_column(default=list)
    from_year: Mapped[str] = mapped_column(String(9))
    to_year: Mapped[str | None] = mapped_column(String(9))
    created_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)

    scopes: Mapped[list[ClusterScope]] = relationship(
        order_by="ClusterScope.id", cascade="all, delete-orphan", lazy="selectin"
    )


class ClusterScope(Base):
    """One scope of a cluster: a kind of B3 and a value of it (level, subject, group, field, commune)."""

    __tablename__ = "cluster_scopes"
    __table_args__ = (Index("ix_cluster_scopes_cluster", "cluster_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    cluster_id: Mapped[str] = mapped_column(Id, ForeignKey("clusters.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(60))


class Succession(Base):
    """A cluster that took over from another one after a merger or split (R48), at any distance.

    Whoever reads or leads the successor reads or leads the shelf of the predecessor: nothing is moved.
    """

    __tablename__ = "successions"

    predecessor_id: Mapped[str] = mapped_column(Id, ForeignKey("clusters.id"), primary_key=True)
    successor_id: Mapped[str] = mapped_column(Id, ForeignKey("clusters.id"), primary_key=True, index=True)


class Membership(Base):
    """A person's role, or a school's place in a cluster, from one school year to another (R43, R48).

    Person: `user_id` + `role` on an organisation, a cluster, or neither (whole system).
    School: `organization_id` + `cluster_id`, role `thanh-vien`, no person.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(
            "user_id IS NOT NULL OR (organization_id IS NOT NULL AND cluster_id IS NOT NULL)", name="who"
        ),
        Index("ix_memberships_user", "user_id"),
        Index("ix_memberships_organization", "organization_id"),
        Index("ix_memberships_cluster", "cluster_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    organization_id: Mapped[str | None] = mapped_column(Id, ForeignKey("organizations.id"))
    cluster_id: Mapped[str | None] = mapped_column(Id, ForeignKey("clusters.id"))
    role: Mapped[str] = mapped_column(String(30))
    subjects: Mapped[list[str]] = mapped_column(default=list)
    from_year: Mapped[str] = mapped_column(String(9))
    to_year: Mapped[str | None] = mapped_column(String(9))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ProvinceSetting(Base):
    """One setting of domain.md A6 that differs from its default; changes are in the audit trail."""

    __tablename__ = "province_settings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    changed_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    changed_at: Mapped[datetime] = mapped_column(default=now)
