"""Reading resources: access-checked loaders, a page's worth of rows, cards of a list, comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import aliased, joinedload, load_only, selectinload

from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize, listed, may
from repo_service.files.models import StoredFile
from repo_service.organizations.models import Cluster, Organization
from repo_service.resources import policy
from repo_service.resources.based_on.kinds import with_copies
from repo_service.resources.bundles.files import EXCERPT_CHARACTERS as EXCERPT_CHARACTERS
from repo_service.resources.bundles.files import FileRow as FileRow
from repo_service.resources.bundles.files import files_of as files_of
from repo_service.resources.bundles.members import Member, member_files, read_package
from repo_service.resources.embargo.opens import note_opening
from repo_service.resources.findable.under_review import STANDING, UnderReview, joined, standing
from repo_service.resources.lifecycle import IN_PROGRESS
from repo_service.resources.models import Resource, ResourceAuthor, ResourceVersion, VersionFile


@dataclass(frozen=True)
class VersionRow:
    """One line of the history."""

    id: str
    number: int
    minor: int
    state: str
    change_note: str
    published_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class Shown:
    """Everything a resource's page shows, read with three statements."""

    resource: Resource
    version: ResourceVersion
    cluster_name: str | None
    school_name: str | None
    successor_title: str | None
    original_title: str | None
    adapted: tuple[str, str] | None
    """(id, title) of the first version adapted for inclusion that the viewer may read."""
    copy_count: int
    files: list[FileRow] = field(default_factory=list)
    versions: list[VersionRow] = field(default_factory=list)
    under_review: UnderReview | None = None
    """For who may see the work."""
    members: list[Member] = field(default_factory=list)
    """Of a topic package: the works in it that the viewer may read, in their order."""

    @property
    def is_newest(self) -> bool:
        """Whether this is "the" version."""
        return self.version.id == self.resource.current_version_id


LAST = 1_000_000
"""No work has as many versions; larger numbers would not fit every database."""


def find_resource(
    viewer: Viewer, resource_id: str, action: str = policy.READ.action, *, changing: bool = False
) -> Resource:
    """The resource with its authors, if `viewer` may do `action` to it; NotFound otherwise.

    `changing` locks it, so that two changes wait for each other and the second sees what the first did.
    """
    statement = select(Resource).options(joinedload(Resource.authors)).where(Resource.id == resource_id)
    if changing:
        statement = statement.with_for_update(of=Resource).execution_options(populate_existing=True)
    resource = current_session().execute(statement).unique().scalar_one_or_none()
    if resource is None:
        raise NotFound()
    authorize(viewer, action, resource)
    return resource


def find_version(resource: Resource, version_id: str | None) -> ResourceVersion:
    """A version of the resource with its list of files; NotFound when there is none."""
    statement = (
        select(ResourceVersion)
        .options(selectinload(ResourceVersion.files))
        .where(ResourceVersion.id == version_id)
    )
    version = current_session().scalar(statement)
    if version is None or version.resource_id != resource.id:
        raise NotFound()
    return version


def find_numbered(resource: Resource, number: int | None, *, working: bool = False) -> ResourceVersion:
    """The latest form of a version by its number; without one the shown version, or the one on its way."""
    if number is None:
        first, second = resource.current_version_id, resource.working_version_id
        return find_version(resource, (second or first) if working else (first or second))
    statement = select(ResourceVersion.id).where(
        ResourceVersion.resource_id == resource.id, ResourceVersion.number == number
    )
    return find_version(
        resource, current_session().scalar(statement.order_by(ResourceVersion.minor.desc()).limit(1))
    )


def find_working(viewer: Viewer, resource_id: str) -> tuple[Resource, ResourceVersion]:
    """The resource and its version on the way to publication, for an author."""
    resource = find_resource(viewer, resource_id, policy.EDIT.action)
    return resource, find_version(resource, resource.working_version_id)


def show(viewer: Viewer, resource_id: str, number: int | None = None) -> Shown:
    """A resource's page: the shown version, or an older published one by number; NotFound alike.

    Before the first publication, authors and leads see the version on its way. A reviewer comes
    through the review desk, not through this.
    """
    row = _show_row(viewer, resource_id, number)
    if row is None:
        raise NotFound()
    resource, version = row[0], row[1]
    _authorize_version(viewer, resource, version)
    sees_work = may(viewer, policy.SEE_WORK.action, resource)
    history = versions_of(resource.id, include_work=sees_work)
    if version.members:
        files, members = read_package(viewer, version)
    else:
        files, members = files_of([version.id], excerpts=True), []
    return Shown(
        resource, version, row.cluster_name, row.school_name, row.successor_title, row.original_title,
        (row.adapted_id, row.adapted_title) if row.adapted_id else None, row.copy_count,
        files, history, standing(row[6:-3]) if sees_work else None, members,
    )  # fmt: skip


