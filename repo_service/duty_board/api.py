"""The API of the board; the same rows, rights and words as the page."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.annual_products.queries import cluster_of_duties
from repo_service.core.permissions import authorize
from repo_service.duty_board import policy, service
from repo_service.duty_board.rows import Filters, read_board
from repo_service.duty_board.schemas import (
    BoardSchema,
    NudgeSchema,
    SentNudgeSchema,
    board_body,
    nudge_body,
)
from repo_service.organizations.province_settings import school_year_asked
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "duty_board_api", __name__, url_prefix="/api", description="The board of the clusters' duties"
)
_ASKED = ("school_year", "level", "area")


@blueprint.route("/duty-board")
class BoardOfYear(MethodView):
    """Clusters and their duties."""

    @blueprint.doc(
        parameters=[{"in": "query", "name": name, "schema": {"type": "string"}} for name in _ASKED]
    )
    @blueprint.response(200, BoardSchema)
    def get(self) -> dict[str, Any]:
        """The board of a year: the department all clusters, commune officers those of their schools."""
        viewer = signed_in_viewer()
        authorize(viewer, policy.OPEN.action)
        year = school_year_asked(request.args.get("school_year"))
        filters = Filters(year, request.args.get("level", ""), request.args.get("area", ""))
        return board_body(read_board(viewer, filters))


@blueprint.route("/clusters/<cluster_id>/duties/<school_year>/<duty>/nudges")
class Nudges(MethodView):
    """Gentle nudges about a duty."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": NudgeSchema}}})
    @blueprint.response(201, SentNudgeSchema)
    def post(self, cluster_id: str, school_year: str, duty: str) -> dict[str, Any]:
        """Leave a kind word with the cluster's lead: at most one a week; 409 says what stands in the way."""
        viewer = signed_in_viewer()
        authorize(viewer, policy.OPEN.action)
        cluster_of_duties(viewer, cluster_id)
        said = read_json(NudgeSchema())
        return nudge_body(service.nudge(viewer, cluster_id, school_year, duty, said["text"]))
