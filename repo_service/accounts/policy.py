"""Who may do what to an account's own things. Who may open accounts for whom: organizations/policy.py."""

from __future__ import annotations

from sqlalchemy import ColumnElement

from repo_service.accounts.models import PersonalToken, User
from repo_service.core.permissions import Policy, Viewer, declare


def _is_own_account(viewer: Viewer, user: User) -> bool:
    return not viewer.is_guest and user.id == viewer.id


def _is_own_account_sql(viewer: Viewer) -> ColumnElement[bool]:
    return User.id == viewer.id if viewer.id else User.id.is_(None)


def _is_own_token(viewer: Viewer, token: PersonalToken) -> bool:
    return not viewer.is_guest and token.user_id == viewer.id


def _is_own_token_sql(viewer: Viewer) -> ColumnElement[bool]:
    return PersonalToken.user_id == viewer.id if viewer.id else PersonalToken.user_id.is_(None)


OWN_ACCOUNT = declare(
    Policy("accounts.change_own", "Sửa tài khoản của mình", _is_own_account, _is_own_account_sql)
)
OWN_TOKENS = declare(
    Policy("accounts.own_tokens", "Xem và thu hồi mã truy cập của mình", _is_own_token, _is_own_token_sql)
)
