"""JSON of a resource: read it, its history, its files as bytes and as one package."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, jsonify, request
from flask_smorest import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from repo_service.accounts.sessions import current_viewer
from repo_service.core.errors import NotFound, PreconditionRequired, StaleVersion
from repo_service.core.i18n import _
from repo_service.core.pagination import page_of
from repo_service.core.permissions import Viewer
from repo_service.derivatives.pages import pdf_response
from repo_service.files.pages import counts_as_download, file_response, package_response
from repo_service.resources import queries
from repo_service.resources.queries import Shown
from repo_service.resources.representation import (
    ResourceBody,
    VersionList,
    etag_of,
    resource_body,
    version_body,
)
from repo_service.resources.succession import count_download
from repo_service.usage.service import Kind, record_download

blueprint = Blueprint(
    "api_resources",
    __name__,
    url_prefix="/api/resources",
    description="Read resources and download their files.",
)

VERSION = {
    "in": "query",
    "name": "version",
    "schema": {"type": "integer"},
    "description": "an older published version, or the one on its way",
}


def answer_resource(shown: Shown, status: int = 200) -> Response:
    """The body of a resource with its ETag."""
    body = jsonify(resource_body(current_viewer(), shown))
    body.status_code = status
    body.set_etag(etag_of(shown.resource))
    return body


def expected_revision() -> int:
    """The revision a change was based on, from `If-Match`; PreconditionRequired without it."""
    if "If-Match" not in request.headers:
        raise PreconditionRequired()
    sent = request.headers["If-Match"].strip().removeprefix("W/").strip('"')
    if not sent.isdecimal():
        raise StaleVersion()
    return int(sent)


def asked_version() -> int | None:
    """The version number of the query, if any; NotFound for one that no database counts to."""
    number = request.args.get("version", type=int)
    if number is not None and not 0 < number <= queries.LAST:
        raise NotFound()
    return number


@blueprint.get("/<resource_id>")
@blueprint.doc(parameters=[VERSION])
@blueprint.alt_response(200, schema=ResourceBody, success=True)
def read_resource(resource_id: str) -> AnyResponse:
    """A resource with its shown version."""
    return answer_resource(queries.show(current_viewer(), resource_id, asked_version())).make_conditional(
        request
    )


@blueprint.get("/<resource_id>/versions")
@blueprint.alt_response(200, schema=VersionList, success=True)
def list_versions(resource_id: str) -> dict[str, Any]:
    """The history, newest first."""
    number = min(max(request.args.get("page", 1, type=int), 1), queries.LAST)
    size = min(max(request.args.get("size", 20, type=int), 1), 100)
    rows = queries.history(current_viewer(), resource_id, (number - 1) * size, size + 1)
    page = page_of(rows, number, size)
    return {"items": [version_body(row) for row in page.items], "next": page.next}


@blueprint.get("/<resource_id>/files/<file_id>")
@blueprint.doc(parameters=[VERSION])
@blueprint.alt_response(200, description="The bytes; 206 for a range, 302 to a short-lived link on a bucket")
def read_file(resource_id: str, file_id: str) -> Response:
    """The original bytes of one file; `?inline=1` for a player or a picture on a page."""
    viewer = current_viewer()
    resource, number, files = queries.find_files(viewer, resource_id, asked_version(), file_id)
    name, file = files[0]
    inline = "inline" in request.args
    answer = file_response(file, name, inline=inline)
    if not inline:
        _count(answer, viewer, "tep", resource.id, number, file.id)
    return answer


@blueprint.get("/<resource_id>/files/<file_id>/pdf")
@blueprint.doc(parameters=[VERSION])
@blueprint.alt_response(200, description="The bytes; 206 for a range, 302 to a short-lived link on a bucket")
def read_pdf(resource_id: str, file_id: str) -> Response:
    """A PDF, or the one that was made of an Office file; `?inline=1` for reading on a page."""
    viewer = current_viewer()
    resource, number, files = queries.find_files(viewer, resource_id, asked_version(), file_id)
    name, file = files[0]
    inline = "inline" in request.args
    answer = pdf_response(file, name, inline=inline)
    if not inline:
        _count(answer, viewer, "tep", resource.id, number, file.id)
    return answer


@blueprint.get("/<resource_id>/package.zip")
@blueprint.doc(parameters=[VERSION])
@blueprint.alt_response(200, description="All files as one zip")
def read_package(resource_id: str) -> Response:
    """Every file of the version in one zip, made while it is sent; of a topic package a folder for each work."""
    viewer = current_viewer()
    resource, number, files = queries.find_files(viewer, resource_id, asked_version())
    ready = [(name, file) for name, file in files if file.state == "ready"]
    if not ready:
        raise NotFound(_("Bài này chưa có tệp nào tải được."))
    answer = package_response(ready, f"{resource.title[:120]}.zip")
    _count(answer, viewer, "goi", resource.id, number)
    return answer


def _count(
    answer: Response, viewer: Viewer, kind: Kind, resource_id: str, number: int, file_id: str | None = None
) -> None:
    """One download, in a short transaction of its own: this request itself only reads."""
    if answer.status_code in (200, 206, 302) and counts_as_download():
        database = current_app.database  # type: ignore[attr-defined]
        record_download(database, viewer, kind, resource_id, number, file_id)
        with database.transaction():
            count_download(resource_id)
