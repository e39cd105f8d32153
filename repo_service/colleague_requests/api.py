"""The API of requests to colleagues. Rights are judged before the body is read."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.colleague_requests import policy, queries, service
from repo_service.colleague_requests.models import ColleagueRequest
from repo_service.colleague_requests.schemas import (
    NewAnswer,
    NewRequest,
    RequestDetailBody,
    RequestListBody,
    answer_bodies,
    request_body,
)
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.resources.queries import cards
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "colleague_requests_api",
    __name__,
    url_prefix="/api",
    description="Asking the colleagues of a cluster for what Kho does not have",
)


@blueprint.route("/colleague-requests")
class Requests(MethodView):
    """The caller's requests and those of colleagues."""

    @blueprint.response(200, RequestListBody)
    def get(self) -> dict[str, Any]:
        """One's own, closed ones too, and the open ones of one's clusters; at most 50 each."""
        viewer = signed_in_viewer()
        return {
            "own": [request_body(row) for row in queries.own_requests(viewer)],
            "of_colleagues": [request_body(row) for row in queries.open_requests(viewer)],
        }

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": NewRequest}}})
    @blueprint.response(201, RequestDetailBody)
    def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Ask a cluster; at most five requests a day."""
        viewer = signed_in_viewer()
        said = read_json(NewRequest())
        asked = service.ask(viewer, said["text"], said["cluster"], said["subject"], said["grade"])
        return _answer(viewer, asked), 201, {"Location": f"/api/colleague-requests/{asked.id}"}


@blueprint.route("/colleague-requests/<request_id>")
class OneRequest(MethodView):
    """One request."""

    @blueprint.response(200, RequestDetailBody)
    def get(self, request_id: str) -> dict[str, Any]:
        """For the asker, the people of the cluster and the department."""
        viewer = signed_in_viewer()
        return _answer(viewer, queries.find_request(viewer, request_id))


@blueprint.route("/colleague-requests/<request_id>/answers")
class Answers(MethodView):
    """Works sent in answer."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": NewAnswer}}})
    @blueprint.response(201, RequestDetailBody)
    def post(self, request_id: str) -> tuple[dict[str, Any], int]:
        """Send a published work that the asker may read."""
        viewer = signed_in_viewer()
        found = queries.find_request(viewer, request_id, policy.ANSWER.action)
        service.answer(viewer, request_id, read_json(NewAnswer())["work"])
        return _answer(viewer, found), 201


@blueprint.route("/colleague-requests/<request_id>/close")
class Closing(MethodView):
    """The end of a request."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": {"type": "object"}}}})
    @blueprint.response(200, RequestDetailBody)
    def post(self, request_id: str) -> dict[str, Any]:
        """Close it: the asker, the cluster's leads, the department. No body."""
        viewer = signed_in_viewer()
        return _answer(viewer, service.close(viewer, request_id))


def _answer(viewer: Viewer, asked: ColleagueRequest) -> dict[str, Any]:
    current_session().flush()
    answers = queries.answers_to(asked)
    readable = cards([each.resource_id for each in answers], viewer) if answers else []
    return request_body(queries.row_of(viewer, asked)) | {"answers": answer_bodies(answers, readable)}
