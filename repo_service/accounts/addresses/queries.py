"""Reading addresses that wait to be confirmed."""

from __future__ import annotations

from sqlalchemy import or_, select

from repo_service.accounts.addresses.models import AddressChange
from repo_service.accounts.models import User
from repo_service.accounts.queries import digest
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _


def waiting_change(user_id: str) -> AddressChange | None:
    """The address a person typed that waits; None without one, or when its link ended."""
    change = AddressChange
    alive = or_(change.expires_at.is_(None), change.expires_at > clock.now())
    return current_session().scalar(select(change).where(change.user_id == user_id, alive))


def open_change(secret: str) -> tuple[AddressChange, User]:
    """The change behind a letter's link and whose it is; NotFound when used, over, or another was typed since."""
    change = AddressChange
    statement = (
        select(change, User)
        .join(User, User.id == change.user_id)
        .where(change.token_hash == digest(secret), change.expires_at > clock.now(), User.is_active)
    )
    row = current_session().execute(statement).one_or_none()
    if row is None:
        raise NotFound(
            _("Liên kết này đã dùng rồi hoặc đã hết hạn. Ghi lại email ở trang Tài khoản của tôi nhé.")
        )
    return row[0], row[1]
