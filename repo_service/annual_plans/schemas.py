"""The form of a plan's first step."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields

from repo_service.core.i18n import _l

_TEXT = {"invalid": _l("Ô này cần một dòng chữ."), "null": _l("Ô này cần một dòng chữ.")}


class PlanSchema(Schema):
    """What it is to be."""

    class Meta:
        unknown = EXCLUDE

    title = fields.String(load_default="", error_messages=_TEXT)
    kind = fields.String(load_default="goi-chu-de", error_messages=_TEXT)
