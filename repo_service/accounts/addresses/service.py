"""The verbs on addresses: want another, confirm it, or have it given by the house; the only writer of their table."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete

from repo_service.accounts import policy
from repo_service.accounts.addresses.models import AddressChange
from repo_service.accounts.addresses.queries import open_change, waiting_change
from repo_service.accounts.models import User
from repo_service.accounts.passwords import password_matches
from repo_service.accounts.queries import digest
from repo_service.accounts.service import address_of_form
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput
from repo_service.core.i18n import _
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize

LINK_LIFETIME = timedelta(hours=24)
"""Of the link in the letter; people read their mail in the evening."""


def ask_for_address(viewer: Viewer, user: User, typed: str, password: str) -> bool:
    """Want `typed` as one's own address: it counts once its letter's link is followed; the one of before counts on.

    One wish at a time, the newest; without one typed the address goes at once. True when a letter must be awaited.
    InvalidInput: the password or the address.
    """
    authorize(viewer, policy.OWN_ACCOUNT.action, user)
    if not password_matches(user.password_hash, password):
        raise InvalidInput({"current_password": [_("Mật khẩu đang dùng chưa đúng.")]})
    address = address_of_form(typed, user.id)
    _forget_change(user.id)
    if address is None:
        _set(user, None)
        record(viewer.id, "user.address_removed", "user", user.id)
    elif address != user.email or user.email_is_unproven:
        current_session().add(AddressChange(user_id=user.id, address=address, asked_at=clock.now()))
        record(viewer.id, "user.address_asked", "user", user.id)
        emit("user.address_asked", user.id)
        return True
    return False


def create_address_link(user: User) -> tuple[str, str] | None:
    """(address, secret of its link) for the letter sent now; links of earlier letters end. None: nothing waits."""
    change = waiting_change(user.id)
    if change is None or not user.is_active:
        return None
    secret = secrets.token_urlsafe(32)
    change.token_hash, change.expires_at = digest(secret), clock.now() + LINK_LIFETIME
    record(None, "user.address_link_created", "user", user.id)
    return change.address, secret


def confirm_address(secret: str) -> User:
    """The link was followed: the address is the person's. NotFound; AlreadyExists: another account has it by now."""
    change, user = open_change(secret)
    try:
        address = address_of_form(change.address, user.id)
    except InvalidInput:
        raise AlreadyExists(_("Email này đã gắn với một tài khoản khác.")) from None
    _forget_change(user.id)
    _set(user, address)
    record(user.id, "user.address_confirmed", "user", user.id)
    return user


def give_address(user: User, typed: str, actor_id: str | None) -> None:
    """The house says what a person's address is: it counts at once, and the person is told. InvalidInput."""
    address = address_of_form(typed, user.id)
    _forget_change(user.id)
    _set(user, address)
    record(actor_id, "user.address_given", "user", user.id)
    if actor_id != user.id:
        emit("user.address_given", user.id)


def _set(user: User, address: str | None) -> None:
    user.email, user.email_is_unproven = address, False


def _forget_change(user_id: str) -> None:
    current_session().execute(delete(AddressChange).where(AddressChange.user_id == user_id))
