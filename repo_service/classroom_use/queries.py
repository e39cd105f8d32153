"""Reading where works were taught, with the viewer's rights on the work; newest lesson first, no ranking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, distinct, func, literal, select

from repo_service.accounts.models import User
from repo_service.classroom_use import policy
from repo_service.classroom_use.models import Teaching
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.pagination import Page, page_of
from repo_service.core.permissions import Viewer, authorize
from repo_service.organizations.models import Organization
from repo_service.resources.models import Resource
from repo_service.resources.queries import find_resource

PAGE = 20


@dataclass(frozen=True)
class TeachingRow:
    """A note with the names beside it; None for the name of somebody whose account was closed."""

    teaching: Teaching
    by: str | None
    by_form: str
    school: str | None


def teachings_of(viewer: Viewer, resource_id: str, number: int = 1) -> tuple[Resource, Page[TeachingRow]]:
    """The work and a page of its notes by date; NotFound alike for missing and forbidden."""
    resource = find_resource(viewer, resource_id, policy.SEE.action)
    of_work = _rows().where(Teaching.resource_id == resource.id)
    newest = of_work.order_by(Teaching.taught_on.desc(), Teaching.id.desc())
    found = current_session().execute(newest.offset((number - 1) * PAGE).limit(PAGE + 1))
    return resource, page_of([_row(*each) for each in found], number, PAGE)


def row_of(teaching: Teaching) -> TeachingRow:
    """A note with the names beside it."""
    return _row(*current_session().execute(_rows().where(Teaching.id == teaching.id)).one())


def _rows() -> Select[Teaching, str, str, bool, str]:
    return (
        select(Teaching, User.name, User.form_of_address, User.is_active, Organization.name)
        .join(User, User.id == Teaching.user_id)
        .outerjoin(Organization, Organization.id == Teaching.school_id)
    )


def _row(teaching: Teaching, name: str, form: str, is_active: bool, school: str | None) -> TeachingRow:
    return TeachingRow(teaching, name if is_active else None, form, school)


def find_teaching(viewer: Viewer, teaching_id: str) -> tuple[Resource, Teaching]:
    """One's own note and its work, to change it; NotFound for everybody else's, and once the work is out of reach."""
    teaching = current_session().scalar(select(Teaching).where(Teaching.id == teaching_id))
    if teaching is None:
        raise NotFound()
    authorize(viewer, policy.CHANGE.action, teaching)
    return find_resource(viewer, teaching.resource_id, policy.SEE.action, changing=True), teaching


def note_of_lesson(resource_id: str, user_id: str, taught_on: date, class_name: str) -> Teaching | None:
    """The note that a person left about this lesson already."""
    same = (
        Teaching.resource_id == resource_id,
        Teaching.user_id == user_id,
        Teaching.taught_on == taught_on,
        Teaching.class_name == class_name,
    )
    return current_session().scalar(select(Teaching).where(*same))


def schools_that_taught(resource: Resource) -> int:
    """Different schools with a note on the work or on one it replaced, directly or one after the other."""
    chain = select(Resource.id.label("id")).where(Resource.id == resource.id).cte("taught", recursive=True)
    earlier = select(Resource.id).where(
        Resource.successor_id == chain.c.id, Resource.state == literal("replaced")
    )
    works = chain.union(earlier)
    taught = select(func.count(distinct(Teaching.school_id))).where(Teaching.resource_id.in_(select(works.c.id)))
    return current_session().scalar(taught) or 0


def schools_of_viewer(viewer: Viewer) -> list[tuple[str, str]]:
    """(id, name) of the viewer's schools, by name: where the lesson may have been."""
    taught_at = Organization.id.in_(viewer.school_ids), Organization.kind.in_(("truong", "tt-hoa-nhap"))
    statement = select(Organization.id, Organization.name).where(*taught_at).order_by(Organization.name_sort)
    return [(row.id, row.name) for row in current_session().execute(statement)]
