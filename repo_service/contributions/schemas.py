"""Requests of a deposit: the fields of a resource, its files, and whether to send it for review at once."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from repo_service.core.i18n import _, _l
from repo_service.resources.schemas import ResourceFields, text

MOST_FILES = 100
_SHAPE = {"unknown": _l("Không có ô này."), "type": _l("Gửi một đối tượng JSON.")}
_LIST = {"invalid": _l("Gửi một danh sách."), "null": _l("Gửi một danh sách.")}


class DepositPartSchema(Schema):
    """One part that was sent: its number and the ETag it was answered with."""

    error_messages = _SHAPE
    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    etag = fields.String(required=True, validate=validate.Length(1, 200))


class FileRefSchema(Schema):
    """A file of the deposit: a new `upload` (with `parts` when it is still to be completed), or an `id` to keep."""

    class Meta:
        """Unknown names are refused."""

        unknown = RAISE

    error_messages = _SHAPE
    upload = text(16)
    parts = fields.List(fields.Nested(DepositPartSchema), error_messages=_LIST)
    id = text(16)

    @validates_schema
    def one_of_two(self, data: dict[str, Any], **_more: Any) -> None:
        """Either a new upload or a file that is there."""
        if ("upload" in data) == ("id" in data):
            raise ValidationError(
                _("Ghi một trong hai: upload (tệp mới gửi) hoặc id (tệp đang có)."), "upload"
            )


class ChangeSchema(ResourceFields):
    """A change of a draft or a correction: only what is sent changes; `files` is the whole new list."""

    files = fields.List(
        fields.Nested(FileRefSchema), error_messages=_LIST,
        validate=validate.Length(max=MOST_FILES, error=_l("Một bài có nhiều nhất %(most)s tệp.", most=MOST_FILES)),
    )  # fmt: skip


class NewVersionSchema(ChangeSchema):
    """A new version; without `files` those of the version before stay."""

    submit = fields.Boolean(error_messages={"invalid": _l("Ghi true hoặc false.")})


class DepositSchema(NewVersionSchema):
    """A new resource; absent fields take the defaults of the province."""

    cluster = text(16, allow_none=True)
    based_on = text(16, allow_none=True)


class MoveSchema(Schema):
    """What a move may need: a reason, the successor, the colleague who takes over."""

    class Meta:
        """Unknown names are refused."""

        unknown = RAISE

    error_messages = _SHAPE
    reason = text(1000)
    successor = text(200)
    user = text(200)
