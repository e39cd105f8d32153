"""JSON of contributing: deposit, change, add a version, and the moves of a work."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema
from werkzeug.exceptions import BadRequest

from repo_service.accounts.sessions import current_viewer
from repo_service.contributions import moves, receiving, service
from repo_service.contributions.schemas import ChangeSchema, DepositSchema, MoveSchema, NewVersionSchema
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.core.identifiers import id_of
from repo_service.core.permissions import Viewer, authorize
from repo_service.core.urls import absolute
from repo_service.files.models import StoredFile
from repo_service.resources import policy
from repo_service.resources.api import answer_resource, asked_version, expected_revision
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_numbered, find_resource, show
from repo_service.resources.representation import ResourceBody
from repo_service.resources.service import check_revision

blueprint = Blueprint(
    "api_contributions",
    __name__,
    url_prefix="/api/resources",
    description="Deposit resources and move them on.",
)

SMALL_FILES = 64 * 1024 * 1024
"""Bytes of a deposit in one call; larger files go through /api/uploads."""
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "the ETag that was read",
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string"},
    "description": "any words of yours: sent again with the same ones, the deposit is not made a second time",
}


def _body_of(schema: type[Schema], *more: str) -> dict[str, Any]:
    return {
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": schema} for kind in ("application/json", *more)},
        }
    }


@blueprint.url_value_preprocessor
def allow_small_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A deposit in one call may carry small files; said before anything reads the body."""
    if request.mimetype == "multipart/form-data" and endpoint == "api_contributions.deposit":
        request.max_content_length = SMALL_FILES


@blueprint.post("")
@blueprint.doc(parameters=[IDEMPOTENCY_KEY], **_body_of(DepositSchema, "multipart/form-data"))
@blueprint.alt_response(201, schema=ResourceBody, success=True)
def deposit() -> Response:
    """A new resource. Multipart: `metadata` is this JSON, `files` are the bytes of small files."""
    viewer = current_viewer()
    authorize(viewer, policy.CREATE.action)
    chosen = _chosen_id(viewer)
    made = current_session().get(Resource, chosen) if chosen else None
    if made is not None:  # before; only the answer was lost
        return _created(viewer, made)
    if request.mimetype == "multipart/form-data":
        fields = DepositSchema().load(_metadata_part())
        files = [
            receiving.store_small(viewer, part.filename or "tep", part.stream)
            for part in request.files.getlist("files")
        ]
    else:
        fields = DepositSchema().load(request.get_json())
        files = []
    files += _files(viewer, fields) or ()
    resource, _version = service.deposit(
        viewer, fields, files, submit=fields.get("submit", False), resource_id=chosen
    )
    return _created(viewer, resource)


@blueprint.patch("/<resource_id>")
@blueprint.doc(parameters=[IF_MATCH], **_body_of(ChangeSchema))
@blueprint.alt_response(200, schema=ResourceBody, success=True)
def change(resource_id: str) -> Response:
    """Change a draft, or correct what is said about the published version (recorded as a minor version)."""
    viewer = current_viewer()
    check_revision(find_resource(viewer, resource_id, policy.CORRECT.action), expected_revision())
    fields = ChangeSchema().load(request.get_json())
    files = _files(viewer, fields, resource_id)
    resource = _locked(viewer, resource_id, policy.CORRECT.action)
    changed = service.change(viewer, resource, find_numbered(resource, asked_version()), fields, files)
    return _answer(viewer, resource, number=changed.number)


@blueprint.delete("/<resource_id>")
@blueprint.doc(parameters=[IF_MATCH])
@blueprint.response(204)
def delete_draft(resource_id: str) -> None:
    """Delete a draft; a resource that was never published or sent goes with it."""
    viewer = current_viewer()
    find_resource(viewer, resource_id, policy.EDIT.action)
    moves.make(viewer, "delete", resource_id, {}, expected_revision())


