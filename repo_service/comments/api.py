"""The API of comments on works. Rights are judged before the body is read."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.comments import policy, queries, service
from repo_service.comments.models import WorkComment
from repo_service.comments.schemas import (
    CommentBody,
    CommentListBody,
    CommentSchema,
    HidingSchema,
    comment_body,
)
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import asked_page, read_json

blueprint = Blueprint(
    "api_comments", __name__, url_prefix="/api", description="What colleagues say about works, with a purpose"
)

_BODY = {"requestBody": {"content": {"application/json": {"schema": CommentSchema}}}}


@blueprint.get("/resources/<resource_id>/comments")
@blueprint.response(200, CommentListBody)
def comments(resource_id: str) -> dict[str, Any]:
    """The threads of a work, the newest first, `page` of them; for signed-in readers."""
    viewer = signed_in_viewer()
    _resource, page = queries.threads(viewer, resource_id, asked_page())
    return {"items": [comment_body(viewer, row) for row in page.items], "next": page.next}


@blueprint.post("/resources/<resource_id>/comments")
@blueprint.doc(**_BODY)
@blueprint.response(201, CommentBody)
def write(resource_id: str) -> dict[str, Any]:
    """A comment with its `purpose`, or with `answers` an answer."""
    viewer = signed_in_viewer()
    find_resource(viewer, resource_id, policy.WRITE.action)
    said = read_json(CommentSchema())
    if said["answers"]:
        return _answer(viewer, service.answer(viewer, said["answers"], said["text"]))
    return _answer(viewer, service.say(viewer, resource_id, said["purpose"], said["text"]))


@blueprint.patch("/comments/<comment_id>")
@blueprint.doc(**_BODY)
@blueprint.response(200, CommentBody)
def edit(comment_id: str) -> dict[str, Any]:
    """Change one's own words."""
    viewer = signed_in_viewer()
    queries.find_comment(viewer, comment_id)
    said = read_json(CommentSchema())
    return _answer(viewer, service.edit(viewer, comment_id, said["text"], said["purpose"]))


@blueprint.delete("/comments/<comment_id>")
@blueprint.response(204)
def delete(comment_id: str) -> None:
    """Take one's own words back."""
    service.delete(signed_in_viewer(), comment_id)


@blueprint.post("/comments/<comment_id>/hide")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": HidingSchema}}})
@blueprint.response(200, CommentBody)
def hide(comment_id: str) -> dict[str, Any]:
    """Out of sight, with a `reason`: a lead or the department."""
    viewer = signed_in_viewer()
    queries.find_comment(viewer, comment_id, action=policy.MODERATE.action)
    return _answer(viewer, service.hide(viewer, comment_id, read_json(HidingSchema())["reason"]))


@blueprint.post("/comments/<comment_id>/show")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": {"type": "object"}}}})
@blueprint.response(200, CommentBody)
def show(comment_id: str) -> dict[str, Any]:
    """Back into sight. No body."""
    viewer = signed_in_viewer()
    return _answer(viewer, service.show(viewer, comment_id))


def _answer(viewer: Viewer, comment: WorkComment) -> dict[str, Any]:
    current_session().flush()
    resource = find_resource(viewer, comment.resource_id)
    return comment_body(viewer, queries.row_of(viewer, resource, comment))
