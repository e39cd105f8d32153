"""The address in a letter that ends letters with one click and no sign-in (RFC 8058), signed for one mailbox."""

from __future__ import annotations

import hashlib

from itsdangerous import BadData, URLSafeSerializer

from repo_service.accounts.models import User
from repo_service.core.db import current_session


def unsubscribe_path(secret_key: str, user: User) -> str:
    """The path for the person's present address; it works as long as that is the address."""
    return "/thu/thoi/" + str(_signer(secret_key).dumps([user.id, _mark(user)]))


def who_unsubscribes(secret_key: str, token: str) -> User | None:
    """Whose letters the token ends; None for a token that was changed, or of an address given up since."""
    try:
        user_id, mark = _signer(secret_key).loads(token)
    except (BadData, TypeError, ValueError):
        return None
    user = current_session().get(User, user_id)
    return user if user is not None and mark == _mark(user) else None


def _mark(user: User) -> str:
    return hashlib.sha256((user.email or "").encode()).hexdigest()[:16]


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key,
        salt="unsubscribe",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
