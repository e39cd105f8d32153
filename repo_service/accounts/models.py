"""Tables of people and the secrets they sign in with; only hashes of secrets are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id
from repo_service.core.identifiers import new_id


class User(Base):
    """A person with an account ("tài khoản"); roles live on memberships."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    name_sort: Mapped[str] = mapped_column(String(200), default="")
    """The alphabet's key, given name first, as school lists are kept: An, then Bích, whatever the family names."""
    form_of_address: Mapped[str] = mapped_column(String(10), default="thay-co")
    """co, thay or thay-co: "cô Lan", "thầy Minh"."""
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """Known to be the person's: given by the house, or confirmed by a letter (accounts/addresses)."""
    email_is_unproven: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Maybe typed by its owner before letters confirmed it: letters go there, no outer identity is tied by it."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    session_version: Mapped[int] = mapped_column(default=1)
    """Raised to end every session of the person at once."""
    language: Mapped[str] = mapped_column(String(5), default="vi")
    created_at: Mapped[datetime] = mapped_column(default=now)
    erased_at: Mapped[datetime | None]
    """Since when the account is only a pseudonym: the person had the own data erased."""


class PersonalToken(Base):
    """A bearer token for the API, shown once, kept as SHA-256."""

    __tablename__ = "personal_tokens"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """An invitation or password-reset link, handed over in person or by mail; works once."""

    __tablename__ = "one_time_links"

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    """`moi` invitation, `dat-lai` password reset."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class EndedSession(Base):
    """A browser session that was signed out before its time; a replay of its cookie is refused."""

    __tablename__ = "ended_sessions"

    session_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(default=now, index=True)


class ExternalIdentity(Base):
    """Who somebody is at the province's provider, tied to an account: one for each account and provider."""

    __tablename__ = "external_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("user_id", "issuer"))

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(Id, ForeignKey("users.id"))
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(default=now)
