"""The JSON of a package's works as they come in."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l

_TEXT = {"invalid": _l("Ô này cần một dòng chữ."), "null": _l("Ô này cần một dòng chữ.")}


class PackageSchema(Schema):
    """A new package: its title, the cluster when not the usual one, works (ids) in their order."""

    class Meta:
        unknown = EXCLUDE

    title = fields.String(load_default="", error_messages=_TEXT)
    cluster = fields.String(load_default=None, allow_none=True, error_messages=_TEXT)
    works = fields.List(fields.String(), load_default=list)


class WorkSchema(Schema):
    """A work to add, and why it is there."""

    class Meta:
        unknown = EXCLUDE

    work = fields.String(load_default="", error_messages=_TEXT)
    note = fields.String(load_default="", error_messages=_TEXT)
