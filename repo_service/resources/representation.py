"""What the API answers about a resource: its body, its history, its ETag; the documented shapes of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from marshmallow import INCLUDE, Schema, fields

from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import edit_path, resource_path
from repo_service.resources import policy
from repo_service.resources.bundles.members import Member
from repo_service.resources.description import DESCRIPTION_FIELDS
from repo_service.resources.lifecycle import RESOURCE_MOVES, VERSION_MOVES
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import FileRow, Shown, VersionRow

ACTIONS_ON_VERSION = {
    "submit": policy.EDIT,
    "recall": policy.EDIT,
    "appeal": policy.EDIT,
    "publish": policy.PUBLISH,
}
ACTIONS_ON_RESOURCE = {
    "replace": policy.CURATE,
    "retire": policy.CURATE,
    "restore": policy.CURATE,
    "withdraw": policy.WITHDRAW,
}


def etag_of(resource: Resource) -> str:
    """The revision as an ETag's value, without quotes."""
    return str(resource.revision)


def file_path(resource_id: str, file_id: str, version: int | None = None) -> str:
    """Where a file's bytes are read; with a number, as that version lists it."""
    return f"/api/resources/{resource_id}/files/{file_id}" + (f"?version={version}" if version else "")


def pdf_path(resource_id: str, file_id: str, version: int | None = None) -> str:
    """Where a PDF, or the one made of an Office file, is read."""
    return f"/api/resources/{resource_id}/files/{file_id}/pdf" + (f"?version={version}" if version else "")


def package_path(resource_id: str, version: int | None = None) -> str:
    """Where all files come as one zip."""
    return f"/api/resources/{resource_id}/package.zip" + (f"?version={version}" if version else "")


def resource_body(viewer: Viewer, shown: Shown) -> dict[str, Any]:
    """The body of `GET /api/resources/{id}` for the version at hand; costs no statement."""
    resource, version = shown.resource, shown.version
    described = {name: _plain(getattr(version, name)) for name in (*DESCRIPTION_FIELDS, "levels")}
    if not may(viewer, policy.SEE_WORK.action, resource):
        described["personal_data"] = None
    gone = resource.state == "withdrawn"
    if gone:
        described |= {"links": [], "summary": ""}
    number = None if shown.is_newest else version.number
    return {
        **described,
        "members": [_member_body(member) for member in shown.members if not gone],
        "id": resource.id,
        "state": version.state,
        "resource_state": resource.state,
        "visibility": resource.visibility,
        "version": version.number,
        "minor": version.minor,
        "revision": resource.revision,
        "cluster": {"id": resource.cluster_id, "name": shown.cluster_name} if resource.cluster_id else None,
        "school": {"id": resource.school_id, "name": shown.school_name} if resource.school_id else None,
        "authors": [
            {"name": author.name, "school": author.school, "user": author.user_id}
            for author in resource.authors
        ],
        "files": [_file_body(resource.id, file, number) for file in shown.files if not gone],
        "reviewed": version.reviewed if version.state == "published" else None,
        "under_review": _under_review(shown),
        "school_year": resource.school_year,
        "published_at": _plain(version.published_at),
        "first_published_at": _plain(resource.first_published_at),
        "next_review_on": _plain(resource.next_review_on),
        "annual_product_year": resource.annual_product_year,
        "spread_reason": resource.spread_reason,
        "successor": resource.successor_id,
        "based_on": resource.based_on_id,
        "based_on_kind": resource.based_on_kind,
        "credits": [_credit_body(link) for link in resource.credits or []],
        "adapted_version": shown.adapted[0] if shown.adapted else None,
        "copies": shown.copy_count,
        "schools_taught": resource.schools_taught,
        "state_reason": resource.state_reason,
        "working_version": _working_number(shown),
        "download_count": resource.download_count,
        "url": resource_path(resource.id, number),
        "package": package_path(resource.id, number),
        "actions": actions(viewer, resource, version),
    }


def _under_review(shown: Shown) -> dict[str, Any] | None:
    """The open round, for authors and leads: who reads it since when, and by when."""
    found = shown.under_review
    if found is None:
        return None
    return {
        "round": found.round_id, "due_on": _plain(found.due_on), "reader": found.reader, "since": _plain(found.since),
        "reading": found.reading, "read": found.read,
    }  # fmt: skip


