"""A closed account keeps its works; what the person searched for goes."""

from __future__ import annotations

from repo_service.core.outbox import OutboxRow
from repo_service.search_history.service import forget_person


def forget_closed_account(row: OutboxRow) -> None:
    """The person behind the account is gone."""
    forget_person(row.object_id)
