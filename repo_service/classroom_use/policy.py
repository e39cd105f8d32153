"""Who may say that a work was taught, see where it was, and change what was said."""

from __future__ import annotations

from repo_service.classroom_use.models import Teaching
from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.resources.models import Resource
from repo_service.resources.policy import can_read


def can_see(viewer: Viewer, resource: Resource) -> bool:
    """Signed-in readers of a published work; guests are told the number of schools only."""
    published = resource.current_version_id is not None and resource.state != "withdrawn"
    return published and not viewer.is_guest and can_read(viewer, resource)


def can_tell(viewer: Viewer, resource: Resource) -> bool:
    """Whoever sees it; a private work has no classroom but its author's."""
    return can_see(viewer, resource) and resource.visibility != "rieng"


def is_own(viewer: Viewer, teaching: Teaching) -> bool:
    """Only who wrote it."""
    return not viewer.is_guest and teaching.user_id == viewer.id


SEE = declare(Policy("classroom_use.see", "Xem bài đã được dạy ở đâu", can_see))
TELL = declare(Policy("classroom_use.tell", "Ghi “Tôi đã dạy bài này”", can_tell))
CHANGE = declare(Policy("classroom_use.change", "Sửa, xóa dòng mình đã ghi", is_own))