def actions(viewer: Viewer, resource: Resource, version: ResourceVersion) -> dict[str, str]:
    """What this viewer may do now: name of the action -> address that does it."""
    api = f"/api/resources/{resource.id}"
    found: dict[str, str] = {}
    if version.state == "draft" and may(viewer, policy.EDIT.action, resource):
        found |= {"edit": api, "delete": api, "edit_page": edit_path(resource.id)}
    if version.state == "published" and may(viewer, policy.CORRECT.action, resource):
        found["correct"] = api
    if version.state in ("published", "changes_requested", "declined") and may(
        viewer, policy.EDIT.action, resource
    ):
        found["new_version"] = f"{api}/versions"
    for move, rule in ACTIONS_ON_VERSION.items():
        if (
            (version.state, move) in VERSION_MOVES
            and resource.state != "withdrawn"
            and may(viewer, rule.action, resource)
        ):
            found[move] = f"{api}/{move}"
    for move, rule in ACTIONS_ON_RESOURCE.items():
        published = resource.current_version_id is not None
        if published and (resource.state, move) in RESOURCE_MOVES and may(viewer, rule.action, resource):
            found[move] = f"{api}/{move}"
    mark = _spread_move(resource) if may(viewer, policy.SPREAD.action, resource) else None
    if mark:
        found[mark] = f"{api}/{mark}"
    return found


def _spread_move(resource: Resource) -> str | None:
    """The mark "Nhân rộng" can be set on what every cluster may open, and taken away from anything."""
    if resource.spread_reason is not None:
        return "end_spread"
    is_open = resource.state == "active" and resource.visibility in ("tinh", "cong-khai")
    return "spread" if is_open and resource.current_version_id is not None else None


def version_body(row: VersionRow) -> dict[str, Any]:
    """One line of the history."""
    return {
        "id": row.id, "version": row.number, "minor": row.minor, "state": row.state,
        "change_note": row.change_note, "published_at": _plain(row.published_at),
    }  # fmt: skip


def _credit_body(link: dict[str, Any]) -> dict[str, Any]:
    """One work of the chain: its authors, or the day it was withdrawn."""
    by = [{"name": name, "school": school} for name, school in link.get("by", [])]
    return {"work": link["work"], "by": by, "gone_on": link.get("gone_on")}


def _file_body(resource_id: str, file: FileRow, number: int | None) -> dict[str, Any]:
    return {
        "id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256, "media_type": file.media_type,
        "state": file.state, "reason": file.reason, "url": file_path(resource_id, file.id, number),
    }  # fmt: skip


def _member_body(member: Member) -> dict[str, Any]:
    """A work of a topic package that the viewer may read."""
    version = member.version
    return {
        "resource": member.resource.id, "title": version.title, "type": version.type, "version": version.number,
        "minor": version.minor, "note": member.note, "newer_version": member.newest,
        "url": resource_path(member.resource.id, version.number),
        "files": [_file_body(member.resource.id, file, version.number) for file in member.files],
    }  # fmt: skip


def _working_number(shown: Shown) -> int | None:
    """The version on its way; only those who may see the work have it in their history."""
    return next((row.number for row in shown.versions if row.id == shown.resource.working_version_id), None)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


class FileBody(Schema):
    """A file of the shown version."""

    id = fields.String()
    name = fields.String()
    size = fields.Integer(metadata={"description": "bytes"})
    sha256 = fields.String(
        allow_none=True, metadata={"description": "null while bytes in a bucket were not read yet"}
    )
    media_type = fields.String()
    state = fields.String(metadata={"description": "ready, checking or quarantined"})
    reason = fields.String(allow_none=True)
    url = fields.String(metadata={"description": "200 or 206 with the bytes, or 302 to a short-lived link"})


class ResourceBody(Schema):
    """A resource as the API shows it."""

    id = fields.String()
    title = fields.String()
    state = fields.String(metadata={"description": "of the shown version"})
    resource_state = fields.String(metadata={"description": "active, replaced, retired or withdrawn"})
    visibility = fields.String()
    version = fields.Integer()
    minor = fields.Integer()
    files = fields.List(fields.Nested(FileBody))
    reviewed = fields.Dict(
        allow_none=True,
        metadata={"description": "{on, schools}: the day of the last approval, whose schools it came from"},
    )

    class Meta:
        """Further fields: the names of ResourceFields, owner, dates, actions."""

        unknown = INCLUDE


class VersionBody(Schema):
    """One line of the history."""

    id = fields.String()
    version = fields.Integer()
    minor = fields.Integer()
    state = fields.String()
    change_note = fields.String()
    published_at = fields.String(allow_none=True)


class VersionList(Schema):
    """A page of the history, newest first."""

    items = fields.List(fields.Nested(VersionBody))
    next = fields.Integer(allow_none=True)
