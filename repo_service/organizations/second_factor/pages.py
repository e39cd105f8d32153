"""The department is led to its second factor where the province wants one, and takes it off for who lost the phone."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, request

from repo_service.accounts.sessions import current_viewer, is_proven
from repo_service.core.errors import NotSignedIn
from repo_service.core.i18n import _
from repo_service.core.urls import second_factor_path
from repo_service.organizations import policy
from repo_service.organizations.people import queries, service
from repo_service.organizations.province_settings import province_setting

blueprint = Blueprint("second_factor_of_people", __name__)

WANTED = "sign_in.second_factor_required"
_OPEN_WITHOUT = (
    "accounts.second_factor.", "accounts.enter", "accounts.leave", "accounts.use_link", "accounts.forgotten",
    "accounts.oidc.start", "accounts.oidc.come_back", "accounts.addresses.confirm", "openapi.",
)  # fmt: skip
"""Where the second factor is set up, and the doors; not the own account: an API token made there would go around it."""


@blueprint.before_app_request
def ask_for_second_factor() -> Response | None:
    """Nobody works for the department behind a password alone where the province wants more; costs no statement."""
    endpoint = request.endpoint or ""
    view = current_app.view_functions.get(endpoint)
    if view is None or getattr(view, "signed_by_url", False) or endpoint.startswith(_OPEN_WITHOUT):
        return None
    if not current_viewer().is_department or is_proven() or not province_setting(WANTED):
        return None
    words = _("Tài khoản của Sở và quản trị cần lớp bảo vệ thứ hai. Bật một lần rồi làm tiếp nhé.")
    if request.method != "GET" or request.path.startswith("/api/"):
        raise NotSignedIn(words)
    flash(words)
    return redirect(second_factor_path())  # type: ignore[return-value]


@blueprint.post("/nguoi/<user_id>/go-lop-thu-hai")
def take_off(user_id: str) -> Response:
    """The second factor of a person who lost the phone; the person is told."""
    viewer = current_viewer()
    user = queries.find_person(viewer, user_id, policy.TAKE_OFF_SECOND_FACTOR.action)
    service.take_off_second_factor(viewer, user)
    flash(_("Đã gỡ. Thầy cô ấy đăng nhập bằng mật khẩu, và Kho báo cho thầy cô ấy biết."))
    return redirect(f"/nguoi/{user_id}")  # type: ignore[return-value]
