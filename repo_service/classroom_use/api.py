"""The API of notes "Tôi đã dạy bài này". Rights are judged before the body is read."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.classroom_use import policy, queries, service
from repo_service.classroom_use.schemas import TeachingBody, TeachingListBody, TeachingSchema, teaching_body
from repo_service.core.db import current_session
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import asked_page, read_json

blueprint = Blueprint(
    "api_classroom_use", __name__, url_prefix="/api", description="Where works were taught, told by who did"
)

_BODY = {"requestBody": {"content": {"application/json": {"schema": TeachingSchema}}}}


@blueprint.get("/resources/<resource_id>/teachings")
@blueprint.response(200, TeachingListBody)
def teachings(resource_id: str) -> dict[str, Any]:
    """The notes of a work by date, `page` of them; for signed-in readers."""
    viewer = signed_in_viewer()
    resource, page = queries.teachings_of(viewer, resource_id, asked_page())
    items = [teaching_body(viewer, row) for row in page.items]
    return {"schools_taught": resource.schools_taught, "items": items, "next": page.next}


@blueprint.post("/resources/<resource_id>/teachings")
@blueprint.doc(**_BODY)
@blueprint.response(201, TeachingBody)
def tell(resource_id: str) -> dict[str, Any]:
    """Say that one taught it; the same class and day again changes the words of that note."""
    viewer = signed_in_viewer()
    find_resource(viewer, resource_id, policy.TELL.action)
    teaching = service.tell(viewer, resource_id, read_json(TeachingSchema()))
    current_session().flush()
    return teaching_body(viewer, queries.row_of(teaching))


@blueprint.patch("/teachings/<teaching_id>")
@blueprint.doc(**_BODY)
@blueprint.response(200, TeachingBody)
def change(teaching_id: str) -> dict[str, Any]:
    """Change one's own note; only what is sent changes."""
    viewer = signed_in_viewer()
    queries.find_teaching(viewer, teaching_id)
    teaching = service.change(viewer, teaching_id, read_json(TeachingSchema()))
    return teaching_body(viewer, queries.row_of(teaching))


@blueprint.delete("/teachings/<teaching_id>")
@blueprint.response(204)
def delete(teaching_id: str) -> None:
    """Take one's own note away."""
    service.delete(signed_in_viewer(), teaching_id)
