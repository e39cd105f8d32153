"""What colleagues say about a work: opened on a tap, plain text, a purpose for each; answers one level deep."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.comments import policy, queries, service
from repo_service.comments.models import LONGEST_REASON, LONGEST_TEXT, WorkComment
from repo_service.comments.schemas import CommentSchema, HidingSchema
from repo_service.core.errors import InvalidInput, KhoError, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import comments_path
from repo_service.curriculum.queries import vocabularies
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import Form, asked_page

blueprint = Blueprint("comments", __name__, template_folder="templates")

LIMITS = {"text": LONGEST_TEXT, "reason": LONGEST_REASON}


@blueprint.get("/hoc-lieu/<resource_id>/trao-doi")
def threads(resource_id: str) -> str:
    """The threads of a work, a page of them; for htmx the list alone."""
    return _draw(signed_in_viewer(), resource_id, Form(CommentSchema()))


@blueprint.post("/hoc-lieu/<resource_id>/trao-doi")
def write(resource_id: str) -> Response | tuple[str, int]:
    """A new comment, or an answer to one; pressed twice it is one."""
    viewer, form = signed_in_viewer(), Form(CommentSchema())
    find_resource(viewer, resource_id, policy.WRITE.action)
    try:
        said = form.load()
        if said["answers"]:
            made = service.answer(viewer, said["answers"], said["text"])
        else:
            made = service.say(viewer, resource_id, said["purpose"], said["text"])
    except NotFound:
        raise
    except KhoError as error:
        form.refuse(error)
        return _draw(viewer, resource_id, form), error.status
    return _back(made, _("Đã gửi. Nhóm tác giả sẽ nhận tin."))


@blueprint.route("/trao-doi/<comment_id>", methods=["GET", "POST"])
def edit(comment_id: str) -> Response | str | tuple[str, int]:
    """One's own words again in the form."""
    viewer = signed_in_viewer()
    resource, comment = queries.find_comment(viewer, comment_id)
    form = Form(CommentSchema(), {"text": comment.text, "purpose": comment.purpose})
    if request.method == "POST":
        try:
            said = form.load()
            return _back(service.edit(viewer, comment_id, said["text"], said["purpose"]), _("Đã sửa."))
        except InvalidInput as error:
            form.refuse(error)
    page = render_template("comments/edit.html", comment=comment, **_words(viewer, resource, form))
    return (page, 422) if form.errors else page


@blueprint.post("/trao-doi/<comment_id>/xoa")
def delete(comment_id: str) -> Response:
    """Take one's own words back."""
    resource = service.delete(signed_in_viewer(), comment_id)
    flash(_("Đã xóa."))
    return redirect(comments_path(resource.id), 303)


@blueprint.route("/trao-doi/<comment_id>/an", methods=["GET", "POST"])
def hide(comment_id: str) -> Response | str | tuple[str, int]:
    """Out of sight, with the reason that people read instead."""
    viewer, form = signed_in_viewer(), Form(HidingSchema())
    resource, comment = queries.find_comment(viewer, comment_id, action=policy.MODERATE.action)
    if request.method == "POST":
        try:
            return _back(service.hide(viewer, comment_id, form.load()["reason"]), _("Đã ẩn."))
        except InvalidInput as error:
            form.refuse(error)
    page = render_template("comments/hide.html", comment=comment, **_words(viewer, resource, form))
    return (page, 422) if form.errors else page


@blueprint.post("/trao-doi/<comment_id>/hien-lai")
def show(comment_id: str) -> Response:
    """Back into sight."""
    return _back(service.show(signed_in_viewer(), comment_id), _("Đã hiện lại."))


def _back(comment: WorkComment, done: str) -> Response:
    flash(done)
    return redirect(f"{comments_path(comment.resource_id)}#loi-{comment.id}", 303)


def _draw(viewer: Viewer, resource_id: str, form: Form) -> str:
    resource, page = queries.threads(viewer, resource_id, asked_page())
    template = "comments/threads.html" if request.headers.get("HX-Request") else "comments/page.html"
    return render_template(template, page=page, **_words(viewer, resource, form))


def _words(viewer: Viewer, resource: Resource, form: Form) -> dict[str, Any]:
    terms = vocabularies().terms("comment_purposes")
    return {
        "resource": resource, "form": form, "limits": LIMITS,
        "purposes": [(code, term.label) for code, term in terms.items() if term.active_to is None],
        "purpose_words": {code: term.label for code, term in terms.items()},
        "may_moderate": may(viewer, policy.MODERATE.action, resource),
    }  # fmt: skip
