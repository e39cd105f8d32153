"""The API of own copies and of what was made from a work."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from repo_service.accounts.sessions import current_viewer, signed_in_viewer
from repo_service.core.db import current_session
from repo_service.core.urls import absolute, resource_path
from repo_service.own_copies import service
from repo_service.own_copies.schemas import OwnCopySchema
from repo_service.resources import policy
from repo_service.resources.api import answer_resource
from repo_service.resources.based_on.copies import copies_of
from repo_service.resources.queries import find_resource, show
from repo_service.resources.representation import ResourceBody
from repo_service.ui.forms import asked_page, read_json

blueprint = Blueprint(
    "api_own_copies", __name__, url_prefix="/api/resources", description="Own copies and adapted versions of works"
)


class MadeFromBody(Schema):
    """A work made from another."""

    id = fields.String()
    title = fields.String()
    kind = fields.String(allow_none=True)
    url = fields.String()


class MadeFromListBody(Schema):
    """A page of them, adapted ones first."""

    items = fields.List(fields.Nested(MadeFromBody))
    next = fields.Integer(allow_none=True)


@blueprint.get("/<resource_id>/copies")
@blueprint.response(200, MadeFromListBody)
def copies(resource_id: str) -> dict[str, Any]:
    """The works made from this one that the caller may read, `page` of them."""
    _resource, page = copies_of(current_viewer(), resource_id, asked_page())
    items = [
        {
            "id": card.resource.id, "title": card.version.title, "kind": card.resource.based_on_kind,
            "url": resource_path(card.resource.id),
        }
        for card in page.items
    ]  # fmt: skip
    return {"items": items, "next": page.next}


@blueprint.post("/<resource_id>/copies")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": OwnCopySchema}}})
@blueprint.alt_response(201, schema=ResourceBody, success=True)
def copy(resource_id: str) -> Response:
    """A draft of one's own with the files of the work; `kind` may be `hoa-nhap`."""
    viewer = signed_in_viewer()
    find_resource(viewer, resource_id, policy.COPY.action)
    made, _version = service.copy(viewer, resource_id, read_json(OwnCopySchema())["kind"])
    current_session().flush()
    answer = answer_resource(show(viewer, made.id), 201)
    answer.headers["Location"] = absolute(f"/api/resources/{made.id}")
    return answer
