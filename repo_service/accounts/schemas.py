"""What the forms of an account may send."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from repo_service.accounts.service import FORMS_OF_ADDRESS
from repo_service.core.i18n import LANGUAGES, _l

TOKEN_DAYS = (30, 90, 365)

MISSING = {"required": _l("Ô này đang trống.")}
CHOICE = _l("Chọn một mục trong danh sách.")


class FormSchema(Schema):
    """A form may carry its CSRF token and nothing else that it does not name."""

    class Meta:
        unknown = EXCLUDE


class SignIn(FormSchema):
    """Name or school e-mail, and the password."""

    username = fields.String(
        required=True,
        validate=validate.Length(1, 254, error=_l("Ghi tên đăng nhập hoặc email trường.")),
        error_messages=MISSING,
    )
    password = fields.String(
        required=True, validate=validate.Length(1, 4096, error=_l("Ghi mật khẩu.")), error_messages=MISSING
    )


class Profile(FormSchema):
    """How the person is called, and the language of the pages."""

    name = fields.String(required=True, error_messages=MISSING)
    form_of_address = fields.String(
        required=True, validate=validate.OneOf(FORMS_OF_ADDRESS, error=CHOICE), error_messages=MISSING
    )
    language = fields.String(
        required=True, validate=validate.OneOf(LANGUAGES, error=CHOICE), error_messages=MISSING
    )


class NewPassword(FormSchema):
    """A password of one's own choice; the rules are in passwords.py."""

    password = fields.String(required=True, error_messages=MISSING)


class NewToken(FormSchema):
    """A name to know the token by, and how many days it works."""

    name = fields.String(required=True, error_messages=MISSING)
    days = fields.Integer(
        required=True,
        validate=validate.OneOf(TOKEN_DAYS, error=CHOICE),
        error_messages={**MISSING, "invalid": CHOICE},
    )
