"""Tables of letters: what a person wants to hear of by mail, letters on their way, mailboxes that do not exist."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id

AT_ONCE, DAILY, WEEKLY, NEVER = "ngay", "hang-ngay", "hang-tuan", "khong"
NEWS, LINK, ADDRESS = "tin", "lien-ket", "dia-chi"
WAITING, SENT, DROPPED = "cho", "da-gui", "khong-gui"


class MailChoice(Base):
    """How often a person hears of one group of notices by mail; no row: never."""

    __tablename__ = "mail_choices"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    group: Mapped[str] = mapped_column(String(20), primary_key=True)
    frequency: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime] = mapped_column(default=now)
    """Notices from before the choice are not sent."""


class OutgoingLetter(Base):
    """One letter on its way ("thư"): a digest of notices, or one with a link that is made when it is sent."""

    __tablename__ = "outgoing_letters"
    __table_args__ = (
        Index(
            "ix_outgoing_letters_due",
            "due_at",
            sqlite_where=text("state = 'cho'"),
            postgresql_where=text("state = 'cho'"),
        ),
        Index("ix_outgoing_letters_user", "user_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    """NEWS, LINK or ADDRESS."""
    notices: Mapped[list[str]] = mapped_column(default=list)
    """Ids of the notices of a digest: what is said of them is decided when it is sent."""
    asked_by_id: Mapped[str | None] = mapped_column(Id)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    error: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]


class DeadMailbox(Base):
    """An address that the mail server says does not exist; another address of the person is tried again."""

    __tablename__ = "dead_mailboxes"

    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    code: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(default=now)
