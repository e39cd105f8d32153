"""From a published resource to its document in the search index: texts, filters, who may find it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Bundle, aliased

from indexer import Change, Delete, Document, Upsert
from indexer.sketch import bands
from indexer.vietnamese import sort_key
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.curriculum.queries import Vocabularies, vocabularies
from repo_service.derivatives.models import FileText
from repo_service.files.models import StoredFile
from repo_service.organizations.access import document_tokens
from repo_service.organizations.models import Cluster, Organization
from repo_service.resources.findable.document_fields import document_filters, labels, quality_bonus
from repo_service.resources.findable.replaced import replaced_titles
from repo_service.resources.models import Resource, ResourceAuthor, ResourceVersion, VersionFile

BATCH = 100
"""Resources whose texts are in memory at one time."""
GONE = 2**53
"""Revision of a deletion whose row is no longer there to ask."""

_school, _commune = aliased(Organization), aliased(Organization)
Found = Row[*tuple[Any, ...]]
"""(resource, shown version, school, commune of the school): rows of columns; without a school its name is None."""


@dataclass(frozen=True)
class _Surroundings:
    """What documents need beside the rows themselves."""

    lists: Vocabularies
    cluster_names: dict[str, list[str]]
    """Cluster -> its name, its old names, the clusters it was made from or became (R48)."""

    @classmethod
    def now(cls) -> _Surroundings:
        """As they are at this moment; one statement."""
        return cls(vocabularies(), _cluster_names())


@dataclass
class _Files:
    """What the files of one version say: texts and names in their order, keys of nearly equal texts."""

    texts: list[str] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)


def changes(ids: Sequence[str]) -> list[Change]:
    """What the index must do to hold these resources as they are now; at most `BATCH`, six statements.

    A resource that is not published, withdrawn, under embargo or gone is a deletion.
    """
    rows = {row[0].id: row for row in current_session().execute(_statement().where(Resource.id.in_(ids)))}
    wanted = [row for row in rows.values() if _is_findable(row)]
    made = _documents(wanted, _Surroundings.now()) if wanted else ()
    upserts: dict[str, Change] = {document.id: Upsert(document) for document in made}
    revisions = _revisions([id_ for id_ in ids if id_ not in upserts])
    return [upserts.get(id_) or Delete(id_, revisions.get(id_, GONE)) for id_ in dict.fromkeys(ids)]


def all_documents() -> Iterator[Document]:
    """Every findable resource, batch by batch, for a rebuild."""
    last, around = "", _Surroundings.now()
    while True:
        page = (
            _statement()
            .where(Resource.id > last, Resource.state != "withdrawn")
            .order_by(Resource.id)
            .limit(BATCH)
        )
        rows = current_session().execute(page).all()
        if not rows:
            return
        last = rows[-1][0].id
        yield from _documents([row for row in rows if _is_findable(row)], around)


def findable_revisions() -> dict[str, int]:
    """Id -> revision of all that the index should hold."""
    statement = select(Resource.id, Resource.revision, ResourceVersion.embargo_until).join(
        ResourceVersion, ResourceVersion.id == Resource.current_version_id
    )
    seen = Resource.state != "withdrawn", Resource.hidden_at.is_(None)
    rows = current_session().execute(statement.where(*seen))
    return {row[0]: row[1] for row in rows if row[2] is None or row[2] <= clock.now()}


def findable_count() -> int:
    """How many resources a rebuild will write: for its progress."""
    statement = select(func.count()).select_from(Resource)
    return (
        current_session().scalar(
            statement.where(Resource.current_version_id.is_not(None), Resource.state != "withdrawn")
        )
        or 0
    )


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    """Found rows: plain columns that a document is made of, and no others, because a rebuild reads them all."""
    resource, version = Resource, ResourceVersion
    of_resource = (
        resource.id, resource.state, resource.visibility, resource.cluster_id, resource.school_id,
        resource.created_by_id, resource.school_year, resource.updated_at, resource.revision,
        resource.annual_product_year, resource.spread_reason, resource.next_review_on, resource.schools_taught,
        resource.download_count, resource.based_on_kind, resource.hidden_at,
    )  # fmt: skip
    of_version = (
        version.id, version.title, version.type, version.subtype, version.levels, version.grades, version.subjects,
        version.textbook_sets, version.themes, version.audiences, version.purposes, version.programme,
        version.licence, version.term, version.week, version.summary, version.keywords, version.embargo_until,
    )  # fmt: skip
    return (
        select(
            Bundle("resource", *of_resource),
            Bundle("version", *of_version),
            Bundle("school", _school.name, _school.old_names),
            Bundle("commune", _commune.name, _commune.old_names),
        )
        .join(version, version.id == resource.current_version_id)
        .outerjoin(_school, _school.id == resource.school_id)
        .outerjoin(_commune, _commune.id == _school.commune_id)
    )


def _revisions(ids: Sequence[str]) -> dict[str, int]:
    if not ids:
        return {}
    rows = current_session().execute(select(Resource.id, Resource.revision).where(Resource.id.in_(ids)))
    return {row.id: row.revision for row in rows}


def _is_findable(row: Found) -> bool:
    resource, version = row[0], row[1]
    under_embargo = version.embargo_until is not None and version.embargo_until > clock.now()
    return resource.state != "withdrawn" and resource.hidden_at is None and not under_embargo


def _documents(rows: Sequence[Found], around: _Surroundings) -> list[Document]:
    files, authors = _files([row[1].id for row in rows]), _authors([row[0].id for row in rows])
    replaced = replaced_titles([row[0] for row in rows])
    return [
        _document(
            row, around, authors.get(row[0].id, []), files.get(row[1].id) or _Files(), replaced.get(row[0].id, ())
        )
        for row in rows
    ]


def _authors(resource_ids: Sequence[str]) -> dict[str, list[Row[str, str | None, str]]]:
    """Resource -> (resource, account or none, name) of its authors, in their order."""
    author = ResourceAuthor
    statement = (
        select(author.resource_id, author.user_id, author.name)
        .where(author.resource_id.in_(resource_ids))
        .order_by(author.resource_id, author.position)
    )
    found: dict[str, list[Row[str, str | None, str]]] = {}
    for row in current_session().execute(statement):
        found.setdefault(row.resource_id, []).append(row)
    return found


def _files(version_ids: Sequence[str]) -> dict[str, _Files]:
    """Version -> what its files say."""
    statement = (
        select(VersionFile.version_id, VersionFile.name, FileText.text, FileText.sketch)
        .join(StoredFile, StoredFile.id == VersionFile.file_id)
        .outerjoin(FileText, FileText.file_id == VersionFile.file_id)
        .where(VersionFile.version_id.in_(version_ids), StoredFile.state == "ready")
        .order_by(VersionFile.version_id, VersionFile.position)
    )
    found: dict[str, _Files] = {}
    for version_id, name, text, sketch in current_session().execute(statement):
        files = found.setdefault(version_id, _Files())
        files.texts.append(f"{text or ''}\n{name}")
        files.bands += bands(sketch) if sketch else ()
    return found


def _cluster_names() -> dict[str, list[str]]:
    rows = (
        current_session()
        .execute(select(Cluster.id, Cluster.name, Cluster.old_names, Cluster.successor_ids))
        .all()
    )
    names = {row.id: [row.name, *row.old_names] for row in rows}
    result = {cluster_id: list(own) for cluster_id, own in names.items()}
    for row in rows:
        for successor_id in row.successor_ids:
            result[row.id] += names.get(successor_id, [])
            result.setdefault(successor_id, []).extend(names[row.id])
    return result


def _document(
    row: Found, around: _Surroundings, authors: Sequence[Any], files: _Files, replaced: Sequence[str]
) -> Document:
    resource, version = row[0], row[1]
    accounts = [author.user_id for author in authors if author.user_id]
    return Document(
        id=resource.id,
        revision=resource.revision,
        title=version.title,
        descr=version.summary or "",
        names=_names(row, around, authors, replaced),
        body="\n".join(files.texts),
        filters={**document_filters(resource, version, around.lists, files.texts), "sketch": files.bands},
        access=document_tokens(
            resource.visibility, resource.cluster_id, resource.school_id, [*accounts, resource.created_by_id]
        ),
        updated_at=int(resource.updated_at.timestamp()),
        school_start=int(resource.school_year[:4]) if resource.school_year else 0,
        title_sort=sort_key(version.title),
        bonus=quality_bonus(resource, version),
    )


def _names(row: Found, around: _Surroundings, authors: Sequence[Any], replaced: Sequence[str]) -> str:
    """Keywords and names a teacher may search by, old ones too (C2.8), and titles of the works it stands for."""
    resource, version, *places = row
    names = [
        *version.keywords,
        *labels(version, around.lists),
        *around.cluster_names.get(resource.cluster_id or "", []),
        *(name for place in places if place.name for name in (place.name, *place.old_names)),
        *(author.name for author in authors),
        *replaced,
    ]
    return " · ".join(dict.fromkeys(names))
