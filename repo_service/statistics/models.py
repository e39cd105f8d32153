"""Tables of figures: counted once a month is over, or again while it runs, so that no page counts works."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id

EVERYWHERE = "*"
"""In place of a cluster: the whole province."""


class MonthlyFigure(Base):
    """How many of one measure in a month, by cluster (or everywhere), subject (empty: each work once) and type."""

    __tablename__ = "monthly_figures"
    __table_args__ = (Index("ix_monthly_figures_month", "month"),)

    cluster_id: Mapped[str] = mapped_column(Id, primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    """2026-11, in Vietnam."""
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    """sent, published, downloads; improved and taught, the signals of use."""
    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    type: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]


class FigureMonth(Base):
    """A month that has been counted, and when."""

    __tablename__ = "figure_months"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(default=now)
