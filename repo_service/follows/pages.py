"""What one follows: the list, one click on the page of a cluster or work, a form for a subject and class."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.errors import AlreadyExists
from repo_service.core.i18n import _
from repo_service.core.urls import follows_path, is_local, resource_path, search_path
from repo_service.curriculum.queries import vocabularies
from repo_service.follows import queries, service
from repo_service.follows.models import CLUSTER, SUBJECT, Follow

blueprint = Blueprint("follows", __name__, template_folder="templates")


@blueprint.get("/theo-doi")
def own() -> str:
    """All that the person follows, and a form for one more subject."""
    lists = vocabularies()
    return render_template(
        "follows/list.html", rows=queries.followed(signed_in_viewer()), most=service.MOST, href=_href,
        grade_of=lambda code: lists.label("grades", code), subjects=lists.choices("subjects"),
        grades=lists.choices("grades"),
    )  # fmt: skip


@blueprint.post("/theo-doi")
def follow() -> Response | str:
    """Follow one thing; htmx gets a line back, without a script the page one came from comes again."""
    sent = request.form
    try:
        service.follow(
            signed_in_viewer(), sent.get("kind", ""), sent.get("target", ""), sent.get("grade", "")
        )
        words = _("Đã theo dõi. Có bài mới, Kho báo ở trang Thông báo.")
    except AlreadyExists as error:
        words = error.message
    if request.headers.get("HX-Request"):
        return render_template("follows/said.html", words=words, href=follows_path())
    flash(words)
    back = sent.get("back", "")
    return redirect(back if is_local(back) else follows_path(), 303)


@blueprint.post("/theo-doi/<follow_id>/thoi")
def unfollow(follow_id: str) -> Response:
    """Stop following one thing."""
    service.unfollow(signed_in_viewer(), follow_id)
    flash(_("Đã thôi theo dõi."))
    return redirect(follows_path(), 303)


def _href(row: Follow) -> str:
    if row.kind == SUBJECT:
        return search_path(subject=row.target, grade=row.grade, sort="newest")
    return f"/cum/{row.target}" if row.kind == CLUSTER else resource_path(row.target)