def _show_row(viewer: Viewer, resource_id: str, number: int | None) -> Row[*tuple[Any, ...]] | None:
    if number is not None and not 0 < number <= LAST:
        return None
    asked = {"resource": resource_id} | ({} if number is None else {"number": number})
    statement = _show_statement(number is not None, policy.reader_kind(viewer))
    found = current_session().execute(statement, asked | policy.reader_parameters(viewer))
    return found.unique().first()


@cache
def _show_statement(by_number: bool, kind: policy.ReaderKind) -> Select[*tuple[Any, ...]]:
    """Built once for each kind of reader: to build it costs a page more than to read its row.

    Successor and original are named to who may read them.
    """
    successor, original = aliased(Resource), aliased(Resource)

    def named(work: type[Resource], by: Any) -> ColumnElement[bool]:
        return and_(work.id == by, policy.readable_by(kind, work=work))

    newest = or_(
        ResourceVersion.id == Resource.current_version_id,
        Resource.current_version_id.is_(None) & (ResourceVersion.id == Resource.working_version_id),
    )
    shown = ResourceVersion.number == bindparam("number") if by_number else newest
    statement = joined(
        select(
            Resource, ResourceVersion,
            Cluster.name.label("cluster_name"), Organization.name.label("school_name"),
            successor.title.label("successor_title"), original.title.label("original_title"),
            *STANDING,
        )
        .join(ResourceVersion, (ResourceVersion.resource_id == Resource.id) & shown)
        .outerjoin(Cluster, Cluster.id == Resource.cluster_id)
        .outerjoin(Organization, Organization.id == Resource.school_id)
        .outerjoin(successor, named(successor, Resource.successor_id))
        .outerjoin(original, named(original, Resource.based_on_id))
        .options(joinedload(Resource.authors))
        .where(Resource.id == bindparam("resource"))
        .order_by(ResourceVersion.minor.desc())
    )  # fmt: skip
    return with_copies(statement, kind)


def find_files(
    viewer: Viewer, resource_id: str, number: int | None = None, file_id: str | None = None
) -> tuple[Resource, int, list[tuple[str, StoredFile]]]:
    """(resource, version number, files with their names) for reading bytes: of the version that `show` would show.

    NotFound alike for missing, forbidden and withdrawn (I8).
    """
    row = _show_row(viewer, resource_id, number)
    if row is None:
        raise NotFound()
    resource, version = row[0], row[1]
    _authorize_version(viewer, resource, version)
    if resource.state == "withdrawn":
        raise NotFound(_("Bài này đã được gỡ nên không còn tải được tệp."))
    statement = select(VersionFile.name, StoredFile).join(StoredFile, StoredFile.id == VersionFile.file_id)
    statement = statement.where(VersionFile.version_id == version.id).order_by(VersionFile.position)
    if file_id is not None:
        statement = statement.where(VersionFile.file_id == file_id)
    files = [(name, file) for name, file in current_session().execute(statement)]
    if file_id is not None and not files:
        raise NotFound()
    if file_id is None and version.members:
        files += member_files(viewer, version)
    return resource, version.number, files


def _authorize_version(viewer: Viewer, resource: Resource, version: ResourceVersion) -> None:
    authorize(viewer, policy.READ.action, resource)
    if version.state != "published" and not may(viewer, policy.SEE_WORK.action, resource):
        raise NotFound()
    note_opening(viewer, resource, version)


def versions_of(
    resource_id: str, include_work: bool = False, *, offset: int = 0, limit: int = 200
) -> list[VersionRow]:
    """The history, newest first; unpublished versions only for those who may see the work."""
    asked = {"resource": resource_id, "offset": offset, "limit": limit}
    return [VersionRow(*row) for row in current_session().execute(_versions_statement(include_work), asked)]


@cache
def _versions_statement(include_work: bool) -> Select[*tuple[Any, ...]]:
    version = ResourceVersion
    statement = (
        select(
            version.id, version.number, version.minor, version.state, version.change_note,
            version.published_at, version.created_at,
        )
        .where(version.resource_id == bindparam("resource"))
        .order_by(version.number.desc(), version.minor.desc())
        .offset(bindparam("offset", type_=Integer))
        .limit(bindparam("limit", type_=Integer))
    )  # fmt: skip
    return statement if include_work else statement.where(version.state == "published")


