"""Whose account an identity opens: the one it is tied to, else the one with its verified address. Never a new one."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from repo_service.accounts import policy
from repo_service.accounts.models import EndedSession, ExternalIdentity, User
from repo_service.accounts.oidc.provider import IdentityRefused
from repo_service.accounts.oidc.tokens import Identity
from repo_service.accounts.queries import digest
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer, authorize


def use_up(state: str) -> None:
    """Note that a sign-in came back; IdentityRefused when it did before: somebody replays it."""
    session = current_session()
    try:
        with session.begin_nested():
            session.add(EndedSession(session_hash=digest(f"oidc {state}"), ended_at=clock.now()))
    except IntegrityError:
        raise IdentityRefused("replayed") from None


def user_of(identity: Identity) -> User | None:
    """The open account of an identity; tied to it when it is found by its verified address. None: there is none.

    Both sides must have proved the address: the provider says so of its own, Kho by a letter or by who gave it.

    An account is tied to one identity of a provider: an address given to another colleague opens no old account.
    """
    session = current_session()
    known = select(ExternalIdentity).where(
        ExternalIdentity.issuer == identity.issuer, ExternalIdentity.subject == identity.subject
    )
    tied = session.scalar(known)
    if tied is None:
        proven = User.email == identity.email, ~User.email_is_unproven
        user = session.scalar(select(User).where(*proven)) if identity.email else None
        if user is None or not user.is_active or identities_of(user, identity.issuer):
            return None
        session.add(
            ExternalIdentity(
                id=new_id(), user_id=user.id, issuer=identity.issuer, subject=identity.subject,
                created_at=clock.now(),
            )
        )  # fmt: skip
        record(user.id, "user.identity_tied", "user", user.id)
    else:
        user = session.get_one(User, tied.user_id)
    if not user.is_active:
        return None
    record(user.id, "user.signed_in", "user", user.id, by="oidc")
    return user


def identities_of(user: User, issuer: str) -> list[ExternalIdentity]:
    """The identities of a provider that an account is tied to."""
    own = select(ExternalIdentity).where(
        ExternalIdentity.user_id == user.id, ExternalIdentity.issuer == issuer
    )
    return list(current_session().scalars(own))


def untie(viewer: Viewer, user: User) -> None:
    """Forget the identities of one's own account; the next sign-in is matched by address again."""
    authorize(viewer, policy.OWN_ACCOUNT.action, user)
    forget_identities(user, viewer.id)


def forget_identities(user: User, actor_id: str | None) -> None:
    """Untie an account from every provider: by its owner, or the operator for a colleague with a new identity."""
    current_session().execute(delete(ExternalIdentity).where(ExternalIdentity.user_id == user.id))
    record(actor_id, "user.identity_untied", "user", user.id)
