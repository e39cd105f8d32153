"""The verbs on second factors: set up, ask at sign-in, take off; the only writer of their tables."""

from __future__ import annotations

import time

from sqlalchemy import delete, update

from repo_service.accounts import policy
from repo_service.accounts.models import User
from repo_service.accounts.passwords import password_matches
from repo_service.accounts.queries import digest
from repo_service.accounts.second_factor.codes import (
    bare_recovery_code,
    matching_step,
    new_recovery_codes,
    new_secret,
    sealed,
    unsealed,
)
from repo_service.accounts.second_factor.models import RecoveryCode, SecondFactor
from repo_service.accounts.second_factor.queries import factor_of
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize


def begin(viewer: Viewer, user: User, password: str) -> str:
    """A new secret for the own phone, kept nowhere yet. InvalidInput: the password is not right."""
    _prove(viewer, user, password)
    _none_yet(user)
    return new_secret()


def turn_on(viewer: Viewer, user: User, secret: str, typed: str, secret_key: str) -> list[str]:
    """Keep the secret once the phone shows its code; the recovery codes, shown this once. All sessions end."""
    authorize(viewer, policy.OWN_ACCOUNT.action, user)
    _none_yet(user)
    step = matching_step(secret, typed, time.time())  # a phone knows nothing of KHO_TODAY
    if step is None:
        raise InvalidInput(
            {"code": [_("Mã này chưa khớp. Xem giờ của điện thoại có đúng không rồi gõ mã mới nhé.")]}
        )
    current_session().add(
        SecondFactor(
            user_id=user.id, sealed_secret=sealed(secret_key, secret), last_step=step, created_at=clock.now()
        )
    )
    user.session_version += 1
    record(viewer.id, "user.second_factor_on", "user", user.id)
    emit("user.second_factor_on", user.id)
    return _new_codes(user)


def renew_recovery_codes(viewer: Viewer, user: User, password: str) -> list[str]:
    """Eight new codes; those of before stop working. InvalidInput: the password is not right."""
    _prove(viewer, user, password)
    if factor_of(user.id) is None:
        raise NotFound()
    record(viewer.id, "user.recovery_codes_renewed", "user", user.id)
    return _new_codes(user)


def turn_off(viewer: Viewer, user: User, password: str) -> None:
    """Sign in with the password alone again; all sessions end. InvalidInput: the password is not right."""
    _prove(viewer, user, password)
    take_off(user, viewer.id)


def take_off(user: User, actor_id: str | None) -> None:
    """Forget a second factor: by its owner, or for somebody who lost the phone, who is then told. Sessions end."""
    factor = factor_of(user.id)
    if factor is None:
        raise NotFound()
    current_session().delete(factor)
    current_session().execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    user.session_version += 1
    record(actor_id, "user.second_factor_off", "user", user.id)
    if actor_id != user.id:
        emit("user.second_factor_off", user.id)


def pass_second_step(user: User, typed: str, secret_key: str) -> bool:
    """Whether `typed` is a code of the phone, or a recovery code; either works once (A39)."""
    how = (
        "code"
        if _use_code(user, typed, secret_key)
        else "recovery"
        if _use_recovery_code(user, typed)
        else ""
    )
    if how:
        record(user.id, "user.signed_in", "user", user.id, by=how)
    return bool(how)


def _use_code(user: User, typed: str, secret_key: str) -> bool:
    factor = factor_of(user.id)
    secret = unsealed(secret_key, factor.sealed_secret) if factor else None
    step = matching_step(secret, typed, time.time()) if secret else None
    if step is None:
        return False
    newer = SecondFactor.user_id == user.id, SecondFactor.last_step < step
    used = update(SecondFactor).where(*newer).values(last_step=step)
    return bool(current_session().execute(used).rowcount == 1)  # type: ignore[attr-defined]


def _use_recovery_code(user: User, typed: str) -> bool:
    kept = RecoveryCode.user_id == user.id, RecoveryCode.code_hash == digest(bare_recovery_code(typed))
    return bool(current_session().execute(delete(RecoveryCode).where(*kept)).rowcount == 1)  # type: ignore[attr-defined]


def _new_codes(user: User) -> list[str]:
    session, codes = current_session(), new_recovery_codes()
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.add_all(
        RecoveryCode(
            id=new_id(), user_id=user.id, code_hash=digest(bare_recovery_code(code)), created_at=clock.now()
        )
        for code in codes
    )
    return codes


def _prove(viewer: Viewer, user: User, password: str) -> None:
    authorize(viewer, policy.OWN_ACCOUNT.action, user)
    if not password_matches(user.password_hash, password):
        raise InvalidInput({"current_password": [_("Mật khẩu đang dùng chưa đúng.")]})


def _none_yet(user: User) -> None:
    if factor_of(user.id) is not None:
        raise AlreadyExists(_("Lớp bảo vệ thứ hai đang bật rồi. Đổi điện thoại thì tắt đi rồi bật lại nhé."))
