"""Peer review in the browser: what waits for me, who reads a round, by when, and its conclusion."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.errors import InvalidInput, KhoError, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.permissions import may
from repo_service.core.urls import desk_path, is_local, resource_path, review_path
from repo_service.curriculum.queries import vocabularies
from repo_service.resources.queries import find_resource, find_version
from repo_service.reviews import policy, queries, readers, service
from repo_service.reviews.desk.pages import draw, said_lines
from repo_service.reviews.schemas import RoundChangeSchema
from repo_service.ui.forms import flat_errors

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


@blueprint.post("/phan-bien/<round_id>/nhan")
def claim(round_id: str) -> Response | tuple[str, int]:
    """Claim the round, or ask a colleague by name."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
    try:
        service.assign(viewer, found, request.form.get("reviewer") or None)
    except InvalidInput as error:
        return draw(viewer, found, error), error.status
    flash(_("Đã ghi người đọc vòng này."))
    return redirect(review_path(round_id), 303)


@blueprint.post("/phan-bien/<round_id>/nho")
def ask(round_id: str) -> Response | tuple[str, int]:
    """As a lead, ask the colleagues that are ticked, and one from the list."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
    try:
        asked = readers.ask(viewer, found, [each for each in request.form.getlist("reviewer") if each])
    except InvalidInput as error:
        return draw(viewer, found, error), error.status
    flash(_("Đã nhờ %(count)s đồng nghiệp đọc.", count=len(asked)))
    return redirect(review_path(round_id), 303)


@blueprint.post("/phan-bien/<round_id>/tra-lai")
def hand_back(round_id: str) -> Response | tuple[str, int]:
    """Hand the reading back with a word, or as a lead ask a colleague no more."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
    reviewer, word = request.form.get("reviewer"), request.form.get("word", "")
    try:
        if reviewer in (None, "", viewer.id):
            readers.hand_back(viewer, found, word)
        else:
            readers.release(viewer, found, str(reviewer), word)
    except InvalidInput as error:
        return draw(viewer, found, error), error.status
    flash(_("Đã trả lại; chỗ này dành cho đồng nghiệp khác."))
    return redirect(review_path(round_id) if may(viewer, policy.READ.action, found) else desk_path(), 303)


@blueprint.post("/phan-bien/<round_id>/hen")
def change(round_id: str) -> Response | tuple[str, int]:
    """As a lead, change by when it is read and how many must agree."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
    try:
        said = RoundChangeSchema().load(request.form)
        readers.change_round(
            viewer, found, said.get("due_on", found.due_on), said.get("required", found.required)
        )
    except ValidationError as error:
        wrong = InvalidInput(flat_errors(error.messages_dict))
        return draw(viewer, found, wrong), wrong.status
    except InvalidInput as error:
        return draw(viewer, found, error), error.status
    flash(_("Đã đổi hẹn của vòng này."))
    return redirect(review_path(round_id), 303)


@blueprint.post("/phan-bien/<round_id>/nhac")
def nudge(round_id: str) -> Response:
    """A gentle word, then back to the page it was sent from."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
    back = request.form.get("next", "")
    try:
        readers.nudge(viewer, found)
        flash(_("Đã nhắc nhẹ."))
    except MoveNotAllowed as error:
        flash(error.message, "error")
    return redirect(back if is_local(back) else review_path(round_id), 303)


@blueprint.post("/phan-bien/<round_id>/ket-luan")
def decide(round_id: str) -> Response | tuple[str, int]:
    """Conclude: lines marked "Cần sửa" are the reasons."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id, policy.REVIEW.action, deciding=True)
    said = said_lines()
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
        return draw(viewer, found, error), error.status
    flash(_concluded(found.version.state, decision))
    return redirect(desk_path(), 303)


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


def _concluded(state: str, decision: str) -> str:
    if decision == "approve":
        return str(
            _("Bài đã được công bố.") if state == "published" else _("Đã ghi ý kiến đồng ý của thầy cô.")
        )
    return str(_("Đã gửi lời nhắn cho tác giả."))
