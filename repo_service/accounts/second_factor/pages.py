"""The second step of signing in, and one's own second factor: set it up, take it off, new recovery codes."""

from __future__ import annotations

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
from repo_service.accounts.queries import find_user
from repo_service.accounts.second_factor import service
from repo_service.accounts.second_factor.codes import address_for_app, sealed, unsealed
from repo_service.accounts.second_factor.queries import factor_of, recovery_codes_left
from repo_service.accounts.sessions import (
    current_viewer,
    half_signed_in,
    password_again,
    renew_session,
    sign_in,
    sign_in_limits,
    signed_in_viewer,
)
from repo_service.accounts.sign_in_limits import TOO_MANY, WAIT_SECONDS
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.core.urls import is_local, second_factor_path
from repo_service.curriculum.installation import place
from repo_service.ui.qr import qr_code
from repo_service.ui.security_headers import unkept

blueprint = Blueprint("second_factor", __name__)
log = structlog.get_logger()

SECOND_STEP = "/dang-nhap/ma"
OWN = second_factor_path()
SETUP, SETUP_SECONDS = "second_setup", 900
"""The new secret on its way to the phone lies sealed in this browser's cookie alone, for a quarter of an hour."""
FEW_CODES = 3


@blueprint.route(SECOND_STEP, methods=["GET", "POST"])
def second_step() -> Response:
    """The code after the password; only now a session begins."""
    half = half_signed_in()
    user = find_user(half.user_id) if half else None
    if half is None or user is None or not user.is_active or user.session_version != half.version:
        return redirect("/dang-nhap")  # type: ignore[return-value]
    if request.method == "GET":
        return _step_page()
    address, limits = request.remote_addr or "", sign_in_limits()
    if not limits.allow_code(user.id, address):
        log.warning("second_step_limited", address=address)
        return _step_page(str(TOO_MANY), 429)
    if not service.pass_second_step(user, request.form.get("code", "")[:40], _secret_key()):
        limits.note_wrong(address)
        log.warning("second_step_refused", address=address)
        return _step_page(_("Mã chưa đúng, hoặc đã dùng rồi. Đợi ứng dụng hiện mã mới rồi gõ lại nhé."), 422)
    limits.forget_codes(user.id)
    sign_in(user, proven=True)
    left = recovery_codes_left(user.id)
    if left < FEW_CODES:
        flash(_("Còn %(count)s mã khôi phục. Vào Tài khoản của tôi tạo mã mới nhé.", count=left))
    return redirect(half.back_to if is_local(half.back_to) else "/")  # type: ignore[return-value]


@blueprint.get(OWN)
def own() -> Response:
    """Whether it is on, and what may be done about it."""
    return _own_page(_own_account())


@blueprint.post(OWN + "/bat-dau")
def begin() -> Response:
    """A new secret as a QR code, once the password was typed again."""
    user = _own_account()
    try:
        secret = password_again(user, lambda typed: service.begin(current_viewer(), user, typed))
    except InvalidInput as error:
        return _own_page(user, error)
    session[SETUP] = sealed(_secret_key(), secret)
    return _setup_page(user, secret)


@blueprint.post(OWN + "/bat")
def turn_on() -> Response:
    """The phone shows its first code: on it is, other browsers are signed out, the recovery codes are shown once."""
    user = _own_account()
    secret = unsealed(_secret_key(), session.get(SETUP, ""), SETUP_SECONDS)
    if secret is None:
        flash(_("Đã quá mười lăm phút. Thầy cô bắt đầu lại nhé."))
        return redirect(OWN)  # type: ignore[return-value]
    try:
        codes = service.turn_on(
            current_viewer(), user, secret, request.form.get("code", "")[:40], _secret_key()
        )
    except InvalidInput as error:
        return _setup_page(user, secret, error)
    renew_session(user, proven=True)
    return _codes_page(codes, _("Đã bật lớp bảo vệ thứ hai"))


@blueprint.post(OWN + "/ma-khoi-phuc")
def renew_codes() -> Response:
    """Eight new recovery codes, shown once."""
    user = _own_account()
    try:
        codes = password_again(
            user, lambda typed: service.renew_recovery_codes(current_viewer(), user, typed)
        )
    except InvalidInput as error:
        return _own_page(user, error)
    return _codes_page(codes, _("Mã khôi phục mới"))


@blueprint.post(OWN + "/tat")
def turn_off() -> Response:
    """The password alone again; other browsers are signed out."""
    user = _own_account()
    try:
        password_again(user, lambda typed: service.turn_off(current_viewer(), user, typed))
    except InvalidInput as error:
        return _own_page(user, error)
    renew_session(user, proven=False)
    flash(_("Đã tắt lớp bảo vệ thứ hai. Các máy khác đã được đăng xuất."))
    return redirect(OWN)  # type: ignore[return-value]


def _own_account() -> User:
    viewer = signed_in_viewer()
    assert viewer.id is not None
    return find_user(viewer.id)


def _secret_key() -> str:
    return str(current_app.config["KHO"].secret_key)


def _step_page(wrong: str = "", status: int = 200) -> Response:
    response = unkept(make_response(render_template("accounts/second_step.html", wrong=wrong), status))
    if status == 429:
        response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


def _own_page(user: User, error: InvalidInput | None = None) -> Response:
    page = render_template(
        "accounts/second_factor.html", person=user, factor=factor_of(user.id), left=recovery_codes_left(user.id),
        wrong=error.errors["current_password"][0] if error else "", provider=current_app.config["KHO"].oidc_name,
    )  # fmt: skip
    return make_response(page, 422 if error else 200)


def _setup_page(user: User, secret: str, error: InvalidInput | None = None) -> Response:
    address = address_for_app(secret, user.username, f"Kho {place().province}".strip())
    page = render_template(
        "accounts/second_factor_setup.html", address=address, drawing=qr_code(address, scale=4),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        wrong=error.errors["code"][0] if error else "",
    )  # fmt: skip
    return unkept(make_response(page, 422 if error else 200))


def _codes_page(codes: list[str], title: str) -> Response:
    return unkept(make_response(render_template("accounts/recovery_codes.html", codes=codes, title=title)))
