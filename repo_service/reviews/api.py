"""The API of reviews. Rights are judged before the body is read: who may not decide learns nothing."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.resources.queries import find_resource, find_version
from repo_service.reviews import policy, queries, readers, service
from repo_service.reviews.schemas import (
    AssignmentSchema,
    DecisionSchema,
    HandingBackSchema,
    RoundChangeSchema,
    RoundListSchema,
    RoundSchema,
    round_body,
)
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "reviews_api", __name__, url_prefix="/api", description="Peer review: rounds, claims, decisions"
)

LARGEST_PAGE = 100
LAST_PAGE = 10_000
"""Page numbers beyond it read as it: no database counts that far."""


@blueprint.route("/reviews")
class Rounds(MethodView):
    """The rounds the caller may work on."""

    @blueprint.doc(
        parameters=[{"in": "query", "name": name, "schema": {"type": "integer"}} for name in ("page", "size")]
    )
    @blueprint.response(200, RoundListSchema)
    def get(self) -> dict[str, Any]:
        """Open rounds to read, unclaimed ones included, newest first."""
        viewer = signed_in_viewer()
        number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
        size = min(max(request.args.get("size", 20, type=int), 1), LARGEST_PAGE)
        page = queries.rounds_for(viewer, number, size)
        return {"items": [round_body(viewer, each) for each in page.items], "next": page.next}


@blueprint.route("/reviews/<round_id>")
class Round(MethodView):
    """One round."""

    @blueprint.response(200, RoundSchema)
    def get(self, round_id: str) -> dict[str, Any]:
        """A round, for its reviewers, the authors and the leads."""
        viewer = signed_in_viewer()
        return round_body(viewer, queries.round_for(viewer, round_id, policy.SEE.action))

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": RoundChangeSchema}}})
    @blueprint.response(200, RoundSchema)
    def patch(self, round_id: str) -> dict[str, Any]:
        """The lead changes by when it is read and how many must agree."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
        said = read_json(RoundChangeSchema())
        due_on, required = said.get("due_on", found.due_on), said.get("required", found.required)
        readers.change_round(viewer, found, due_on, required)
        return round_body(viewer, found)


@blueprint.route("/reviews/<round_id>/assign")
class Assignment(MethodView):
    """Who reads in a round."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": AssignmentSchema}}})
    @blueprint.response(200, RoundSchema)
    def post(self, round_id: str) -> dict[str, Any]:
        """Claim the round, or as a lead ask colleagues, all or none; 409 when every place is taken."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
        said = read_json(AssignmentSchema())
        if "reviewers" in said:
            readers.ask(viewer, found, said["reviewers"])
        else:
            readers.assign(viewer, found, said["reviewer"])
        return round_body(viewer, found)


@blueprint.route("/reviews/<round_id>/hand-back")
class HandingBack(MethodView):
    """A place in a round becomes free again."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": HandingBackSchema}}})
    @blueprint.response(200, RoundSchema)
    def post(self, round_id: str) -> dict[str, Any]:
        """Hand the reading back with a word, or as a lead take it back from a colleague."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
        said = read_json(HandingBackSchema())
        if said["reviewer"] in (None, viewer.id):
            readers.hand_back(viewer, found, said["word"])
        else:
            readers.release(viewer, found, said["reviewer"], said["word"])
        return round_body(viewer, found)


@blueprint.route("/reviews/<round_id>/nudge")
class Nudge(MethodView):
    """A gentle word."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": {"type": "object"}}}})
    @blueprint.response(200, RoundSchema)
    def post(self, round_id: str) -> dict[str, Any]:
        """Author or lead asks how far the reading is; 409 when somebody did today."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id, policy.SEE.action, deciding=True)
        readers.nudge(viewer, found)
        return round_body(viewer, found)


@blueprint.route("/reviews/<round_id>/decision")
class Decision(MethodView):
    """One reviewer's verdict."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": DecisionSchema}}})
    @blueprint.response(200, RoundSchema)
    def post(self, round_id: str) -> dict[str, Any]:
        """Decide; the last approval needed publishes at once."""
        viewer = signed_in_viewer()
        found = queries.round_for(viewer, round_id, policy.REVIEW.action, deciding=True)
        said = read_json(DecisionSchema())
        service.decide(viewer, found, said["decision"], said["reason"], said["note"], said["checklist"])
        return round_body(viewer, found)


@blueprint.route("/resources/<resource_id>/reviews")
class FurtherRounds(MethodView):
    """Rounds on a published resource."""

    @blueprint.response(201, RoundSchema)
    def post(self, resource_id: str) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Open a further round on the published version: its owner or a lead."""
        viewer = signed_in_viewer()
        resource = find_resource(viewer, resource_id, policy.OPEN_FURTHER.action)
        shown = find_version(resource, resource.current_version_id or resource.working_version_id)
        opened = service.open_further_round(viewer, resource, shown)
        return round_body(viewer, opened), 201, {"Location": f"/api/reviews/{opened.id}"}
