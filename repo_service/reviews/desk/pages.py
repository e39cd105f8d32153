"""The desk in the browser: one round with its paper, its pages and files, and remarks on places."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core import clock
from repo_service.core.errors import InvalidInput
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import review_path
from repo_service.curriculum.queries import vocabularies
from repo_service.files.pages import file_response
from repo_service.resources.bundles.members import members_of
from repo_service.resources.pages import field_words
from repo_service.resources.pages import label as field_label
from repo_service.reviews import policy, queries, reading
from repo_service.reviews.desk import layout, remarks
from repo_service.reviews.desk.places import pointed_at
from repo_service.reviews.desk.remarks import Spot
from repo_service.reviews.models import ReviewRound

blueprint = Blueprint("review_desk", __name__, template_folder="../templates")

FIELD_IDS = {
    "reason": "danh-muc", "checklist": "danh-muc", "decision": "ket-luan", "text": "text", "place": "place",
    "reviewer": "reviewer", "note": "note", "word": "word", "due_on": "due_on", "required": "required",
}  # fmt: skip


@blueprint.get("/phan-bien/<round_id>")
def review_round(round_id: str) -> str:
    """One round, for its reviewers, the authors and the leads; what is kept back the leads find readers for, unread."""
    viewer = signed_in_viewer()
    return draw(viewer, queries.round_for(viewer, round_id, policy.SEE.action))


@blueprint.get("/hoc-lieu/<resource_id>/phan-bien")
def newest_round(resource_id: str) -> Response:
    """To the last round on a work: where its author reads what was said."""
    return redirect(review_path(queries.newest_round_for(signed_in_viewer(), resource_id).id))


@blueprint.get("/phan-bien/<round_id>/tep/<file_id>")
def download(round_id: str, file_id: str) -> Response:
    """A file of the work under review, for whoever reads the round."""
    found = queries.round_for(signed_in_viewer(), round_id)
    name, file = reading.file_of(found, file_id)
    return file_response(file, name)


@blueprint.post("/phan-bien/<round_id>/gop-y")
def remark(round_id: str) -> Response | tuple[str, int]:
    """Say something about a place or the whole, or answer; then back to that place."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id)
    parent = request.form.get("parent")
    try:
        answers = remarks.find_comment(found, parent) if parent else None
        typed = request.form.get("text", ""), request.form.get("place", "")
        said = remarks.comment(viewer, found, *typed, answers, _spot())
    except InvalidInput as error:
        return draw(viewer, found, error), error.status
    here = said.file_id is not None and said.paragraph is not None
    place = f"d-{said.file_id}-{said.paragraph}" if here else "gop-y"
    return redirect(f"{review_path(round_id)}#{place}", 303)


@blueprint.post("/phan-bien/<round_id>/gop-y/<comment_id>/xong")
def settle(round_id: str, comment_id: str) -> Response:
    """Mark a remark as done."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id)
    remarks.settle(viewer, found, remarks.find_comment(found, comment_id))
    return redirect(review_path(round_id) + "#gop-y", 303)


def draw(viewer: Viewer, found: ReviewRound, error: InvalidInput | None = None) -> str:
    """The page of a round, with what was typed and what is wrong with it."""
    errors = error.errors if error else {}
    nudged = found.nudged_at is not None and clock.local(found.nudged_at).date() == clock.today()
    said: dict[str, Any] = {
        "typed": request.form, "errors": errors, "nudged_today": nudged,
        "summary": [(FIELD_IDS.get(name, "ket-luan"), text) for name, texts in errors.items() for text in texts],
    }  # fmt: skip
    if not may(viewer, policy.READ.action, found):
        return render_template("reviews/kept_back.html", desk=layout.lay_out_seats(viewer, found), **said)
    desk = layout.lay_out(viewer, found)
    return render_template(
        "reviews/round.html", desk=desk, lines=layout.checklist_lines(found, said_lines()),
        label=vocabularies().label, pointed=_pointed(desk), shows_changes=request.args.get("xem") == "thay-doi",
        field_words=field_words(), words=field_label, today=clock.today(),
        members=members_of(viewer, found.version), **said,
    )  # fmt: skip


def said_lines() -> dict[str, str]:
    """What the form says of the six lines: code -> `ok` or `fix`."""
    codes = [code for code, _label in vocabularies().choices("checklist")]
    return {
        code: request.form[f"line-{code}"]
        for code in codes
        if request.form.get(f"line-{code}") in ("ok", "fix")
    }


def _spot() -> Spot | None:
    """The place that the request speaks of; `doan` counts paragraphs from 0, `trang` pages from 1."""
    file_id = request.values.get("tep")
    page, paragraph = (request.values.get(name, type=int) for name in ("trang", "doan"))
    return Spot(file_id, page, paragraph) if file_id else None


def _pointed(desk: layout.Desk) -> dict[str, Any] | None:
    """The place for a new remark, in words; None for the whole, and for a place that is not there."""
    spot = _spot()
    if spot is None:
        return None
    texts = {paper.file.id: paper.lines for paper in desk.papers}
    try:
        place, quote = pointed_at([paper.file for paper in desk.papers], texts, *spot)
    except InvalidInput:
        return None
    return {"spot": spot, "words": place.words, "quote": quote}
