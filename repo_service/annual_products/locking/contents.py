"""What a product consists of: the files of the chosen version, and of a topic package's works in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from repo_service.annual_products.locking.canonical import fingerprint
from repo_service.core.db import current_session
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import FileRow, files_of


@dataclass(frozen=True)
class Part:
    """A work in a topic package, in the version it is pinned to; None for both when the row is gone."""

    resource: Resource
    version: ResourceVersion
    note: str
    files: Sequence[FileRow]


@dataclass(frozen=True)
class Contents:
    """A version with everything that belongs to it."""

    version: ResourceVersion
    own_files: Sequence[FileRow]
    parts: Sequence[Part]

    @property
    def files(self) -> list[FileRow]:
        """Every file, those of the package's works included; one that stands in two works comes twice."""
        return [*self.own_files, *(file for part in self.parts for file in part.files)]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over versions and files as the rows say now: equal as long as nothing changed."""
        return fingerprint({"version": self.version.id, "files": file_list(self.files),
                            "parts": [part.version.id for part in self.parts]})  # fmt: skip


def contents_of(version: ResourceVersion) -> Contents:
    """Read them: one statement, one more for a topic package."""
    pinned = {member["version"]: member for member in version.members}
    by_version: dict[str, list[FileRow]] = {}
    for file in files_of([version.id, *pinned]):
        by_version.setdefault(file.version_id, []).append(file)
    parts = [
        Part(resource, kept, pinned[kept.id].get("note", ""), by_version.get(kept.id, []))
        for resource, kept in _works(list(pinned))
    ]
    return Contents(version, by_version.get(version.id, []), parts)


def _works(version_ids: Sequence[str]) -> list[tuple[Resource, ResourceVersion]]:
    if not version_ids:
        return []
    statement = select(ResourceVersion, Resource).join(Resource, Resource.id == ResourceVersion.resource_id)
    rows = current_session().execute(statement.where(ResourceVersion.id.in_(version_ids)))
    found = {version.id: (resource, version) for version, resource in rows}
    return [found[version_id] for version_id in version_ids if version_id in found]


def file_list(files: Sequence[FileRow]) -> list[dict[str, Any]]:
    """The files in their order: id, name, size in bytes, SHA-256 in hex."""
    return [{"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256} for file in files]


def changed_files(recorded: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]) -> list[str]:
    """Names of files that are not what was recorded when the product was chosen.

    A SHA-256 that was still unknown then may have become known since.
    """
    before = {file["id"]: file for file in recorded}
    after = {file["id"]: file for file in now}
    gone = [before[key]["name"] for key in before if key not in after]
    other = [after[key]["name"] for key in after if key not in before or _differs(before[key], after[key])]
    return gone + other


def _differs(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return before["size"] != after["size"] or before["sha256"] not in (None, after["sha256"])
