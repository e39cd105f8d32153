"""The audit trail: who did what to which object, when; sealed into a hash chain afterwards (core/audit/chain.py)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from repo_service.core.clock import now
from repo_service.core.db import Base, Id, write_late, write_now
from storage_adapters.crashpoints import crashpoint


class AuditEntry(Base):
    """One act. Rows are written unsealed; `position` and `seal` are filled in batches."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_object", "object_kind", "object_id"),
        Index("ix_audit_entries_position", "position", unique=True),
        Index(
            "ix_audit_entries_unsealed",
            "id",
            sqlite_where=text("seal IS NULL"),
            postgresql_where=text("seal IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[str | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(60))
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[str] = mapped_column(Id)
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    position: Mapped[int | None] = mapped_column(BigInteger)
    """Place in the chain, from 1 without gaps: a transaction that ends late is sealed late, whatever its id."""
    seal: Mapped[str | None] = mapped_column(String(64))


def record(actor_id: str | None, action: str, object_kind: str, object_id: str, **values: Any) -> None:
    """Write one act in the present transaction; `values` hold codes and ids, never file contents."""
    about = {"object_kind": object_kind, "object_id": object_id, "values": values}
    write_late(AuditEntry, at=now(), actor_id=actor_id, action=action, **about)
    crashpoint(action)  # each audited act is a place of its own to die at


def record_now(actor_id: str | None, action: str, object_kind: str, object_id: str, **values: Any) -> None:
    """Write one act of a request that only reads: committed by itself, before anything is answered."""
    about = {"object_kind": object_kind, "object_id": object_id, "values": values}
    write_now(AuditEntry, at=now(), actor_id=actor_id, action=action, **about)
