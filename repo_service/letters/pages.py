"""What one wants to hear of by mail, and the one click that ends letters without signing in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.addresses.queries import waiting_change
from repo_service.accounts.models import User
from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _, _l
from repo_service.core.urls import mail_choices_path
from repo_service.letters import queries, service
from repo_service.letters.models import AT_ONCE, DAILY, NEVER, WEEKLY
from repo_service.letters.unsubscribing import who_unsubscribes
from repo_service.mail.door import is_open
from repo_service.notifications.texts import GROUPS

blueprint = Blueprint("letters", __name__, template_folder="templates")

FREQUENCIES: dict[str, Any] = {
    NEVER: _l("Không gửi"),
    AT_ONCE: _l("Gửi ngay"),
    DAILY: _l("Mỗi sáng một thư"),
    WEEKLY: _l("Sáng thứ Hai"),
}


@blueprint.get("/thong-bao/qua-thu")
def choices() -> str:
    """One choice for each group of notices."""
    viewer = signed_in_viewer()
    assert viewer.id is not None
    address, is_dead = queries.address_of(viewer.id)
    return render_template(
        "letters/choices.html", chosen=queries.choices_of(viewer), groups=GROUPS, address=address, is_dead=is_dead,
        wanted=waiting_change(viewer.id), frequencies=list(FREQUENCIES.items()), is_on=is_open(),
    )  # fmt: skip


@blueprint.post("/thong-bao/qua-thu")
def choose() -> Response:
    """Keep the choices."""
    viewer = signed_in_viewer()
    service.choose(viewer, {group: request.form[group] for group in GROUPS if group in request.form})
    flash(_("Đã lưu cách nhận tin qua email."))
    return redirect(mail_choices_path(), 303)


@blueprint.route("/thu/thoi/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> str:
    """Opened: a button; posted, by the person or a mail program with one click: no more news by mail."""
    user = _who(token)
    if request.method == "POST":
        service.stop_all(user.id)
    return render_template("letters/unsubscribe.html", token=token, done=request.method == "POST")


unsubscribe.signed_by_url = True  # type: ignore[attr-defined]  # the address is its own permission, no cookie


def _who(token: str) -> User:
    user = who_unsubscribes(current_app.config["SECRET_KEY"], token)
    if user is None:
        raise NotFound(_("Liên kết này không dùng được nữa. Đăng nhập rồi chọn lại ở trang Thông báo nhé."))
    return user
