"""Reading topic packages: those one may still change, and those that hold a work."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Text, cast, or_, select

from repo_service.core.db import current_session
from repo_service.core.errors import MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, listed
from repo_service.resources.bundles.members import PACKAGE
from repo_service.resources.lifecycle import EDITABLE
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.policy import EDIT
from repo_service.resources.queries import find_resource, find_version

MOST_OWN = 30


def find_package(
    viewer: Viewer, resource_id: str, *, changing: bool = False
) -> tuple[Resource, ResourceVersion]:
    """A package of the viewer's with the version that is worked on, else the published one.

    NotFound unless the viewer is an author; MoveNotAllowed for a work of another type.
    """
    resource = find_resource(viewer, resource_id, EDIT.action, changing=changing)
    version = worked_on(resource)
    if version.type != PACKAGE:
        raise MoveNotAllowed(_("Bài này không phải gói chủ đề. Lập một gói mới rồi thêm bài vào nhé."))
    return resource, version


def worked_on(resource: Resource) -> ResourceVersion:
    """The version on its way, else the published one."""
    return find_version(resource, resource.working_version_id or resource.current_version_id)


def own_packages(viewer: Viewer) -> Sequence[Resource]:
    """Packages whose works the viewer may still put in order: drafts, and published ones without one."""
    worked_on = or_(
        ResourceVersion.id == Resource.working_version_id,
        Resource.working_version_id.is_(None) & (ResourceVersion.id == Resource.current_version_id),
    )
    statement = (
        select(Resource)
        .join(ResourceVersion, (ResourceVersion.resource_id == Resource.id) & worked_on)
        .where(
            ResourceVersion.type == PACKAGE,
            or_(ResourceVersion.state.in_(EDITABLE), ResourceVersion.state == "published"),
            listed(viewer, EDIT.action),
            Resource.state == "active",
        )
        .order_by(Resource.updated_at.desc())
        .limit(MOST_OWN)
    )
    return current_session().scalars(statement).all()


def packages_holding(resource_id: str) -> list[tuple[Resource, ResourceVersion]]:
    """Packages, published or worked on, with a version that holds the work; packages are few, and indexed."""
    statement = (
        select(Resource, ResourceVersion)
        .join(ResourceVersion, ResourceVersion.resource_id == Resource.id)
        .where(
            ResourceVersion.type == PACKAGE,
            ResourceVersion.id.in_([Resource.current_version_id, Resource.working_version_id]),
            cast(ResourceVersion.members, Text).contains(f'"{resource_id}"', autoescape=True),
            Resource.state == "active",
        )
    )
    return [(row[0], row[1]) for row in current_session().execute(statement)]
