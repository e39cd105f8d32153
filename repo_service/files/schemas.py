"""Outer JSON of uploads and files."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from repo_service.files.file_types import REASONS
from repo_service.files.models import StoredFile

BIGGEST = 2**53


class UploadStartSchema(Schema):
    """What a client wants to send: name and size in bytes."""

    filename = fields.String(required=True, validate=validate.Length(1, 1000))
    size = fields.Integer(required=True, strict=True, validate=validate.Range(0, BIGGEST))
    cluster = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=16))


class UploadPartClaimSchema(Schema):
    """A part the client saw acknowledged; the etag with or without quotes."""

    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    etag = fields.String(required=True, validate=validate.Length(1, 200))


class UploadCompletionSchema(Schema):
    """All parts of an upload."""

    parts = fields.List(
        fields.Nested(UploadPartClaimSchema), required=True, validate=validate.Length(1, 10_000)
    )


class PartToSendSchema(Schema):
    """A part to send, and where."""

    number = fields.Integer()
    size = fields.Integer()
    url = fields.String()
    method = fields.String()
    headers = fields.Dict(keys=fields.String(), values=fields.String())


class ReceivedPartSchema(Schema):
    """A part that is safe."""

    number = fields.Integer()
    size = fields.Integer()
    etag = fields.String()


class UploadedFileSchema(Schema):
    """A stored file; `state` is ready, checking or quarantined, with `reason` and `message` then."""

    id = fields.String()
    name = fields.String()
    size = fields.Integer()
    sha256 = fields.String(allow_none=True)
    media_type = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)
    message = fields.String(allow_none=True)
    text_state = fields.String()
    preview_state = fields.String()
    pages = fields.Integer(allow_none=True)


class UploadSchema(Schema):
    """An upload: `parts` are still to be sent, `received` are safe."""

    id = fields.String()
    filename = fields.String()
    size = fields.Integer()
    part_size = fields.Integer()
    state = fields.String()
    parts = fields.List(fields.Nested(PartToSendSchema))
    received = fields.List(fields.Nested(ReceivedPartSchema))
    file = fields.Nested(UploadedFileSchema, allow_none=True)


class CompletedUploadSchema(Schema):
    """The answer to a completion."""

    file = fields.Nested(UploadedFileSchema)


def file_body(file: StoredFile) -> dict[str, Any]:
    """A file as the API shows it."""
    return {
        "id": file.id,
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "media_type": file.media_type,
        "state": file.state,
        "reason": file.reason,
        "message": str(REASONS.get(file.reason, "")) or None if file.reason else None,
        "text_state": file.text_state,
        "preview_state": file.preview_state,
        "pages": file.pages,
    }
