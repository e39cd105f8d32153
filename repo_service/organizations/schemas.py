"""What the department's forms about schools and clusters may send."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load

from repo_service.core.i18n import _l
from repo_service.organizations.service import ClusterDetails, OrganizationDetails

MISSING = {"required": _l("Ô này đang trống."), "null": _l("Ô này đang trống.")}


def _text(**options: Any) -> fields.String:
    return fields.String(load_default="", **options)


class FormSchema(Schema):
    """A form may carry its CSRF token and nothing else that it does not name."""

    class Meta:
        unknown = EXCLUDE


class OrganizationForm(FormSchema):
    """A school, centre or other unit."""

    name = fields.String(required=True, error_messages=MISSING)
    kind = fields.String(load_default="truong")
    institution_type = _text()
    code = _text()
    levels = fields.List(fields.String(), load_default=list)
    commune_id = _text()
    managing_body_id = _text()

    @post_load
    def details(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """One value for the service, beside what only some forms send."""
        names = ("name", "kind", "institution_type", "code", "levels", "commune_id", "managing_body_id")
        parts: dict[str, Any] = {name: values.pop(name) or None for name in names}
        parts.update(name=parts["name"] or "", kind=parts["kind"] or "", levels=tuple(parts["levels"] or ()))
        return {"details": OrganizationDetails(**parts), **values}


class ClusterForm(FormSchema):
    """A cluster as the decision describes it; a scope is sent as `kind:value`."""

    name = fields.String(required=True, error_messages=MISSING)
    scopes = fields.List(fields.String(), load_default=list)
    field_scope = _text()
    decision_number = _text()
    decision_date = fields.Date(
        load_default=None, allow_none=True, error_messages={"invalid": _l("Ghi ngày dạng 2026-08-15.")}
    )
    direct_manager_id = _text()
    host_id = _text()

    @post_load
    def details(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        """One value for the service, beside what only some forms send."""
        pairs = [
            (kind, value) for text in values.pop("scopes") for kind, _colon, value in [text.partition(":")]
        ]
        if field := values.pop("field_scope"):
            pairs.append(("linh-vuc", field))
        names = ("name", "decision_number", "decision_date", "direct_manager_id", "host_id")
        parts: dict[str, Any] = {name: values.pop(name) or None for name in names}
        parts.update(name=parts["name"] or "", scopes=tuple(pairs))
        return {"details": ClusterDetails(**parts), **values}


class MergedOrganization(OrganizationForm):
    """Which schools become which one, from which school year."""

    ids = fields.List(fields.String(), load_default=list)
    from_year = fields.String(required=True, error_messages=MISSING)


class MergedCluster(ClusterForm):
    """Which clusters become which one, from which school year."""

    ids = fields.List(fields.String(), load_default=list)
    from_year = fields.String(required=True, error_messages=MISSING)


class Split(FormSchema):
    """Two names; `second` lists the schools of the second cluster, or the people of the second school."""

    first_name = fields.String(required=True, error_messages=MISSING)
    second_name = fields.String(required=True, error_messages=MISSING)
    second = fields.List(fields.String(), load_default=list)
    from_year = fields.String(required=True, error_messages=MISSING)


class Joining(FormSchema):
    """A school that becomes a member, from which school year."""

    organization_id = fields.String(required=True, error_messages=MISSING)
    from_year = fields.String(required=True, error_messages=MISSING)
