"""The contribute form between two clicks: what fits is saved as a draft, what does not stays in the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError

from repo_service.contributions import service
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.files.models import StoredFile
from repo_service.resources import policy
from repo_service.resources.description import DESCRIPTION_FIELDS
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import find_resource, find_version
from repo_service.resources.service import check_revision
from repo_service.ui.forms import flat_errors

CARRIED = tuple(name for name in DESCRIPTION_FIELDS if name not in ("links", "members", "embargo_until"))


def load_what_fits(schema: Schema, typed: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The fields that read well, and sentences for those that do not."""
    try:
        return dict(schema.load(typed)), {}
    except ValidationError as error:
        wrong = error.messages_dict
        fitting = {name: value for name, value in typed.items() if name not in wrong}
        return dict(schema.load(fitting)), {
            name.partition(".")[0]: texts for name, texts in flat_errors(wrong).items()
        }


def save_draft(
    viewer: Viewer,
    resource_id: str,
    fields: Mapping[str, Any],
    files: Sequence[StoredFile] | None,
    revision: int | None = None,
) -> tuple[Resource, ResourceVersion]:
    """Save under the id the form chose when it was opened: the first time a new draft, then changes of it."""
    if current_session().get(Resource, resource_id) is None:
        return service.deposit(viewer, fields, files or (), resource_id=resource_id)
    resource = find_resource(viewer, resource_id, policy.EDIT.action, changing=True)
    check_revision(resource, revision)
    version = find_version(resource, resource.working_version_id)
    service.change(viewer, resource, version, fields, files)
    return resource, version


def is_worth_keeping(fields: Mapping[str, Any], files: Sequence[StoredFile]) -> bool:
    """Whether there is something to lose: a name, a file or a link."""
    return bool(files or fields.get("title") or fields.get("links"))


def values_of(resource: Resource, version: ResourceVersion) -> dict[str, Any]:
    """A version as the form's fields hold it."""
    values: dict[str, Any] = {name: getattr(version, name) for name in CARRIED}
    values["visibility"] = resource.visibility
    values["school_year"] = resource.school_year
    values["based_on"] = resource.based_on_id
    values["links"] = [f"{link['url']} {link['label']}".strip() for link in version.links]
    if version.embargo_until is not None:
        values["embargo_until"] = f"{clock.local(version.embargo_until):%Y-%m-%dT%H:%M}"
    return values
