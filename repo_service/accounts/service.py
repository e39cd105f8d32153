"""The verbs on accounts, links and tokens; the only writer of their tables.

Who may open an account or a link for whom is judged in organizations, where people belong to schools.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Select, delete, select, update

from indexer.vietnamese import fold, sort_key
from repo_service.accounts import policy
from repo_service.accounts.models import EndedSession, OneTimeLink, PersonalToken, User
from repo_service.accounts.passwords import hash_password, is_outdated, password_matches, password_problems
from repo_service.accounts.queries import (
    Credentials,
    digest,
    find_by_username,
    find_user,
    folded_username,
    open_link,
)
from repo_service.accounts.second_factor.queries import factor_of
from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import LANGUAGES, _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize

SESSION_LIFETIME = timedelta(days=30)
LINK_LIFETIMES: Mapping[str, timedelta] = {"moi": timedelta(days=7), "dat-lai": timedelta(hours=72)}
"""Both are handed over in person."""
MAILED_LINK_LIFETIME = timedelta(hours=1)
"""A link that goes by mail lives no longer (A38)."""

TOKEN_PREFIX = "kho_"  # noqa: S105 - a prefix by which secret scanners know our tokens
MOST_TOKENS = 20
ERASED_NAME = "Đồng nghiệp đã rời Kho"
"""What stands on works and reviews in place of the name of a person who had the own data erased."""
FORMS_OF_ADDRESS = ("co", "thay", "thay-co")
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,58}[a-z0-9]")


def create_user(
    username: str,
    name: str,
    *,
    form_of_address: str = "thay-co",
    email: str | None = None,
    password: str | None = None,
    actor_id: str | None = None,
) -> User:
    """A new account; user names are unique without regard to case and marks. InvalidInput names the field."""
    folded = folded_username(username)
    problems = _username_problems(folded)
    if problems:
        raise InvalidInput({"username": problems})
    user = User(id=new_id(), username=folded, is_active=True, session_version=1, language=LANGUAGES[0])
    _describe(user, name, form_of_address, email)
    if password is not None:
        _set_password(user, password)
    current_session().add(user)
    current_session().flush()
    record(actor_id, "user.created", "user", user.id)
    return user


def _username_problems(folded: str) -> list[str]:
    if not _USERNAME.fullmatch(folded):
        return [_("Tên đăng nhập gồm 3 đến 60 chữ không dấu, số, dấu chấm hoặc gạch, không có dấu cách.")]
    return [_("Đã có người dùng tên đăng nhập này.")] if find_by_username(folded) is not None else []


def problems_of(
    name: str, form_of_address: str, email: str | None, username: str | None = None
) -> dict[str, list[str]]:
    """What would keep a new account from being made so, by field; nothing is written."""
    problems = _described(name, form_of_address, email, None)[1]
    wrong = _username_problems(folded_username(username)) if username else []
    return problems | ({"username": wrong} if wrong else {})


def suggested_username(name: str) -> str:
    """A free user name in the usual form: Nguyễn Thị Lan -> `lannt`, then `lannt2`, ..."""
    words = [word for word in (re.sub(r"[^a-z0-9]", "", fold(part)) for part in name.split()) if word]
    stem = (words[-1] + "".join(word[0] for word in words[:-1]))[:50] if words else "thayco"
    stem = stem if len(stem) >= 3 else stem + "gv"
    taken = set(
        current_session().scalars(
            select(User.username).where(User.username.startswith(stem, autoescape=True))
        )
    )
    return next(
        candidate
        for number in range(1, len(taken) + 2)
        if (candidate := stem + (str(number) if number > 1 else "")) not in taken
    )


def change_profile(
    viewer: Viewer, user: User, *, name: str, form_of_address: str, language: str
) -> None:
    """What a person says about themselves; their address is another matter (addresses/service.py)."""
    authorize(viewer, policy.OWN_ACCOUNT.action, user)
    if language not in LANGUAGES:
        raise InvalidInput({"language": [_("Chọn một ngôn ngữ trong danh sách.")]})
    _describe(user, name, form_of_address, user.email)
    user.language = language
    record(viewer.id, "user.changed", "user", user.id)


def _describe(user: User, name: str, form_of_address: str, email: str | None) -> None:
    (name, email), errors = _described(name, form_of_address, email, user.id)
    if errors:
        raise InvalidInput(errors)
    user.name, user.name_sort, user.form_of_address, user.email = (
        name,
        sort_key(" ".join(name.rsplit(" ", 1)[::-1]))[:200],
        form_of_address,
        email,
    )


def _described(
    name: str, form_of_address: str, email: str | None, user_id: str | None
) -> tuple[tuple[str, str | None], dict[str, list[str]]]:
    """(name and address as they are kept, what is wrong with them by field)."""
    errors: dict[str, list[str]] = {}
    name = " ".join(name.split())
    email = (email or "").strip().lower() or None
    if not 2 <= len(name) <= 120:
        errors["name"] = [_("Ghi họ và tên, từ 2 đến 120 chữ.")]
    if form_of_address not in FORMS_OF_ADDRESS:
        errors["form_of_address"] = [_("Chọn cách xưng hô trong danh sách.")]
    if problems := _address_problems(email, user_id):
        errors["email"] = problems
    return (name, email), errors


def address_of_form(typed: str, user_id: str | None) -> str | None:
    """An address as it is kept; None for an empty field. InvalidInput: it is none, or another account has it."""
    email = typed.strip().lower() or None
    if problems := _address_problems(email, user_id):
        raise InvalidInput({"email": problems})
    return email


def _address_problems(email: str | None, user_id: str | None) -> list[str]:
    if email and (len(email) > 254 or not re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", email)):
        return [_("Địa chỉ email này chưa đúng, ví dụ: lannt@truong.edu.vn")]
    if email and current_session().scalar(_others_with(email, user_id)):
        return [_("Email này đã gắn với một tài khoản khác.")]
    return []


def _others_with(email: str, user_id: str | None) -> Select[str]:
    holders = select(User.id).where(User.email == email)
    return holders if user_id is None else holders.where(User.id != user_id)


def authenticate(credentials: Credentials, password: str) -> User | None:
    """The open account behind the credentials if the password is right, its hash renewed when outdated.

    With a second factor that is half a sign-in only: second_factor.service.pass_second_step is the other.
    """
    if not password_matches(credentials.kept, password):
        return None
    user = find_user(credentials.user_id)
    if user.password_hash is None or user.password_hash != credentials.kept or not user.is_active:
        return None  # changed while the password was being checked
    if is_outdated(user.password_hash):
        user.password_hash = hash_password(password)
    record(user.id, "user.signed_in" if factor_of(user.id) is None else "user.password_right", "user", user.id)
    return user


def change_password(viewer: Viewer, user: User, current: str, new: str) -> None:
    """Replace one's own password; every session ends, the caller starts a fresh one for this browser."""
    authorize(viewer, policy.OWN_ACCOUNT.action, user)
    if not password_matches(user.password_hash, current):
        raise InvalidInput({"current_password": [_("Mật khẩu đang dùng chưa đúng.")]})
    _set_password(user, new)
    record(viewer.id, "user.password_changed", "user", user.id)
    emit("user.password_changed", user.id)


