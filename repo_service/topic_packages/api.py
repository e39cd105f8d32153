"""The API of topic packages: begin one, add works, put them in order, take newer versions over."""

from __future__ import annotations

from flask import Response
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, authorize
from repo_service.resources.api import answer_resource
from repo_service.resources.models import Resource
from repo_service.resources.policy import CREATE
from repo_service.resources.queries import show
from repo_service.resources.representation import ResourceBody
from repo_service.topic_packages import queries, service
from repo_service.topic_packages.schemas import PackageSchema, WorkSchema
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "api_topic_packages",
    __name__,
    url_prefix="/api/topic-packages",
    description="Topic packages: works in the order in which a topic is taught. Read one as a resource: `members`.",
)


@blueprint.post("")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": PackageSchema}}})
@blueprint.alt_response(201, schema=ResourceBody, success=True)
def start() -> Response:
    """A draft package of the caller's."""
    viewer = signed_in_viewer()
    authorize(viewer, CREATE.action)
    said = read_json(PackageSchema())
    works = [(work, "") for work in said["works"]]
    return _answer(viewer, service.start(viewer, said["title"], said["cluster"], works=works), 201)


@blueprint.post("/<resource_id>/works")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": WorkSchema}}})
@blueprint.alt_response(200, schema=ResourceBody, success=True)
def add(resource_id: str) -> Response:
    """Add a work at the end; a published package gets a draft of its next version."""
    viewer = signed_in_viewer()
    found = queries.find_package(viewer, resource_id, changing=True)
    said = read_json(WorkSchema())
    service.add(viewer, *found, said["work"], said["note"])
    return _answer(viewer, found[0])


@blueprint.delete("/<resource_id>/works/<work_id>")
@blueprint.alt_response(200, schema=ResourceBody, success=True)
def remove(resource_id: str, work_id: str) -> Response:
    """Take a work out."""
    viewer = signed_in_viewer()
    found = queries.find_package(viewer, resource_id, changing=True)
    service.remove(viewer, *found, work_id)
    return _answer(viewer, found[0])


@blueprint.post("/<resource_id>/works/<work_id>/<verb>")
@blueprint.alt_response(200, schema=ResourceBody, success=True)
def change(resource_id: str, work_id: str, verb: str) -> Response:
    """`up`, `down`, or `newer`: pin the work to the version that is shown now."""
    viewer = signed_in_viewer()
    found = queries.find_package(viewer, resource_id, changing=True)
    match verb:
        case "up" | "down":
            service.move(viewer, *found, work_id, -1 if verb == "up" else 1)
        case "newer":
            service.take_newer(viewer, *found, work_id)
        case _:
            raise NotFound()
    return _answer(viewer, found[0])


def _answer(viewer: Viewer, resource: Resource, status: int = 200) -> Response:
    """The version that is worked on."""
    current_session().flush()
    number = queries.worked_on(resource).number
    return answer_resource(show(viewer, resource.id, number), status)
