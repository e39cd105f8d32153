"""The notices page: read, open, mark as read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.urls import is_local, mail_choices_path
from repo_service.notifications import queries, service
from repo_service.notifications.texts import GROUPS, SIGNS, sentence

blueprint = Blueprint("notifications", __name__, template_folder="templates")

LAST_PAGE = 10_000
"""Page numbers beyond it read as it: no database counts that far."""


@blueprint.get("/thong-bao")
def inbox() -> str:
    """The person's notices, newest first, of one group (`nhom`) when one is chosen."""
    viewer, group = signed_in_viewer(), request.args.get("nhom", "")
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    return render_template(
        "notifications/inbox.html", page=queries.inbox(viewer, number, group=group), sentence=sentence, signs=SIGNS,
        groups=GROUPS, group=group if group in GROUPS else "", mail_href=mail_choices_path(),
    )  # fmt: skip


@blueprint.post("/thong-bao/<notification_id>/mo")
def open_notice(notification_id: str) -> Response:
    """Mark one as read and go where it leads."""
    viewer = signed_in_viewer()
    notice = queries.notice_for(viewer, notification_id)
    service.mark_read(viewer, notice.id)
    return redirect(notice.path if is_local(notice.path) else "/", 303)


@blueprint.post("/thong-bao/da-doc")
def mark_all_read() -> Response:
    """Mark everything as read."""
    service.mark_read(signed_in_viewer())
    return redirect("/thong-bao", 303)
