"""*Tệp đang giữ lại*: for the department, the files that look like national papers, and letting one go."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.errors import KhoError
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.core.urls import held_papers_path
from repo_service.files.held_papers import queries, service
from repo_service.files.held_papers.models import LONGEST_NOTE
from repo_service.ui.forms import asked_page

blueprint = Blueprint("held_papers", __name__, template_folder="../templates")


@blueprint.get("/so/tep-giu-lai")
def held_papers() -> str:
    """Those that wait, or (`?xong`) those let go."""
    released = "xong" in request.args
    page = queries.held_papers(signed_in_viewer(), asked_page(), released=released)
    return render_template("files/held_papers.html", page=page, released=released)


@blueprint.route("/so/tep-giu-lai/<file_id>", methods=["GET", "POST"])
def held_paper(file_id: str) -> Response | str | tuple[str, int]:
    """One file with what tells of a national paper; the department says that it is none, and why."""
    viewer = signed_in_viewer()
    if request.method == "POST":
        try:
            file = service.release(viewer, file_id, request.form.get("note", ""))
        except KhoError as error:
            if error.status == 404:
                raise
            return _draw(viewer, file_id, error), error.status
        flash(_("“%(name)s” được đọc tiếp như mọi tệp khác, và tác giả được báo.", name=file.name))
        return redirect(held_papers_path(), 303)
    return _draw(viewer, file_id)


def _draw(viewer: Viewer, file_id: str, error: KhoError | None = None) -> str:
    return render_template(
        "files/held_paper.html", row=queries.held_paper(viewer, file_id), most=LONGEST_NOTE,
        note=request.form.get("note", ""), error=getattr(error, "errors", {}).get("note", [""])[0],
        refused=error.message if error else "",
    )  # fmt: skip
