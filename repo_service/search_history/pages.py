"""One's own recent searches: remembered when results have stood a moment, listed, deleted."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.i18n import _
from repo_service.core.urls import search_history_path, search_path
from repo_service.search_history import service
from repo_service.search_history.queries import recent_queries

blueprint = Blueprint("search_history", __name__, template_folder="templates")


@blueprint.get("/tim/lich-su")
def history() -> str:
    """What the person searched for, the newest first."""
    rows = recent_queries(signed_in_viewer())
    return render_template("search_history/page.html", rows=rows, search_path=search_path)


@blueprint.post("/tim/lich-su")
def remember() -> tuple[str, int]:
    """Keep a search whose results the person is looking at: sent by the search page, never by a link."""
    service.remember(signed_in_viewer(), request.form.get("q", ""))
    return "", 204


@blueprint.post("/tim/lich-su/xoa")
def forget() -> Response:
    """Delete one search, or all of them."""
    viewer = signed_in_viewer()
    chosen = request.form.get("id")
    if chosen is None:
        service.forget(viewer)
        flash(_("Đã xóa lịch sử tìm. Chỉ mình thầy cô từng thấy nó."))
        return redirect(search_history_path(), 303)
    if chosen.isdecimal() and len(chosen) < 19:
        service.forget(viewer, int(chosen))
    return redirect(search_history_path(), 303)