def history(viewer: Viewer, resource_id: str, offset: int, limit: int) -> list[VersionRow]:
    """A stretch of the history, with the viewer's rights."""
    resource = find_resource(viewer, resource_id)
    return versions_of(
        resource.id, include_work=may(viewer, policy.SEE_WORK.action, resource), offset=offset, limit=limit
    )


@dataclass(frozen=True)
class Card:
    """One line of a list: the resource, its shown version, names and first files."""

    resource: Resource
    version: ResourceVersion
    cluster_name: str | None
    school_name: str | None
    files: list[FileRow]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


def cards(ids: Sequence[str], viewer: Viewer) -> list[Card]:
    """Cards of published resources in the order of `ids`, with the viewer's rights; two statements.

    What the viewer may not see is left out: the index is never trusted for rights (I10).
    """
    statement = _readable_cards(policy.reader_kind(viewer))
    rows = current_session().execute(statement, {"ids": ids, **policy.reader_parameters(viewer)}).all()
    by_id = {card.resource.id: card for card in with_files(rows)}
    return [by_id[resource_id] for resource_id in ids if resource_id in by_id]


@cache
def _readable_cards(kind: policy.ReaderKind) -> Select[Resource, ResourceVersion, str, str]:
    """Built once for each kind of reader: a search page asks it most often of all."""
    wanted = Resource.id.in_(bindparam("ids", expanding=True))
    return cards_statement().where(wanted, policy.readable_by(kind), Resource.state != "withdrawn")


def shelf(viewer: Viewer, cluster_id: str, limit: int = 12) -> list[Card]:
    """The newest published works of a cluster that the viewer may see."""
    here = (Resource.cluster_id == cluster_id, Resource.state == "active", listed(viewer, policy.READ.action))
    ordered = cards_statement().where(*here).order_by(Resource.first_published_at.desc()).limit(limit)
    return with_files(current_session().execute(ordered).all())


def work_of(viewer: Viewer, limit: int = 50) -> list[Card]:
    """What the viewer is making: resources with a version on its way, newest first."""
    statement = cards_statement(working=True).where(
        listed(viewer, policy.EDIT.action), ResourceVersion.state.in_(IN_PROGRESS)
    )
    return _newest(statement, limit)


def published_by(viewer: Viewer, limit: int = 20) -> list[Card]:
    """What the viewer published, newest first."""
    statement = cards_statement().where(listed(viewer, policy.EDIT.action), Resource.state != "withdrawn")
    return _newest(statement, limit)


def _newest(statement: Select[Resource, ResourceVersion, str, str], limit: int) -> list[Card]:
    ordered = statement.order_by(Resource.updated_at.desc()).limit(limit)
    return with_files(current_session().execute(ordered).all())


@cache
def cards_statement(working: bool = False) -> Select[Resource, ResourceVersion, str, str]:
    """Resources with their shown version, or the one on its way; only what a card tells is read."""
    shown = Resource.working_version_id if working else Resource.current_version_id
    version = ResourceVersion
    told = (
        version.number, version.minor, version.state, version.title, version.type, version.subtype,
        version.levels, version.grades, version.subjects, version.textbook_sets, version.week,
        version.published_at, version.submitted_at, version.embargo_until, version.resource_id,
        version.change_note, version.reviewed,
    )  # fmt: skip
    return (
        select(Resource, version, Cluster.name, Organization.name)
        .join(version, version.id == shown)
        .outerjoin(Cluster, Cluster.id == Resource.cluster_id)
        .outerjoin(Organization, Organization.id == Resource.school_id)
        .options(load_only(*told, raiseload=True))
    )


def with_files(rows: Sequence[Row[Resource, ResourceVersion, str, str]]) -> list[Card]:
    """Cards from rows of (resource, version, cluster name, school name), files read in one statement."""
    by_version: dict[str, list[FileRow]] = {}
    for file in files_of([row[1].id for row in rows]) if rows else ():
        by_version.setdefault(file.version_id, []).append(file)
    return [Card(row[0], row[1], row[2], row[3], by_version.get(row[1].id, [])) for row in rows]


def author_ids(resource_id: str) -> list[str]:
    """Accounts of the authors."""
    statement = select(ResourceAuthor.user_id).where(
        ResourceAuthor.resource_id == resource_id, ResourceAuthor.user_id.is_not(None)
    )
    return [user_id for user_id in current_session().scalars(statement) if user_id]
