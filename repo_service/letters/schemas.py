"""What one hears of by mail, as the API takes and answers it."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l

_INVALID = {"invalid": _l("Ghi mỗi nhóm tin một mục: khong, ngay, hang-ngay hoặc hang-tuan."),
            "null": _l("Ghi mỗi nhóm tin một mục: khong, ngay, hang-ngay hoặc hang-tuan.")}  # fmt: skip


class MailChoicesSchema(Schema):
    """Group of notices -> khong (never), ngay (at once), hang-ngay (daily) or hang-tuan (Mondays)."""

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE

    choices = fields.Dict(
        keys=fields.String(),
        values=fields.String(error_messages=_INVALID),
        load_default=dict,
        error_messages=_INVALID,
    )


class MailChoicesBody(Schema):
    """The choices, and what stands in the way of letters: no address, a dead one, or mail that is off."""

    choices = fields.Dict(keys=fields.String(), values=fields.String())
    address = fields.String(allow_none=True)
    address_is_dead = fields.Boolean()
    mail_is_on = fields.Boolean()
