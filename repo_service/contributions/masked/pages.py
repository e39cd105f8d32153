"""Kho puts private words out in a copy; the author compares the places and takes it, or not."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.contributions.masked import service
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.core.urls import edit_path

blueprint = Blueprint("masked", __name__, template_folder="../templates")

MOST_SHOWN = 60


@blueprint.route("/hoc-lieu/<resource_id>/che/<file_id>", methods=["GET", "POST"])
def mask(resource_id: str, file_id: str) -> str:
    """What Kho will do, then the places as they were and as the copy has them."""
    viewer = signed_in_viewer()
    resource, _version, file = service.find_file(viewer, resource_id, file_id)
    words = {"resource": resource, "file": file}
    if request.method == "GET":
        return render_template("contributions/mask.html", copy=None, **words)
    copy, changes = service.make_copy(viewer, resource_id, file_id)
    return render_template(
        "contributions/mask.html", copy=copy, changes=changes[:MOST_SHOWN], more=max(0, len(changes) - MOST_SHOWN),
        **words,
    )  # fmt: skip


@blueprint.post("/hoc-lieu/<resource_id>/che/<file_id>/dung")
def take(resource_id: str, file_id: str) -> Response:
    """The copy comes in the file's place."""
    viewer = signed_in_viewer()
    try:
        service.take_copy(viewer, resource_id, file_id, request.form.get("copy", ""))
        flash(_("Đã thay bằng bản che. Kho đang đọc lại tệp; còn chỗ nào, Kho sẽ nhắc."))
    except InvalidInput as error:
        flash(error.errors["copy"][0])
    return redirect(edit_path(resource_id), 303)
