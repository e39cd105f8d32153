"""Tables of requests about personal data and of packages with a person's own data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id


class PrivacyRequest(Base):
    """What somebody asks about the own data ("yêu cầu về dữ liệu cá nhân"), with the law's two deadlines."""

    __tablename__ = "privacy_requests"
    __table_args__ = (Index("ix_privacy_requests_open", "closed_at", "finish_by"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """A key of clocks.KINDS."""
    words: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), default="moi")
    """moi, da-nhan (answered), xong, tu-choi."""
    asked_at: Mapped[datetime] = mapped_column(default=now)
    answer_by: Mapped[datetime]
    finish_by: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    extension_reason: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None]
    closing_words: Mapped[str | None] = mapped_column(Text)
    handled_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))


class DataPackage(Base):
    """A zip with all that Kho holds of a person, made for that person alone and deleted after a week."""

    __tablename__ = "data_packages"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    key: Mapped[str | None] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
