"""An address that somebody typed and that is not known to be theirs yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id


class AddressChange(Base):
    """The one address ("email chờ xác nhận") that a person wants, until the link in its letter is followed."""

    __tablename__ = "address_changes"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the link in the letter; none before it is written."""
    expires_at: Mapped[datetime | None]
