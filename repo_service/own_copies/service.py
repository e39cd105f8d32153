"""The verb that begins a work with the files of another; from then on it is a draft like any other."""

from __future__ import annotations

from sqlalchemy import select

from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize
from repo_service.files.models import StoredFile
from repo_service.organizations.models import Organization
from repo_service.organizations.queries import default_cluster
from repo_service.resources import policy
from repo_service.resources import service as resources
from repo_service.resources.based_on.credit import credits_of
from repo_service.resources.based_on.kinds import INCLUSION, OWN_COPY
from repo_service.resources.description import DESCRIPTION_FIELDS
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.resources.queries import find_resource, find_version
from repo_service.resources.schemas import LONGEST_TITLE

OWN_SAY = ("change_note", "wait_to_publish", "embargo_until", "personal_data")
"""What the new author says anew; everything else begins as it was."""


def copy(
    viewer: Viewer, original_id: str, kind: str = OWN_COPY, resource_id: str | None = None
) -> tuple[Resource, ResourceVersion]:
    """A draft of one's own with the files and words of the shown version; the credit stays for good.

    The stored files are shared, no byte is copied. `resource_id` may be chosen beforehand: a form sent twice then
    makes one draft (AlreadyExists). NotFound for a work out of reach; InvalidInput for an unknown kind.
    """
    original = find_resource(viewer, original_id, policy.COPY.action)
    authorize(viewer, policy.CREATE.action)
    if kind not in (OWN_COPY, INCLUSION):
        raise InvalidInput({"kind": [_("Chọn bản của thầy cô hoặc bản cho học sinh hòa nhập.")]})
    if resource_id is not None and current_session().get(Resource, resource_id) is not None:
        raise AlreadyExists(_("Bản này đã có ở Việc của tôi."))
    shown = find_version(original, original.current_version_id)
    return resources.create_resource(
        viewer,
        resources.Deposit(
            owner=_owner(viewer, original, shown), authors=[_oneself(viewer)], files=_files(shown),
            description=_description(shown, kind), visibility=original.visibility, id=resource_id,
            based_on_id=original.id, based_on_kind=kind, credits=credits_of(original),
        ),
    )  # fmt: skip


def _owner(viewer: Viewer, original: Resource, shown: ResourceVersion) -> resources.Owner:
    """The own shelf; a work for one cluster stays on that cluster's."""
    school_id = min(viewer.school_ids, default=None)
    if original.visibility == "cum":
        return resources.Owner(original.cluster_id, original.school_id if original.cluster_id is None else school_id)
    return resources.Owner(default_cluster(viewer, shown.grades, shown.subjects), school_id)


def _oneself(viewer: Viewer) -> resources.Author:
    school = select(Organization.name).where(Organization.id == min(viewer.school_ids, default=None))
    name = current_session().scalar(school) if viewer.school_ids else None
    return resources.Author(viewer.name, viewer.id, name, min(viewer.school_ids, default=None))


def _description(shown: ResourceVersion, kind: str) -> dict[str, object]:
    told = {name: getattr(shown, name) for name in DESCRIPTION_FIELDS if name not in OWN_SAY}
    told = {name: list(value) if isinstance(value, list) else value for name, value in told.items()}
    if kind == INCLUSION:
        ending = f" ({_('cho học sinh hòa nhập')})"
        told["title"] = shown.title[: LONGEST_TITLE - len(ending)] + ending
        told["themes"] = list(dict.fromkeys([*shown.themes, INCLUSION]))
    return told


def _files(shown: ResourceVersion) -> list[StoredFile]:
    statement = (
        select(StoredFile)
        .join(VersionFile, VersionFile.file_id == StoredFile.id)
        .where(VersionFile.version_id == shown.id, StoredFile.state == "ready")
        .order_by(VersionFile.position)
    )
    return list(current_session().scalars(statement))
