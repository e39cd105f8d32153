"""Notices about one's own account: accounts stands below the inbox and cannot tell anybody by itself."""

from __future__ import annotations

from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import second_factor_path
from repo_service.notifications.service import notify


def tell_address_given(row: OutboxRow) -> None:
    """Somebody else wrote down the person's address."""
    notify([row.object_id], "account.address_given", "/tai-khoan", f"user.address_given:{row.id}")


def tell_second_factor_off(row: OutboxRow) -> None:
    """Somebody else took the person's second factor off."""
    origin = f"user.second_factor_off:{row.id}"
    notify([row.object_id], "account.second_factor_off", second_factor_path(), origin)
