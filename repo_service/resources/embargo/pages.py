"""The list of who opened a work before its moment: for its authors, after the moment for the leads too."""

from __future__ import annotations

from flask import Blueprint, render_template

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.i18n import _
from repo_service.resources import policy
from repo_service.resources.embargo.opens import openings_of
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import asked_page

blueprint = Blueprint("embargo", __name__, template_folder="../templates")


@blueprint.get("/hoc-lieu/<resource_id>/luot-mo")
def openings(resource_id: str) -> str:
    """Who, when, and how; kept after the moment too."""
    resource = find_resource(signed_in_viewer(), resource_id, policy.SEE_WORK.action)
    return render_template(
        "resources/openings.html", resource=resource, page=openings_of(resource, asked_page()), way=_way
    )


def _way(path: str) -> str:
    """What an address gives, in words."""
    if "/files/" in path or path.endswith("/package.zip") or "/tai/" in path:
        return _("tải tệp") if not path.endswith("/pdf") else _("đọc bản PDF")
    if path.startswith("/api/"):
        return _("mở bằng chương trình")
    if "/doc/" in path or "/xem/" in path:
        return _("đọc bản xem trước")
    return _("mở ở bàn phản biện") if path.startswith("/phan-bien/") else _("mở trang của bài")
