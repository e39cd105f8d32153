"""One's own address, and the page behind the link in its letter."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request

from repo_service.accounts.addresses import service
from repo_service.accounts.addresses.queries import open_change
from repo_service.accounts.queries import find_user
from repo_service.accounts.sessions import password_again, signed_in_viewer
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.mail import door as mail
from repo_service.ui.security_headers import unkept

blueprint = Blueprint("addresses", __name__)


@blueprint.post("/tai-khoan/email")
def ask() -> Response:
    """Type another address; until its letter's link is followed the one of before counts."""
    viewer = signed_in_viewer()
    assert viewer.id is not None
    user, typed = find_user(viewer.id), request.form.get("email", "")[:255]
    try:
        waits = password_again(user, lambda password: service.ask_for_address(viewer, user, typed, password))
    except InvalidInput as error:
        page = render_template("accounts/address.html", typed=typed, errors=error.errors)
        return make_response(page, 422)
    flash(_said(typed.strip(), waits))
    return redirect("/tai-khoan#email")  # type: ignore[return-value]


def _said(address: str, waits: bool) -> str:
    if not waits:
        return _("Đã lưu email.") if address else _("Đã bỏ email khỏi tài khoản.")
    if mail.is_open():
        return _(
            "Kho gửi thư tới %(address)s trong vài phút. Mở liên kết trong thư là xong.", address=address
        )
    return _("Đã ghi. Kho này không gửi thư, nên nhờ người phụ trách ở trường, cụm hay Sở xác nhận giúp nhé.")


@blueprint.route("/xac-nhan-email/<secret>", methods=["GET", "POST"])
def confirm(secret: str) -> Response:
    """Opened: a button, since mail programs open links by themselves; pressed: the address counts."""
    change, user = open_change(secret)
    address = change.address
    if request.method == "POST":
        service.confirm_address(secret)
    page = render_template(
        "accounts/address_confirmed.html", address=address, person=user, done=request.method == "POST"
    )
    return unkept(make_response(page))
