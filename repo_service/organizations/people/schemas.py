"""What the forms about people may send."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l

MISSING = {"required": _l("Ô này đang trống.")}


class RoleForm(Schema):
    """A role and its place: `truong:ID`, `cum:ID`, or `kho` for the whole system."""

    class Meta:
        unknown = EXCLUDE

    role = fields.String(required=True, error_messages=MISSING)
    place = fields.String(required=True, error_messages=MISSING)


class PersonForm(RoleForm):
    """A new account with its first role."""

    name = fields.String(required=True, error_messages=MISSING)
    form_of_address = fields.String(load_default="thay-co")
    email = fields.String(load_default="")
    username = fields.String(load_default="")
