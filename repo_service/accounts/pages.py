"""Pages to come in, to go out, and to look after one's own account."""

from __future__ import annotations

import structlog
from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
)

from repo_service.accounts import queries, service
from repo_service.accounts.addresses.pages import blueprint as addresses
from repo_service.accounts.addresses.queries import waiting_change
from repo_service.accounts.models import User
from repo_service.accounts.oidc.pages import blueprint as oidc
from repo_service.accounts.oidc.service import identities_of
from repo_service.accounts.schemas import TOKEN_DAYS, NewPassword, NewToken, Profile, SignIn
from repo_service.accounts.second_factor.pages import SECOND_STEP
from repo_service.accounts.second_factor.pages import blueprint as second_factor
from repo_service.accounts.second_factor.queries import factor_of
from repo_service.accounts.sessions import (
    begin_second_step,
    current_viewer,
    renew_session,
    sign_in,
    sign_in_limits,
    sign_out,
)
from repo_service.accounts.sign_in_limits import TOO_MANY, WAIT_SECONDS
from repo_service.core.db import current_session, let_others_write
from repo_service.core.errors import InvalidInput, NotFound, NotSignedIn
from repo_service.core.i18n import LANGUAGE_COOKIE, LANGUAGES, _
from repo_service.core.urls import is_local
from repo_service.mail import door as mail
from repo_service.settings import Settings
from repo_service.ui.forms import Form
from repo_service.ui.security_headers import unkept

blueprint = Blueprint("accounts", __name__, template_folder="templates")
blueprint.register_blueprint(addresses)
blueprint.register_blueprint(oidc)
blueprint.register_blueprint(second_factor)
log = structlog.get_logger()

ACCOUNT = "/tai-khoan"
YEAR_SECONDS = 365 * 24 * 3600


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
def enter() -> Response:
    """Sign in with a password; the same words whatever was wrong."""
    back_to = request.values.get("next", "/")
    form = Form(SignIn())
    if request.method == "GET":
        return _door(form, back_to)
    try:
        values = form.load()
    except InvalidInput:
        return _door(form, back_to, 422)
    address, name = request.remote_addr or "", queries.folded_username(values["username"])
    limits = sign_in_limits()
    if not limits.allow(name, address):
        form.message = str(TOO_MANY)
        log.warning("sign_in_limited", address=address)
        return _door(form, back_to, 429)
    user = _check(values["username"], values["password"])
    if user is None:
        limits.note_wrong(address)
        log.warning("sign_in_refused", address=address)
        form.message = _("Tên đăng nhập hoặc mật khẩu chưa đúng.")
        return _door(form, back_to, 422)
    limits.forget(name, address)
    return _enter(user, back_to)


def _enter(user: User, back_to: str) -> Response:
    """In, or on to the code of the second factor: before it there is no session."""
    if factor_of(user.id) is not None:
        begin_second_step(user, back_to)
        return redirect(SECOND_STEP)  # type: ignore[return-value]
    sign_in(user)
    return redirect(back_to if is_local(back_to) else "/")  # type: ignore[return-value]


def _check(username: str, password: str) -> User | None:
    credentials = queries.credentials_of(username)
    let_others_write()
    return service.authenticate(credentials, password)


def _door(form: Form, back_to: str, status: int = 200) -> Response:
    response = make_response(
        render_template(
            "accounts/sign_in.html", form=form, back_to=back_to if is_local(back_to) else "/", mails=mail.is_open(),
            provider=current_app.config["KHO"].oidc_name,
        ),
        status,
    )
    if status == 429:
        response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


@blueprint.route("/quen-mat-khau", methods=["GET", "POST"])
def forgotten() -> Response:
    """Have a link sent to one's address: the same answer whoever is typed, so that nobody learns who has an account."""
    typed = request.form.get("username", "").strip()[:254]
    limits = sign_in_limits()
    if request.method == "POST" and typed:
        if not limits.allow(f"quen {queries.folded_username(typed)}", request.remote_addr or ""):
            return _forgotten_page(str(TOO_MANY), 429)
        user = queries.find_by_username(typed)
        if user is not None:
            service.ask_for_link_by_mail(user, None)
        return _forgotten_page(
            _("Nếu tài khoản ấy có email, thư kèm liên kết sẽ tới trong vài phút. Xem cả hộp thư rác nhé.")
        )
    return _forgotten_page()


def _forgotten_page(said: str = "", status: int = 200) -> Response:
    page = render_template("accounts/forgotten.html", said=said, bad=status == 429, is_on=mail.is_open())
    response = make_response(page, status)
    if status == 429:
        response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


