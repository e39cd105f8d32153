"""The works of a topic package ("gói chủ đề"), in their order, each in the version it is pinned to.

A work that the viewer may not read is not spoken of: neither its title nor that it is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from repo_service.core.db import current_session
from repo_service.core.permissions import Viewer
from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from repo_service.resources import policy
from repo_service.resources.bundles.files import EXCERPT_CHARACTERS, FILE_COLUMNS, FileRow
from repo_service.resources.models import Resource, ResourceVersion, VersionFile

PACKAGE = "goi-chu-de"
_UNSAFE = r'[\\/:*?"<>|\x00-\x1f]'
MOST_MEMBERS = 40
"""A topic has a dozen works; what is longer is a collection."""


@dataclass(frozen=True)
class Member:
    """A work in a package."""

    resource: Resource
    version: ResourceVersion
    """The version it is pinned to."""
    note: str
    """Why it is there, in a line."""
    newest: int | None
    """Number of the version that readers of the work itself see, when it is a later one."""
    files: list[FileRow] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.size for file in self.files)


def read_package(viewer: Viewer, version: ResourceVersion) -> tuple[list[FileRow], list[Member]]:
    """(the package's own files, its works that the viewer may read); one statement."""
    shown, own_file = aliased(ResourceVersion), ResourceVersion.id == version.id
    excerpt = case((own_file, func.substr(FileText.text, 1, EXCERPT_CHARACTERS)))
    columns_of_file = (*FILE_COLUMNS, excerpt, case((own_file, FileText.headings)))
    statement = (
        select(Resource, ResourceVersion, shown.number, shown.minor, *columns_of_file)
        .join(Resource, Resource.id == ResourceVersion.resource_id)
        .outerjoin(shown, shown.id == Resource.current_version_id)
        .outerjoin(VersionFile, VersionFile.version_id == ResourceVersion.id)
        .outerjoin(StoredFile, StoredFile.id == VersionFile.file_id)
        .outerjoin(FileText, FileText.file_id == StoredFile.id)
        .where(or_(own_file, _open_member(viewer, version)))
        .order_by(ResourceVersion.id, VersionFile.position)
    )
    notes = {member["version"]: member.get("note", "") for member in version.members}
    own: list[FileRow] = []
    found: dict[str, Member] = {}
    for work, pinned, number, minor, *columns in current_session().execute(statement):
        files = own
        if pinned.id != version.id:
            later = number if number is not None and (number, minor) > (pinned.number, pinned.minor) else None
            files = found.setdefault(pinned.id, Member(work, pinned, notes[pinned.id], later)).files
        if columns[0] is not None:
            files.append(FileRow(*columns))
    return own, [found[version_id] for version_id in notes if version_id in found]


def members_of(viewer: Viewer, version: ResourceVersion) -> list[Member]:
    """The works alone; costs nothing for a version that is no package."""
    return read_package(viewer, version)[1] if version.members else []


def member_files(viewer: Viewer, version: ResourceVersion) -> list[tuple[str, StoredFile]]:
    """(path, file) of every file of the works that the viewer may read: a folder for each, numbered in their order."""
    statement = (
        select(ResourceVersion.id, ResourceVersion.title, VersionFile.name, StoredFile)
        .join(Resource, Resource.id == ResourceVersion.resource_id)
        .join(VersionFile, VersionFile.version_id == ResourceVersion.id)
        .join(StoredFile, StoredFile.id == VersionFile.file_id)
        .where(_open_member(viewer, version))
        .order_by(VersionFile.position)
    )
    rows: dict[str, list[tuple[str, str, StoredFile]]] = {}
    for version_id, title, name, file in current_session().execute(statement):
        rows.setdefault(version_id, []).append((title, name, file))
    ordered = [rows[member["version"]] for member in version.members if member["version"] in rows]
    return [
        (f"{folder_name(place, title)}/{name.replace('/', '-')}", file)
        for place, files in enumerate(ordered, 1)
        for title, name, file in files
    ]


def folder_name(place: int, title: str) -> str:
    """ "01 Phân số bằng nhau": what a work's folder is called in a download."""
    return f"{place:02} {re.sub(_UNSAFE, '-', title)[:80].strip(' .')}"


def _open_member(viewer: Viewer, version: ResourceVersion) -> ColumnElement[bool]:
    pinned: Sequence[str] = [member["version"] for member in version.members]
    return and_(
        ResourceVersion.id.in_(pinned),
        ResourceVersion.state == "published",
        Resource.current_version_id.is_not(None),
        Resource.state != "withdrawn",
        policy.can_read_sql(viewer),
    )
