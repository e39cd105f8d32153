"""Tables of a cluster's plan for its product of the year ("kế hoạch sản phẩm năm")."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id


class AnnualPlan(Base):
    """What a cluster wants to make in a school year; one plan a year, changed as the work goes."""

    __tablename__ = "annual_plans"
    __table_args__ = (UniqueConstraint("cluster_id", "school_year"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    cluster_id: Mapped[str] = mapped_column(Id, ForeignKey("clusters.id"))
    school_year: Mapped[str] = mapped_column(String(9))
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    """The type of work (B7): a chuyên đề, a topic package, or any other."""
    milestones: Mapped[list[Any]] = mapped_column(default=list)
    """[{key, on}]: days of milestones.py, as ISO dates."""
    resource_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("resources.id", ondelete="SET NULL"), index=True
    )
    """The work that grows out of it, once there is one."""
    made_by_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)

    people: Mapped[list[PlanPerson]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class PlanPerson(Base):
    """A co-author: a colleague of a member school."""

    __tablename__ = "annual_plan_people"

    plan_id: Mapped[str] = mapped_column(
        Id, ForeignKey("annual_plans.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True, index=True)
