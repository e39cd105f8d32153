"""Who is asking: a signed session cookie or a bearer token, turned into the request's viewer.

The cookie holds an account, its session version and 256 random bits, new at each sign-in. It works until sign-out,
a change of password or second factor, the account's closing, 12 idle hours or 30 days, whichever comes first.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from repo_service.accounts import queries, service
from repo_service.accounts.models import User
from repo_service.accounts.sign_in_limits import TOO_MANY, SignInLimits
from repo_service.core import clock
from repo_service.core.errors import InvalidInput, NotSignedIn
from repo_service.core.i18n import LANGUAGE_COOKIE, _
from repo_service.core.permissions import Viewer

IDLE = timedelta(hours=12)
LIFETIME = service.SESSION_LIFETIME
RENEW_AFTER = timedelta(minutes=10)
"""How old the cookie's last sign of life may grow before it is written again."""

HALF_LIFETIME = timedelta(minutes=5)
"""Between the password and the code."""

LoadViewer = Callable[[queries.Claim | None], Viewer]
_LOADER = "kho_load_viewer"
Done = TypeVar("Done")
_BEARER = "Bearer "
_PROVEN, _HALF = "proven", "half"


class Person(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """Whoever asks, as flask-login keeps them: a viewer, and for a session the claim its cookie holds."""

    def __init__(self, viewer: Viewer, claim: str = "") -> None:
        self.viewer = viewer
        self._claim = claim

    @property
    def is_authenticated(self) -> bool:
        return not self.viewer.is_guest

    @property
    def is_anonymous(self) -> bool:
        return self.viewer.is_guest

    def get_id(self) -> str:
        return self._claim


def register_sessions(app: Flask, load_viewer: LoadViewer) -> None:
    """Set the cookie's flags, and put the viewer on every request (`g.viewer`) with one statement."""
    public_url = app.config["KHO"].public_url or ""
    https = public_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-kho" if https else "kho",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.extensions[_LOADER] = load_viewer
    app.extensions["sign_in_limits"] = SignInLimits()
    people = LoginManager(app)
    people.session_protection = None  # phones change their address all day; the claim itself is checked
    people.request_loader(lambda _request: Person(_recognise()))

    @app.before_request
    def recognise_viewer() -> None:
        """Addresses that carry their own signature need nobody."""
        if not getattr(app.view_functions.get(request.endpoint or ""), "signed_by_url", False):
            current_viewer()


def current_viewer() -> Viewer:
    """The viewer of this request; a bearer token that does not work raises NotSignedIn, never falls back."""
    if "viewer" not in g:
        g.viewer = current_user.viewer
        if not g.viewer.is_guest and LANGUAGE_COOKIE not in request.cookies:
            g.language = g.viewer.language
    viewer: Viewer = g.viewer
    return viewer


def signed_in_viewer() -> Viewer:
    """The viewer of this request, for pages and calls that are not for guests; NotSignedIn for a guest."""
    viewer = current_viewer()
    if viewer.is_guest:
        raise NotSignedIn()
    return viewer


def sign_in(user: User, *, proven: bool = False) -> None:
    """Start a fresh session for `user`: nothing of the one before is kept.

    `proven`: by more than a password (a second factor, or the province's provider, which answers for its own).
    """
    moment = int(clock.now().timestamp())
    session.clear()
    session["at"] = session["seen"] = moment
    if proven:
        session[_PROVEN] = True
    login_user(Person(Viewer(id=user.id), f"{user.id} {user.session_version} {secrets.token_urlsafe(32)}"))
    g.pop("viewer", None)


def renew_session(user: User, *, proven: bool | None = None) -> None:
    """A fresh session for whoever is signed in here and ended the others; as well proven as before, unless said."""
    viewer = current_viewer()
    sign_in(user, proven=session.get(_PROVEN, False) if proven is None else proven)
    g.viewer = viewer


def is_proven() -> bool:
    """Whether this request's person came in by more than a password; a bearer token was made by one who did."""
    return bool(session.get(_PROVEN)) or request.headers.get("Authorization", "").startswith(_BEARER)


def sign_in_limits() -> SignInLimits:
    """How often the door may still be tried, counted by this process."""
    limits: SignInLimits = current_app.extensions["sign_in_limits"]
    return limits


def password_again(user: User, act: Callable[[str], Done]) -> Done:
    """Do what wants the password typed again; InvalidInput when it is wrong, or after too many tries as at the door."""
    limits = sign_in_limits()
    name, address = f"mat-khau {user.id}", request.remote_addr or ""
    if not limits.allow(name, address):
        raise InvalidInput({"current_password": [str(TOO_MANY)]})
    done = act(request.form.get("current_password", ""))
    limits.forget(name, address)
    return done


@dataclass(frozen=True)
class HalfSignIn:
    """Whose password was right in this browser, while the code is awaited; it opens nothing."""

    user_id: str
    version: int
    back_to: str


def begin_second_step(user: User, back_to: str) -> None:
    """Keep in this browser's signed cookie, for five minutes, that the password was right."""
    session.clear()
    session[_HALF] = [user.id, user.session_version, back_to[:500], int(clock.now().timestamp())]


def half_signed_in() -> HalfSignIn | None:
    """The sign-in of this browser that waits for its code; None without one, or when it took too long."""
    user_id, version, back_to, moment = session.get(_HALF, ("", 0, "", 0))
    is_fresh = clock.now().timestamp() - moment <= HALF_LIFETIME.total_seconds()
    return HalfSignIn(user_id, version, back_to) if user_id and is_fresh else None


def sign_out() -> None:
    """End this session for good: its cookie is refused even when somebody kept a copy."""
    claim = session.get("_user_id")
    logout_user()
    session.clear()
    if claim:
        user_id, _, session_key = claim.split(" ")
        service.end_session(user_id, session_key)
    g.pop("viewer", None)


def _recognise() -> Viewer:
    load_viewer: LoadViewer = current_app.extensions[_LOADER]
    header = request.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        return load_viewer(_claim_of_cookie())
    viewer = load_viewer(queries.claim_of_token(header.removeprefix(_BEARER).strip()))
    if viewer.is_guest:
        raise NotSignedIn(_("Mã truy cập này không dùng được nữa. Tạo mã mới ở trang Tài khoản của tôi nhé."))
    return viewer


def _claim_of_cookie() -> queries.Claim | None:
    claim = session.get("_user_id")
    if not claim:
        return None
    moment = int(clock.now().timestamp())
    idle = moment - session["seen"]
    if idle > IDLE.total_seconds() or moment - session["at"] > LIFETIME.total_seconds():
        session.clear()
        return None
    if idle > RENEW_AFTER.total_seconds():
        session["seen"] = moment
    user_id, version, key = claim.split(" ")
    return queries.claim_of_session(user_id, int(version), key)