def _set_password(user: User, password: str) -> None:
    problems = password_problems(password, user.username, user.name)
    if problems:
        raise InvalidInput({"password": problems})
    user.password_hash = hash_password(password)
    user.session_version += 1


def end_session(user_id: str, session_key: str) -> None:
    """Remember that a session ended early, and forget those that would be over anyway."""
    session = current_session()
    session.execute(delete(EndedSession).where(EndedSession.ended_at < clock.now() - SESSION_LIFETIME))
    session.merge(EndedSession(session_hash=digest(session_key), ended_at=clock.now()))
    record(user_id, "user.signed_out", "user", user_id)


def end_all_sessions(viewer: Viewer, user: User) -> None:
    """End every session of one's own account, on all machines."""
    authorize(viewer, policy.OWN_ACCOUNT.action, user)
    user.session_version += 1
    record(viewer.id, "user.sessions_ended", "user", user.id)


def deactivate(user: User, actor_id: str | None) -> None:
    """Close an account: its sessions and tokens stop at once, its works stay."""
    user.is_active = False
    user.session_version += 1
    record(actor_id, "user.deactivated", "user", user.id)
    emit("user.closed", user.id)


def erase(user: User, actor_id: str | None) -> None:
    """Turn an account into a pseudonym for good: closed, without name, address and secret. Ids stay."""
    user.username, user.email, user.password_hash = f"da-xoa-{user.id}", None, None
    user.name, user.name_sort, user.form_of_address = ERASED_NAME, sort_key(ERASED_NAME), "thay-co"
    user.erased_at = clock.now()
    deactivate(user, actor_id)
    record(actor_id, "user.erased", "user", user.id)