@blueprint.post("/dang-xuat")
def leave() -> Response:
    """End this browser's session."""
    sign_out()
    return redirect("/")  # type: ignore[return-value]


@blueprint.route("/lien-ket/<secret>", methods=["GET", "POST"])
def use_link(secret: str) -> Response:
    """Choose a password through a one-time link; opening the page alone uses nothing up."""
    try:
        link, user = queries.open_link(secret)
    except NotFound:
        raise NotFound(
            _("Liên kết này đã dùng rồi hoặc đã hết hạn. Nhờ người đưa liên kết tạo lại nhé.")
        ) from None
    form = Form(NewPassword())
    if request.method == "POST":
        try:
            user = service.use_link(secret, form.load()["password"])
        except InvalidInput as error:
            form.refuse(error)
        else:
            answer = _enter(user, "/")
            flash(_("Đã đặt mật khẩu. Lần sau đăng nhập bằng tên %(username)s.", username=user.username))
            return answer
    page = render_template("accounts/link.html", form=form, person=user, purpose=link.purpose)
    return unkept(make_response(page, 422 if form.message else 200))


@blueprint.get(ACCOUNT)
def account() -> Response:
    """One's own account: name, language, password, tokens, sessions."""
    return _account(_own_account())


@blueprint.post(ACCOUNT + "/thong-tin")
def change_profile() -> Response:
    """Save name, form of address and language."""
    user, form = _own_account(), Form(Profile())
    try:
        values = form.load()
        service.change_profile(current_viewer(), user, **values)
    except InvalidInput as error:
        form.refuse(error)
        return _account(user, profile=form)
    g.language = values["language"]
    flash(_("Đã lưu thông tin của thầy cô."))
    response = redirect(ACCOUNT)
    response.set_cookie(
        LANGUAGE_COOKIE,
        values["language"],
        max_age=YEAR_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )
    return response  # type: ignore[return-value]


@blueprint.post(ACCOUNT + "/mat-khau")
def change_password() -> Response:
    """Replace the password; other browsers are signed out, this one stays."""
    user, form = _own_account(), Form(NewPassword())
    try:
        new = form.load()["password"]
        service.change_password(current_viewer(), user, request.form.get("current_password", ""), new)
    except InvalidInput as error:
        form.refuse(error)
        return _account(user, password=form)
    renew_session(user)
    flash(_("Đã đổi mật khẩu. Các máy khác đã được đăng xuất."))
    return redirect(ACCOUNT)  # type: ignore[return-value]


@blueprint.post(ACCOUNT + "/ket-thuc-phien")
def end_sessions() -> Response:
    """Sign out everywhere else."""
    user = _own_account()
    service.end_all_sessions(current_viewer(), user)
    renew_session(user)
    flash(_("Đã đăng xuất các máy khác."))
    return redirect(ACCOUNT)  # type: ignore[return-value]


@blueprint.post(ACCOUNT + "/ma-truy-cap")
def create_token() -> Response:
    """Make a personal token and show it this once."""
    user, form = _own_account(), Form(NewToken())
    try:
        secret = service.create_token(user, **form.load())
    except InvalidInput as error:
        form.refuse(error)
        return _account(user, token=form)
    current_session().flush()
    return unkept(_account(user, secret=secret))


@blueprint.post(ACCOUNT + "/ma-truy-cap/<token_id>/thu-hoi")
def revoke_token(token_id: str) -> Response:
    """End one of one's own tokens."""
    service.revoke_token(current_viewer(), token_id)
    flash(_("Đã thu hồi mã truy cập."))
    return redirect(ACCOUNT)  # type: ignore[return-value]


def _own_account() -> User:
    viewer = current_viewer()
    if viewer.id is None:
        raise NotSignedIn()
    return queries.find_user(viewer.id)


def _account(
    user: User,
    *,
    profile: Form | None = None,
    password: Form | None = None,
    token: Form | None = None,
    secret: str = "",
) -> Response:
    forms = {
        "profile": profile
        or Form(
            Profile(),
            {name: getattr(user, name) for name in ("name", "form_of_address", "language")},
        ),
        "password": password or Form(NewPassword()),
        "token": token or Form(NewToken()),
    }
    settings: Settings = current_app.config["KHO"]
    page = render_template(
        "accounts/account.html", person=user, forms=forms, secret=secret, tokens=queries.tokens_of(current_viewer()),
        days=TOKEN_DAYS, languages=LANGUAGES, provider=settings.oidc_name,
        tied=identities_of(user, settings.oidc_issuer) if settings.oidc_issuer else [], factor=factor_of(user.id),
        wanted=waiting_change(user.id), mails=mail.is_open(),
    )  # fmt: skip
    return make_response(page, 422 if any(form.message for form in forms.values()) else 200)
