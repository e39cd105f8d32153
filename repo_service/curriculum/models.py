"""Tables of the controlled lists (domain.md part B) and of the revision that caches watch."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.db import Base


class Term(Base):
    """One entry of a vocabulary; codes are never reused or renamed."""

    __tablename__ = "terms"

    vocabulary: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    label: Mapped[str] = mapped_column(String(200))
    short_label: Mapped[str | None] = mapped_column(String(60))
    aliases: Mapped[list[str]] = mapped_column(default=list)
    parent: Mapped[str | None] = mapped_column(String(60))
    position: Mapped[int] = mapped_column(default=0)
    grades: Mapped[list[str]] = mapped_column(default=list)
    levels: Mapped[list[str]] = mapped_column(default=list)
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What only this vocabulary has: dates of a school year, kinds per grade, usual extensions."""
    active_from: Mapped[str | None] = mapped_column(String(10))
    active_to: Mapped[str | None] = mapped_column(String(10))


class Installation(Base):
    """The one row that every process watches: when `revision` grows, cached lists are read anew."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    province_code: Mapped[str] = mapped_column(String(10))
    province_name: Mapped[str] = mapped_column(String(120))
    is_demo: Mapped[bool] = mapped_column(default=False)
