"""The API of difficulties; rights are judged before the body is read."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.permissions import authorize
from repo_service.core.urls import difficulty_path
from repo_service.difficulties import policy, queries, service
from repo_service.difficulties.models import Difficulty
from repo_service.difficulties.queries import Filters, Row
from repo_service.difficulties.schemas import (
    AnswerSchema,
    BoxSchema,
    DifficultySchema,
    FilingSchema,
    difficulty_body,
)
from repo_service.organizations.province_settings import school_year_asked
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "difficulties_api",
    __name__,
    url_prefix="/api/difficulties",
    description="What hinders schools, and the answers",
)
_ASKED = ("school_year", "topic", "state", "page")


@blueprint.route("")
class Box(MethodView):
    """The box of the caller."""

    @blueprint.doc(
        parameters=[{"in": "query", "name": name, "schema": {"type": "string"}} for name in _ASKED]
    )
    @blueprint.response(200, BoxSchema)
    def get(self) -> dict[str, Any]:
        """Heads: those of their school; communes: those that came to them; the department: all."""
        viewer = signed_in_viewer()
        authorize(viewer, policy.OPEN.action)
        year = school_year_asked(request.args.get("school_year"))
        filters = Filters(year, request.args.get("topic", ""), request.args.get("state", ""))
        page = queries.box(viewer, filters, min(max(request.args.get("page", 1, type=int), 1), 10_000))
        return {"items": [difficulty_body(row) for row in page.items], "next": page.next}

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": FilingSchema}}})
    @blueprint.response(201, DifficultySchema)
    def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
        """File one for the school that the caller heads; it goes to whom the school answers to."""
        viewer = signed_in_viewer()
        authorize(viewer, policy.OPEN.action)
        said = read_json(FilingSchema())
        filed = service.file_difficulty(viewer, said["school"], said["topic"], said["text"])
        return _body(filed), 201, {"Location": difficulty_path(filed.id)}


@blueprint.route("/<difficulty_id>/answer")
class Answer(MethodView):
    """Answering."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": AnswerSchema}}})
    @blueprint.response(200, DifficultySchema)
    def post(self, difficulty_id: str) -> dict[str, Any]:
        """Answer it, as the body that has it; 409 when it is answered already."""
        viewer = signed_in_viewer()
        found = queries.find_difficulty(viewer, difficulty_id, policy.ANSWER.action, changing=True)
        service.answer(viewer, found, read_json(AnswerSchema())["answer"])
        return _body(found)


@blueprint.route("/<difficulty_id>/pass-on")
class PassingOn(MethodView):
    """Passing on."""

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": {"type": "object"}}}})
    @blueprint.response(200, DifficultySchema)
    def post(self, difficulty_id: str) -> dict[str, Any]:
        """A commune passes it on to the department; 409 when it did already."""
        viewer = signed_in_viewer()
        found = queries.find_difficulty(viewer, difficulty_id, changing=True)
        service.pass_on(viewer, found)
        return _body(found)


def _body(found: Difficulty) -> dict[str, Any]:
    return difficulty_body(Row(found, *queries.names_of(found)))
