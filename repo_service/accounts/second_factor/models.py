"""A person's second factor and the codes for the day the phone is gone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id


class SecondFactor(Base):
    """The secret ("lớp bảo vệ thứ hai") that a person's phone shares with Kho, encrypted under SECRET_KEY."""

    __tablename__ = "second_factors"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(300))
    last_step: Mapped[int]
    """The half minute, counted from 1970, of the newest code that was used: no code works twice."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Base):
    """A code that works once instead of the phone; kept as SHA-256, deleted when used."""

    __tablename__ = "recovery_codes"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
