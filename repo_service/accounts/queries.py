"""Reading accounts: by session, by token, by name, by one-time link."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ScalarSelect, bindparam, exists, or_, select

from indexer.vietnamese import fold
from repo_service.accounts import policy
from repo_service.accounts.models import EndedSession, OneTimeLink, PersonalToken, User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, listed


def digest(secret: str) -> str:
    """What is kept of a secret: SHA-256. Fine for 256 random bits, never for a password."""
    return hashlib.sha256(secret.encode()).hexdigest()


def folded_username(typed: str) -> str:
    """`  LanNT ` and `lannt` are one name."""
    return fold(typed.strip())


@dataclass(frozen=True)
class Claim:
    """Somebody's claim to be an account, as a subquery of the session statement and the values it holds.

    The subqueries are made once: the database library keeps what it compiled of the statement around them.
    """

    account: ScalarSelect[str]
    values: Mapping[str, Any]


def claim_of_session(user_id: str, version: int, session_key: str) -> Claim:
    """The account a session belongs to; nobody when the session has ended."""
    return Claim(_OF_SESSION, {"user_id": user_id, "version": version, "session_hash": digest(session_key)})


def claim_of_token(secret: str) -> Claim:
    """The account a bearer token stands for; nobody when it is revoked or over."""
    return Claim(_OF_TOKEN, {"token_hash": digest(secret), "moment": clock.now()})


def _account_of_session() -> ScalarSelect[str]:
    ended = exists().where(EndedSession.session_hash == bindparam("session_hash"))
    account = select(User.id).where(
        User.id == bindparam("user_id"), User.session_version == bindparam("version")
    )
    return account.where(~ended).scalar_subquery()


def _account_of_token() -> ScalarSelect[str]:
    token = PersonalToken
    moment = bindparam("moment", type_=token.expires_at.type)
    alive = token.revoked_at.is_(None) & or_(token.expires_at.is_(None), token.expires_at > moment)
    return select(token.user_id).where(token.token_hash == bindparam("token_hash"), alive).scalar_subquery()


_OF_SESSION = _account_of_session()
_OF_TOKEN = _account_of_token()


def find_user(user_id: str) -> User:
    """An account by id; NotFound when there is none. The caller judges who may see it."""
    user = current_session().get(User, user_id)
    if user is None:
        raise NotFound()
    return user


def find_by_username(typed: str) -> User | None:
    """An account by user name or school e-mail, as typed; None when nobody has it."""
    user = current_session().scalar(select(User).where(User.username == folded_username(typed)))
    if user is None and "@" in typed:
        user = current_session().scalar(select(User).where(User.email == typed.strip().lower()))
    return user


@dataclass(frozen=True)
class Credentials:
    """Whom a password is for and the hash to hold it against; without a hash nothing matches."""

    user_id: str
    kept: str | None = field(repr=False)


def credentials_of(typed: str) -> Credentials:
    """The credentials of an open account; for anybody else credentials that match nothing."""
    user = find_by_username(typed)
    if user is None or not user.is_active:
        return Credentials("", None)
    return Credentials(user.id, user.password_hash)


def all_users() -> Sequence[User]:
    """Every account in the order of the alphabet, for the operator's command line."""
    return current_session().scalars(select(User).order_by(User.name_sort, User.username)).all()


def tokens_of(viewer: Viewer) -> Sequence[PersonalToken]:
    """The viewer's own tokens that still work, newest first."""
    token = PersonalToken
    alive = token.revoked_at.is_(None) & or_(token.expires_at.is_(None), token.expires_at > clock.now())
    statement = (
        select(token).where(listed(viewer, policy.OWN_TOKENS.action), alive).order_by(token.created_at.desc())
    )
    return current_session().scalars(statement).all()


def open_link(secret: str) -> tuple[OneTimeLink, User]:
    """The link behind a secret and whom it is for; NotFound when used, over, unknown or the account is closed."""
    link = OneTimeLink
    statement = (
        select(link, User)
        .join(User, User.id == link.user_id)
        .where(
            link.token_hash == digest(secret),
            link.used_at.is_(None),
            link.expires_at > clock.now(),
            User.is_active,
        )
    )
    row = current_session().execute(statement).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]