def activate(user: User, actor_id: str | None) -> None:
    """Open a closed account again; earlier sessions stay ended. An erased one stays erased."""
    if user.erased_at is not None:
        raise MoveNotAllowed(_("Tài khoản này đã xóa dữ liệu, không mở lại được."))
    user.is_active = True
    record(actor_id, "user.activated", "user", user.id)


def ask_for_link_by_mail(user: User, actor_id: str | None) -> None:
    """Have a one-time link sent to the person's address; without one, or while mail is off, nothing comes of it."""
    if user.is_active and user.email:
        record(actor_id, "user.link_asked", "user", user.id)
        emit("user.link_asked", user.id, by=actor_id)


def create_link(user: User, actor_id: str | None, *, by_mail: bool = False) -> str:
    """The secret of a new one-time link: an invitation before the first password, a reset afterwards.

    It works once and for as long as LINK_LIFETIMES says, MAILED_LINK_LIFETIME when it goes by mail. Older open
    links of the person stop working, unless anybody may have asked for this one: a stranger ends no invitation.
    """
    if not user.is_active:
        raise AlreadyExists(_("Tài khoản này đang đóng. Mở lại rồi tạo liên kết nhé."))
    purpose = "moi" if user.password_hash is None else "dat-lai"
    secret = secrets.token_urlsafe(32)
    if actor_id is not None or not by_mail:
        _end_links(user)
    current_session().add(
        OneTimeLink(
            id=new_id(), user_id=user.id, purpose=purpose, token_hash=digest(secret), created_by_id=actor_id,
            expires_at=clock.now() + (MAILED_LINK_LIFETIME if by_mail else LINK_LIFETIMES[purpose]),
        )
    )  # fmt: skip
    record(actor_id, "user.link_created", "user", user.id, purpose=purpose)
    return secret


def use_link(secret: str, password: str) -> User:
    """Set a password through a link, once: sessions end, and after a reset the tokens too."""
    link, user = open_link(secret)
    _set_password(user, password)
    claimed = (
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if current_session().execute(claimed).rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound()
    _end_links(user)
    if link.purpose == "dat-lai":
        alive = PersonalToken.user_id == user.id, PersonalToken.revoked_at.is_(None)
        current_session().execute(update(PersonalToken).where(*alive).values(revoked_at=clock.now()))
        emit("user.password_changed", user.id)
    record(user.id, "user.link_used", "user", user.id, purpose=link.purpose)
    return user


def _end_links(user: User) -> None:
    waiting = OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None)
    current_session().execute(update(OneTimeLink).where(*waiting).values(used_at=clock.now()))


def create_token(user: User, name: str, days: int | None = None) -> str:
    """A bearer token for the API, shown this once; `days` until it ends, None: until revoked."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise InvalidInput({"name": [_("Đặt cho mã một cái tên để sau này nhận ra, tối đa 80 chữ.")]})
    alive = select(PersonalToken.id).where(
        PersonalToken.user_id == user.id, PersonalToken.revoked_at.is_(None)
    )
    if len(current_session().scalars(alive).all()) >= MOST_TOKENS:
        raise InvalidInput(
            {
                "name": [
                    _(
                        "Mỗi người có tối đa %(number)s mã. Thu hồi mã không dùng nữa rồi tạo tiếp.",
                        number=MOST_TOKENS,
                    )
                ]
            }
        )
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    expires_at = clock.now() + timedelta(days=days) if days else None
    token = PersonalToken(
        id=new_id(),
        user_id=user.id,
        name=name,
        token_hash=digest(secret),
        created_at=clock.now(),
        expires_at=expires_at,
    )
    current_session().add(token)
    record(user.id, "token.created", "token", token.id)
    return secret


def revoke_token(viewer: Viewer, token_id: str) -> None:
    """End one of the viewer's own tokens; NotFound for anybody else's."""
    token = current_session().get(PersonalToken, token_id)
    if token is None:
        raise NotFound()
    authorize(viewer, policy.OWN_TOKENS.action, token)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        record(viewer.id, "token.revoked", "token", token.id)
