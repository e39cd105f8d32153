"""The API of what one follows."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.follows import queries, service
from repo_service.follows.schemas import FollowBody, FollowListBody, NewFollow, follow_body
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "follows_api", __name__, url_prefix="/api", description="Subjects, clusters and works that one follows"
)


@blueprint.route("/follows")
class Follows(MethodView):
    """What the caller follows."""

    @blueprint.response(200, FollowListBody)
    def get(self) -> dict[str, Any]:
        """All of it, at most 100 things, the newest first."""
        return {"items": [follow_body(each) for each in queries.followed(signed_in_viewer())]}

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": NewFollow}}})
    @blueprint.alt_response(200, schema=FollowBody, success=True, description="followed before")
    @blueprint.response(201, FollowBody)
    def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Follow a subject (of a class), a cluster or a work; what is followed already answers 200."""
        viewer = signed_in_viewer()
        said = read_json(NewFollow())
        is_new = queries.own_follow(viewer, **said) is None
        made = service.follow(viewer, **said)
        body = follow_body(queries.named(viewer, made))
        return body, 201 if is_new else 200, {"Location": f"/api/follows/{made.id}"}


@blueprint.route("/follows/<follow_id>")
class OneFollow(MethodView):
    """One thing that the caller follows."""

    @blueprint.response(200, FollowBody)
    def get(self, follow_id: str) -> dict[str, Any]:
        """One; 404 for anybody else's."""
        viewer = signed_in_viewer()
        return follow_body(queries.named(viewer, queries.find_follow(viewer, follow_id)))

    @blueprint.response(204)
    def delete(self, follow_id: str) -> None:
        """Follow it no more."""
        service.unfollow(signed_in_viewer(), follow_id)
