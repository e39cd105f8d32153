"""The API of remarks in a round: read with the place where each stands, say, answer, settle."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.db import current_session
from repo_service.reviews import queries
from repo_service.reviews.desk import layout, remarks
from repo_service.reviews.desk.schemas import NewRemarkSchema, RemarkBody, RemarkListBody, remark_body
from repo_service.reviews.models import ReviewComment, ReviewRound
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "review_remarks_api",
    __name__,
    url_prefix="/api",
    description="Remarks of reviewers, at a place of the work",
)


@blueprint.route("/reviews/<round_id>/remarks")
class Remarks(MethodView):
    """What was said of a work under review."""

    @blueprint.response(200, RemarkListBody)
    def get(self, round_id: str) -> dict[str, Any]:
        """Remarks of this round and the earlier ones on the work, oldest first, each with its answers."""
        found = queries.round_for(signed_in_viewer(), round_id)
        return {"items": [remark_body(thread) for thread in layout.threads_of(found)]}

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": NewRemarkSchema}}})
    @blueprint.response(201, RemarkBody)
    def post(self, round_id: str) -> dict[str, Any]:
        """A remark on a page, a paragraph, some words or the whole; with `answers` an answer. The whole thread back."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id)
        said = read_json(NewRemarkSchema())
        answers = remarks.find_comment(found, said["answers"]) if said["answers"] else None
        spot = remarks.Spot(said["file"], said["page"], said["paragraph"]) if said["file"] else None
        return _thread(found, remarks.comment(viewer, found, said["text"], said["place"], answers, spot))


@blueprint.route("/reviews/<round_id>/remarks/<comment_id>/settle")
class Settling(MethodView):
    """A remark is done with."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": {"type": "object"}}}})
    @blueprint.response(200, RemarkBody)
    def post(self, round_id: str, comment_id: str) -> dict[str, Any]:
        """By who said it or by an author; twice is once. No body."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id)
        remark = remarks.find_comment(found, comment_id)
        remarks.settle(viewer, found, remark)
        return _thread(found, remark)


def _thread(found: ReviewRound, remark: ReviewComment) -> dict[str, Any]:
    current_session().flush()
    begins = remark.parent_id or remark.id
    return remark_body(next(thread for thread in layout.threads_of(found) if thread["id"] == begins))