@blueprint.post("/<resource_id>/versions")
@blueprint.doc(**_body_of(NewVersionSchema))
@blueprint.alt_response(201, schema=ResourceBody, success=True)
def add_version(resource_id: str) -> Response:
    """A new version: change note, files (absent: the same), changed metadata; sent at once with `submit`."""
    viewer = current_viewer()
    find_resource(viewer, resource_id, policy.EDIT.action)
    fields = NewVersionSchema().load(request.get_json())
    files = _files(viewer, fields, resource_id)
    resource = _locked(viewer, resource_id, policy.EDIT.action)
    version = service.add_version(viewer, resource, fields, files, submit=fields.get("submit", False))
    answer = _answer(viewer, resource, 201, version.number)
    answer.headers["Location"] = absolute(f"/api/resources/{resource.id}?version={version.number}")
    return answer


@blueprint.post(
    "/<resource_id>/<any(submit, recall, appeal, publish, replace, retire, restore, withdraw, hand_over, spread, "
    "end_spread):name>"
)
@blueprint.doc(**_body_of(MoveSchema))
@blueprint.alt_response(200, schema=ResourceBody, success=True)
def move(resource_id: str, name: str) -> Response:
    """One move of the work; 409 when its state does not allow it. A body only where the move asks for something."""
    viewer = current_viewer()
    find_resource(viewer, resource_id, moves.MOVES[name].rule.action)
    values = MoveSchema().load(request.get_json(silent=not request.data) or {})
    resource = moves.make(viewer, name, resource_id, values, _revision_if_sent())
    working = name in ("submit", "recall", "appeal")
    return _answer(
        viewer, resource, number=find_numbered(resource, None, working=True).number if working else None
    )


def _chosen_id(viewer: Viewer) -> str | None:
    """The id of a deposit that its sender can repeat, when the answer was lost on the way."""
    key = request.headers.get("Idempotency-Key")
    return id_of("deposit", str(viewer.id), key) if key else None


def _revision_if_sent() -> int | None:
    return expected_revision() if "If-Match" in request.headers else None


def _locked(viewer: Viewer, resource_id: str, action: str) -> Resource:
    """The resource for a change, after the bytes moved: what was read before may be old by now."""
    resource = find_resource(viewer, resource_id, action, changing=True)
    check_revision(resource, _revision_if_sent())
    return resource


def _created(viewer: Viewer, resource: Resource) -> Response:
    answer = _answer(viewer, resource, 201)
    answer.headers["Location"] = absolute(f"/api/resources/{resource.id}")
    return answer


def _answer(viewer: Viewer, resource: Resource, status: int = 200, number: int | None = None) -> Response:
    """What `GET` would answer now; everything is written before it is read again."""
    current_session().flush()
    return answer_resource(show(viewer, resource.id, number), status)


def _files(
    viewer: Viewer, fields: Mapping[str, Any], resource_id: str | None = None
) -> Sequence[StoredFile] | None:
    """The files that a request names, in its order; None when it says nothing about files."""
    if "files" not in fields:
        return None
    asked: list[Mapping[str, Any]] = fields["files"]
    ids = [ref["id"] for ref in asked if "id" in ref]
    kept = {file.id: file for file in receiving.kept_files(resource_id, ids)} if resource_id else {}
    unknown = [file_id for file_id in ids if file_id not in kept]
    if unknown:
        raise InvalidInput({"files": [_("Tệp %(file)s không thuộc bài này.", file=unknown[0][:40])]})
    uploaded = iter(receiving.finished_uploads(viewer, [ref for ref in asked if "upload" in ref]))
    return [kept[ref["id"]] if "id" in ref else next(uploaded) for ref in asked]


def _metadata_part() -> Any:
    sent = request.files.get("metadata")
    if sent is None and "metadata" not in request.form and not request.files:
        raise InvalidInput({"metadata": [_("Phần mô tả chưa đến nơi. Gửi lại cả biểu mẫu cùng tệp.")]})
    text = (
        sent.stream.read(1024 * 1024).decode(errors="replace") if sent else request.form.get("metadata", "{}")
    )
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadRequest() from None
