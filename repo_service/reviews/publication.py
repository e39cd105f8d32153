"""What follows an approval: the badge of the version; after the last one publication, at once or later."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize
from repo_service.resources import policy as resource_policy
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.service import publish_version, touch
from repo_service.resources.succession import count_approval, note_approval
from repo_service.reviews import queries
from repo_service.reviews.models import ReviewRound


def is_under_embargo(version: ResourceVersion) -> bool:
    """Whether the moment "công khai từ" is still to come (R52)."""
    return version.embargo_until is not None and version.embargo_until > clock.now()


def bear_approval(review_round: ReviewRound, school: str | None) -> None:
    """The version bears the approval; a published one that was corrected meanwhile bears it as corrected."""
    resource, version = review_round.resource, review_round.version
    note_approval(version, school)
    if not review_round.is_further:
        return
    shown = current_session().get(ResourceVersion, resource.current_version_id)
    if shown is not None and shown.number == version.number:
        if shown is not version:
            note_approval(shown, school)
        count_approval(resource)
        touch(resource)


def publish(viewer: Viewer, resource: Resource, version: ResourceVersion) -> None:
    """Publish an approved version that waited: its author or a lead; under an embargo only the schedule."""
    authorize(viewer, resource_policy.PUBLISH.action, resource)
    if version.state == "approved" and is_under_embargo(version):
        raise MoveNotAllowed(_("Bài có hẹn giờ công khai; đến giờ ấy Kho tự công bố."))
    if version.state == "approved" and not queries.files_are_ready(version):
        raise MoveNotAllowed(_("Kho đang kiểm tra tệp. Xong tệp cuối cùng là công bố được."))
    publish_with_approvals(viewer.id, resource, version)


def publish_with_approvals(
    actor_id: str | None, resource: Resource, version: ResourceVersion, approvals: int | None = None
) -> None:
    """Publish and carry over how many colleagues approved; `approvals` when the caller knows it."""
    if approvals is None:
        found = queries.approvals([version.id]).get(version.id)
        approvals = found.total if found else 0
    publish_version(actor_id, resource, version)
    for _approval in range(approvals):
        count_approval(resource)


def publish_what_is_due(limit: int = 50) -> int:
    """Publish approved versions whose embargo passed or whose files became ready; how many it were."""
    due = current_session().execute(_due().limit(limit)).all()
    for resource, version in due:
        publish_with_approvals(None, resource, version)
    return len(due)


def _due() -> Select[Resource, ResourceVersion]:
    passed = or_(ResourceVersion.embargo_until.is_(None), ResourceVersion.embargo_until <= clock.now())
    return (
        select(Resource, ResourceVersion)
        .join(ResourceVersion, ResourceVersion.resource_id == Resource.id)
        .where(ResourceVersion.state == "approved", ResourceVersion.wait_to_publish.is_(False), passed)
        .where(Resource.state != "withdrawn", ~queries.unready_files(ResourceVersion.id))
        .order_by(ResourceVersion.submitted_at, ResourceVersion.id)
        .with_for_update(skip_locked=True)
    )
