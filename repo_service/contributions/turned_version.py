"""A contribution that turns out to be a new version of a work in Kho: its files go there, its draft goes away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import select

from repo_service.contributions import receiving
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.identifiers import is_id
from repo_service.core.permissions import Viewer
from repo_service.core.urls import resource_path
from repo_service.files.models import StoredFile
from repo_service.resources import service as resources
from repo_service.resources.lifecycle import EDITABLE
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.queries import find_working


@dataclass(frozen=True)
class Brought:
    """What a contribution brings along: its draft, if it was saved, its uploads, and the file that is replaced."""

    draft_id: str = ""
    uploads: Sequence[str] = ()
    replaced_file_id: str = ""


def new_version_link(resource_id: str, brought: Brought) -> str:
    """The page that makes a new version of the work from what a contribution brings."""
    named = [("draft", brought.draft_id), ("replaces", brought.replaced_file_id)]
    pairs = [(name, value) for name, value in named if value]
    pairs += [("brought", upload) for upload in brought.uploads]
    return f"{resource_path(resource_id)}/phien-ban-moi?{urlencode(pairs)}"


def brought_files(viewer: Viewer, brought: Brought) -> list[StoredFile]:
    """The files of the draft and of the uploads, each once; what is not the viewer's is left out."""
    uploads = [upload for upload in brought.uploads if is_id(upload)]
    found = {file.id: file for file in receiving.files_of_uploads(viewer, uploads)}
    draft = _draft(viewer, brought.draft_id)
    if draft is not None:
        held = select(StoredFile).join(VersionFile, VersionFile.file_id == StoredFile.id)
        for file in current_session().scalars(held.where(VersionFile.version_id == draft[1].id)):
            found.setdefault(file.id, file)
    return list(found.values())


def drop_draft(viewer: Viewer, brought: Brought, taken: Sequence[str]) -> None:
    """Delete the draft whose files all went to the work; one that others have seen stays."""
    draft = _draft(viewer, brought.draft_id)
    if draft is None:
        return
    resource, version = draft
    first = resource.current_version_id is None and version.number == 1 and version.submitted_at is None
    if first and {row.file_id for row in version.files} <= set(taken):
        resources.delete_draft(viewer, resource, version)


def _draft(viewer: Viewer, draft_id: str) -> tuple[Resource, ResourceVersion] | None:
    if not is_id(draft_id):
        return None
    try:
        resource, version = find_working(viewer, draft_id)
    except NotFound:
        return None
    return (resource, version) if version.state in EDITABLE else None
