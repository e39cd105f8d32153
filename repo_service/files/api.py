"""The API of uploads: one protocol for every store. Part links carry their own permission, no cookie, no token."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request
from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.backends import storage
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, NotFound
from repo_service.core.i18n import _
from repo_service.core.urls import absolute
from repo_service.files import limits, service, signed_links
from repo_service.files.file_types import extensions_by_class
from repo_service.files.models import StoredFile, UploadSession
from repo_service.files.schemas import (
    CompletedUploadSchema,
    UploadCompletionSchema,
    UploadedFileSchema,
    UploadSchema,
    UploadStartSchema,
    file_body,
)

blueprint = Blueprint("files_api", __name__, url_prefix="/api", description="Uploads and files")

PART_SECONDS = 2 * 3600
"""How long a part's link works; `GET /api/uploads/{id}` gives fresh ones."""


@blueprint.route("/limits")
class Limits(MethodView):
    """Limits of uploads."""

    @blueprint.response(200)
    def get(self) -> dict[str, Any]:
        """Largest size and endings of each class, sizes of parts."""
        return limits.described(extensions_by_class())


@blueprint.route("/uploads")
class Uploads(MethodView):
    """Uploads of the caller."""

    @blueprint.arguments(UploadStartSchema)
    @blueprint.response(201, UploadSchema)
    def post(self, wanted: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Begin an upload; 422 for a type or size Kho does not take, 413 over a limit, 507 when the disk is full."""
        upload = service.start_upload(signed_in_viewer(), wanted["filename"], wanted["size"], wanted["cluster"])
        return upload_body(upload, fresh=True), 201, {"Location": f"/api/uploads/{upload.id}"}


@blueprint.route("/uploads/<upload_id>")
class Upload(MethodView):
    """One upload."""

    @blueprint.response(200, UploadSchema)
    def get(self, upload_id: str) -> dict[str, Any]:
        """Which parts arrived, and fresh links for the others."""
        return upload_body(service.find_upload(signed_in_viewer(), upload_id))

    @blueprint.response(204)
    def delete(self, upload_id: str) -> None:
        """Give the upload up."""
        service.abort(signed_in_viewer(), upload_id)


@blueprint.route("/uploads/<upload_id>/complete")
class Completion(MethodView):
    """The end of an upload."""

    @blueprint.arguments(UploadCompletionSchema)
    @blueprint.response(200, CompletedUploadSchema)
    def post(self, claimed: dict[str, Any], upload_id: str) -> dict[str, Any]:
        """Make the parts one file; repeating it answers the same."""
        parts = [(part["number"], part["etag"]) for part in claimed["parts"]]
        return {"file": file_body(service.complete(signed_in_viewer(), upload_id, parts))}


def receive_part(upload_id: str, number: int) -> Response:
    """Receive one part; the link says which upload it belongs to and how long it must be."""
    told = signed_links.read(_secret(), "part", request.args.get("ticket", ""))
    if told is None or told[:2] != [upload_id, number]:
        raise NotFound(_("Đường gửi phần này đã hết hạn hoặc không đúng. Hỏi lại đường gửi mới nhé."))
    key, multipart_id, size = told[2:]
    # The form limit of the application must not cut parts; one byte more, as real servers let us read past the end.
    request.max_content_length = size + 1
    if request.content_length != size:
        raise InvalidInput({"part": [_("Phần này phải có đúng %(size)s byte.", size=size)]})
    part = service.receive_part(key, multipart_id, number, request.stream, size)
    answer = Response(status=200)
    answer.set_etag(part.etag)
    return answer


receive_part.signed_by_url = True  # type: ignore[attr-defined]  # needs no viewer and no form token
blueprint.route("/uploads/<upload_id>/parts/<int:number>", methods=["PUT"])(receive_part)


@blueprint.route("/files/<file_id>")
class File(MethodView):
    """A file the caller uploaded."""

    @blueprint.response(200, UploadedFileSchema)
    def get(self, file_id: str) -> dict[str, Any]:
        """State of the file, of its text and of its pictures, for polling."""
        return file_body(service.find_own_file(signed_in_viewer(), file_id))


def upload_body(upload: UploadSession, *, fresh: bool = False) -> dict[str, Any]:
    """An upload as the API shows it; a `fresh` one has no parts yet, so the store is not asked."""
    is_open = upload.state == "open"
    received = [] if fresh or not is_open else service.parts_arrived(upload)
    safe = {part.number for part in received}
    missing = [(n, size) for n, size in service.part_sizes(upload).items() if is_open and n not in safe]
    file = current_session().get(StoredFile, upload.file_id) if upload.state == "completed" else None
    return {
        "id": upload.id,
        "filename": upload.filename,
        "size": upload.size,
        "part_size": upload.part_size,
        "state": upload.state,
        "parts": [_part_to_send(upload, number, size) for number, size in missing],
        "received": [{"number": part.number, "size": part.size, "etag": part.etag} for part in received],
        "file": file_body(file) if file else None,
    }


def _part_to_send(upload: UploadSession, number: int, size: int) -> dict[str, Any]:
    url = storage().part_url(upload.key, upload.multipart_id, number, PART_SECONDS)
    if url is None:
        values = [upload.id, number, upload.key, upload.multipart_id, size]
        ticket = signed_links.sign(_secret(), "part", values, PART_SECONDS)
        url = absolute(f"/api/uploads/{upload.id}/parts/{number}?ticket={ticket}")
    return {"number": number, "size": size, "url": url, "method": "PUT", "headers": {}}


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
