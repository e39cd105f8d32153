"""To the provider and back: state, nonce and PKCE, used once; whatever goes wrong, the password door stays open."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

import structlog
from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)

from repo_service.accounts.models import User
from repo_service.accounts.oidc import service
from repo_service.accounts.oidc.provider import IdentityRefused, Provider, ProviderUnavailable, provider_of
from repo_service.accounts.oidc.tokens import Identity, read_identity
from repo_service.accounts.queries import find_user
from repo_service.accounts.sessions import sign_in, signed_in_viewer
from repo_service.core import clock
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _
from repo_service.core.urls import absolute, is_local

blueprint = Blueprint("oidc", __name__)
log = structlog.get_logger()

START = "/dang-nhap/nha-cung-cap"
BACK = "/dang-nhap/nha-cung-cap/ve"
ATTEMPT = "oidc"
ATTEMPT_SECONDS = 600


@blueprint.get(START)
def start() -> Response:
    """Off to the provider; what the answer will be held against stays in this browser's signed cookie."""
    provider = _provider()
    attempt: dict[str, Any] = {"state": secrets.token_urlsafe(32), "nonce": secrets.token_urlsafe(32),
               "verifier": secrets.token_urlsafe(48), "at": int(clock.now().timestamp()),
               "next": request.args.get("next", "/")[:500]}  # fmt: skip
    try:
        address = provider.authorize_url(
            absolute(BACK), attempt["state"], attempt["nonce"], attempt["verifier"]
        )
    except ProviderUnavailable as error:
        return _away(error)
    session[ATTEMPT] = attempt
    return redirect(address)  # type: ignore[return-value]


@blueprint.get(BACK)
def come_back() -> Response:
    """The provider sent the browser back: once, to the browser that left, with a code for a token made for us."""
    provider, attempt = _provider(), session.pop(ATTEMPT, None)
    try:
        identity = _identity(provider, _checked(attempt, provider))
        with current_app.database.transaction():  # type: ignore[attr-defined]
            user = service.user_of(identity)
    except ProviderUnavailable as error:
        return _away(error)
    except IdentityRefused as error:
        log.warning("oidc_refused", reason=error.reason)
        return _refused(_("Lần đăng nhập này không dùng được. Thầy cô bấm đăng nhập lại nhé."))
    if user is None:
        log.warning("oidc_unknown_person")
        return _refused(
            _("Chưa có tài khoản Kho nào mang email ấy, hoặc tài khoản đang đóng. Nhờ hiệu trưởng giúp nhé.")
        )
    return _enter(user, attempt["next"])


def _checked(attempt: dict[str, Any] | None, provider: Provider) -> dict[str, Any]:
    """The attempt this answer belongs to, used up; IdentityRefused when it belongs to none."""
    said = request.args
    if attempt is None or not hmac.compare_digest(said.get("state", "").encode(), attempt["state"].encode()):
        raise IdentityRefused("state")
    with current_app.database.transaction():  # type: ignore[attr-defined]
        service.use_up(attempt["state"])
    if clock.now().timestamp() - attempt["at"] > ATTEMPT_SECONDS:
        raise IdentityRefused("too late")
    if said.get("iss", provider.client.issuer) != provider.client.issuer:
        raise IdentityRefused("answered by another provider")
    if "error" in said or not said.get("code"):
        raise IdentityRefused(f"provider: {said.get('error', 'no code')[:40]}")
    return attempt


def _identity(provider: Provider, attempt: dict[str, Any]) -> Identity:
    answer = provider.exchange(request.args["code"], absolute(BACK), attempt["verifier"])
    return read_identity(provider, answer, attempt["nonce"])


def _enter(user: User, back_to: str) -> Response:
    sign_in(user, proven=True)  # the provider asks for what the province wants; no code of Kho's own
    return redirect(back_to if is_local(back_to) else "/")  # type: ignore[return-value]


@blueprint.post("/tai-khoan/nha-cung-cap/go")
def untie() -> Response:
    """Untie one's own account from the provider."""
    viewer = signed_in_viewer()
    assert viewer.id is not None
    service.untie(viewer, find_user(viewer.id))
    flash(_("Đã gỡ. Lần sau đăng nhập bằng mật khẩu, hoặc qua email đã xác nhận."))
    return redirect("/tai-khoan")  # type: ignore[return-value]


def _provider() -> Provider:
    provider = provider_of(current_app.config["KHO"])
    if provider is None:
        raise NotFound()
    return provider


def _away(error: ProviderUnavailable) -> Response:
    log.warning("oidc_unavailable", error=str(error))
    name = current_app.config["KHO"].oidc_name
    return _refused(
        _("%(name)s chưa trả lời. Đăng nhập bằng mật khẩu Kho vẫn được như thường.", name=name), 503
    )


def _refused(words: str, status: int = 403) -> Response:
    return make_response(render_template("accounts/not_signed_in.html", words=words), status)
