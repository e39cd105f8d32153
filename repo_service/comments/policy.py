"""Who may read and write comments on a work, take back one's own, and hide another's."""

from __future__ import annotations

from repo_service.comments.models import WorkComment
from repo_service.core.permissions import Policy, Viewer, declare
from repo_service.resources.models import Resource
from repo_service.resources.policy import can_read


def can_see(viewer: Viewer, resource: Resource) -> bool:
    """Signed-in readers of a published work."""
    published = resource.current_version_id is not None and resource.state != "withdrawn"
    return published and not viewer.is_guest and can_read(viewer, resource)


def is_own(viewer: Viewer, comment: WorkComment) -> bool:
    """Its author, as long as it stands and nobody hid it."""
    own = not viewer.is_guest and comment.author_id == viewer.id
    return own and comment.deleted_at is None and comment.hidden_at is None


def can_moderate(viewer: Viewer, resource: Resource) -> bool:
    """Hide a comment and show it again: the cluster's leads, the department."""
    return can_see(viewer, resource) and (viewer.leads(resource.cluster_id) or viewer.is_department)


SEE = declare(Policy("comments.see", "Đọc lời trao đổi ở một bài", can_see))
WRITE = declare(Policy("comments.write", "Góp ý, kể đã dạy thử, hỏi, trả lời", can_see))
CHANGE = declare(Policy("comments.change", "Sửa, xóa lời của mình", is_own))
MODERATE = declare(Policy("comments.moderate", "Ẩn một lời có lí do, hiện lại", can_moderate))
