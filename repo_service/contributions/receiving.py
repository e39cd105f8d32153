"""The files of a contribution, whatever way they came: kept from before, uploaded in parts, or carried by a form.

Bytes move before anything is written: call these before the first change, and lock rows only afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from sqlalchemy import select

from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer
from repo_service.derivatives.queries import texts_of, titles_of
from repo_service.files import service as files
from repo_service.files.models import StoredFile
from repo_service.resources.models import ResourceVersion, VersionFile


def kept_files(resource_id: str, file_ids: Sequence[str]) -> list[StoredFile]:
    """Those of `file_ids` that some version of the resource holds, in their order; the caller checks the rights."""
    if not file_ids:
        return []
    statement = (
        select(StoredFile)
        .join(VersionFile, VersionFile.file_id == StoredFile.id)
        .join(ResourceVersion, ResourceVersion.id == VersionFile.version_id)
        .where(ResourceVersion.resource_id == resource_id, StoredFile.id.in_(file_ids))
    )
    found = {file.id: file for file in current_session().scalars(statement)}
    return [found[file_id] for file_id in file_ids if file_id in found]


def finished_uploads(viewer: Viewer, asked: Sequence[Mapping[str, object]]) -> list[StoredFile]:
    """The files of `{upload, parts?}` references, completed on the way when their parts are given."""
    return files.files_for_deposit(viewer, [_claim(reference) for reference in asked])


def files_of_uploads(viewer: Viewer, upload_ids: Sequence[str]) -> list[StoredFile]:
    """The files of finished uploads that a form names; one that was taken back meanwhile is left out."""
    found = []
    for upload_id in upload_ids:
        try:
            found += files.files_for_deposit(viewer, [files.UploadClaim(upload_id)])
        except NotFound:
            continue
    return found


def store_small(viewer: Viewer, name: str, stream: IO[bytes]) -> StoredFile:
    """Keep a file that came inside the request itself; it is on disk already when it is large."""
    size = stream.seek(0, 2)
    stream.seek(0)
    return files.store_small(viewer, name, stream, size)


def read_so_far(found: Sequence[StoredFile]) -> tuple[list[str], list[str]]:
    """(texts, title lines) that were read out of the files up to now."""
    ready = [file.id for file in found if file.text_state == "ready"]
    return (list(texts_of(ready).values()), list(titles_of(ready).values())) if ready else ([], [])


def _claim(reference: Mapping[str, object]) -> files.UploadClaim:
    parts = reference.get("parts")
    pairs = [(part["number"], part["etag"]) for part in parts] if isinstance(parts, list) else None
    return files.UploadClaim(str(reference["upload"]), pairs)
