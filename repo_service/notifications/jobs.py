"""Notices about one's own account: accounts stands below the inbox and cannot tell anybody by itself."""

from __future__ import annotations

from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import second_factor_path
from repo_service.notifications.service import notify

_WHERE = {
    "user.address_given": "/tai-khoan",
    "user.password_changed": "/tai-khoan",
    "user.second_factor_on": second_factor_path(),
    "user.second_factor_off": second_factor_path(),
}
"""Topic -> the page where its owner looks whether all is as it should be."""


def tell_owner(row: OutboxRow) -> None:
    """Something of an account changed: its owner hears of it, so that a thief's change does not stay unseen."""
    kind = row.topic.replace("user.", "account.")
    notify([row.object_id], kind, _WHERE[row.topic], f"{row.topic}:{row.id}")
