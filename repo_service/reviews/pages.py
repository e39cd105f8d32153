"""The review desk: what waits for me, and one round with its paper, six lines, remarks and conclusion."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.errors import InvalidInput, KhoError
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.core.urls import resource_path, review_path
from repo_service.curriculum.queries import vocabularies
from repo_service.files.pages import file_response
from repo_service.resources.queries import find_resource, find_version
from repo_service.reviews import policy, queries, reading, service
from repo_service.reviews.desk import layout, remarks

blueprint = Blueprint("reviews", __name__, template_folder="templates")

LAST_PAGE = 10_000


@blueprint.get("/phan-bien")
def rounds() -> str:
    """What waits for me, and what nobody took yet in my clusters."""
    viewer = signed_in_viewer()
    page = queries.rounds_for(viewer, min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE))
    mine = [each for each in page.items if policy.is_assigned(viewer, each)]
    unclaimed = [each for each in page.items if each not in mine]
    return render_template(
        "reviews/rounds.html", page=page, mine=mine, unclaimed=unclaimed, label=vocabularies().label
    )


@blueprint.get("/phan-bien/<round_id>")
def review_round(round_id: str) -> str:
    """One round, for its reviewers, the authors and the leads."""
    viewer = signed_in_viewer()
    return _page(viewer, queries.round_for(viewer, round_id))


@blueprint.get("/phan-bien/<round_id>/tep/<file_id>")
def download(round_id: str, file_id: str) -> Response:
    """A file of the work under review, for whoever reads the round."""
    found = queries.round_for(signed_in_viewer(), round_id)
    name, file = reading.file_of(found, file_id)
    return file_response(file, name)


@blueprint.post("/phan-bien/<round_id>/nhan")
def claim(round_id: str) -> Response | tuple[str, int]:
    """Claim the round, or ask a colleague by name."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id, deciding=True)
    try:
        service.assign(viewer, found, request.form.get("reviewer") or None)
    except InvalidInput as error:
        return _page(viewer, found, error), error.status
    flash(_("Đã ghi người đọc vòng này."))
    return redirect(review_path(round_id), 303)


@blueprint.post("/phan-bien/<round_id>/ket-luan")
def decide(round_id: str) -> Response | tuple[str, int]:
    """Conclude: lines marked "Cần sửa" are the reasons."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id, policy.REVIEW.action, deciding=True)
    said = _said_lines()
    decision = request.form.get("decision", "")
    reasons = [code for code, word in said.items() if word == "fix"] + (
        ["khac"] if request.form.get("other") else []
    )
    try:
        service.decide(
            viewer, found, decision, [] if decision == "approve" else reasons, request.form.get("note", ""),
            [code for code, word in said.items() if word == "ok"],
        )  # fmt: skip
    except InvalidInput as error:
        return _page(viewer, found, error), error.status
    flash(_concluded(found.version.state, decision))
    return redirect("/phan-bien", 303)


@blueprint.post("/phan-bien/<round_id>/gop-y")
def remark(round_id: str) -> Response | tuple[str, int]:
    """Say something about a place, or answer."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id)
    parent = request.form.get("parent")
    try:
        answers = remarks.find_comment(found, parent) if parent else None
        remarks.comment(viewer, found, request.form.get("text", ""), request.form.get("place", ""), answers)
    except InvalidInput as error:
        return _page(viewer, found, error), error.status
    return redirect(review_path(round_id) + "#gop-y", 303)


@blueprint.post("/phan-bien/<round_id>/gop-y/<comment_id>/xong")
def settle(round_id: str, comment_id: str) -> Response:
    """Mark a remark as done."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id)
    remarks.settle(viewer, found, remarks.find_comment(found, comment_id))
    return redirect(review_path(round_id) + "#gop-y", 303)


@blueprint.post("/hoc-lieu/<resource_id>/phan-bien-them")
def open_further(resource_id: str) -> Response:
    """Open a further round on a published work: its owner or a lead."""
    viewer = signed_in_viewer()
    resource = find_resource(viewer, resource_id, policy.OPEN_FURTHER.action)
    shown = find_version(resource, resource.current_version_id or resource.working_version_id)
    try:
        opened = service.open_further_round(viewer, resource, shown)
    except KhoError as error:
        flash(error.message, "error")
        return redirect(resource_path(resource_id), 303)
    return redirect(review_path(opened.id), 303)


def _page(viewer: Viewer, found: Any, error: InvalidInput | None = None) -> str:
    errors = error.errors if error else {}
    fields = {
        "reason": "danh-muc",
        "checklist": "danh-muc",
        "decision": "ket-luan",
        "text": "text",
        "place": "place",
        "reviewer": "reviewer",
        "note": "note",
    }
    return render_template(
        "reviews/round.html",
        desk=layout.lay_out(viewer, found),
        lines=layout.checklist_lines(found, _said_lines()),
        typed=request.form,
        errors=errors,
        summary=[(fields.get(name, "ket-luan"), text) for name, texts in errors.items() for text in texts],
        label=vocabularies().label,
    )


def _said_lines() -> dict[str, str]:
    codes = [code for code, _label in vocabularies().choices("checklist")]
    return {
        code: request.form[f"line-{code}"]
        for code in codes
        if request.form.get(f"line-{code}") in ("ok", "fix")
    }


def _concluded(state: str, decision: str) -> str:
    if decision == "approve":
        return str(
            _("Bài đã được công bố.") if state == "published" else _("Đã ghi ý kiến đồng ý của thầy cô.")
        )
    return str(_("Đã gửi lời nhắn cho tác giả."))
