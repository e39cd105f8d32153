"""What happens to a published work later: replaced, retired, restored, withdrawn; marks of higher features."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer, authorize
from repo_service.resources import policy
from repo_service.resources.based_on.credit import forget_withdrawn
from repo_service.resources.lifecycle import next_resource_state
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.service import touch

USE_MOVED = "resource.use_moved"
"""The chain of what stands in place of what changed: the schools that taught are counted again, in the background."""


def replace(viewer: Viewer, resource: Resource, successor: Resource, note: str = "") -> None:
    """ "Thay thế bằng ...": the old link redirects with a notice, the schools that taught it count for the new one."""
    authorize(viewer, policy.CURATE.action, resource)
    if successor.id == resource.id or successor.current_version_id is None or successor.state != "active":
        raise InvalidInput({"successor": [_("Chọn một bài khác, đã công bố và đang dùng.")]})
    _move(viewer, resource, "replace", note)
    resource.successor_id = successor.id
    touch(successor)
    emit(USE_MOVED, successor.id)


def retire(viewer: Viewer, resource: Resource, reason: str) -> None:
    """ "Ngừng sử dụng": readable by link with a notice, out of the default search; can be undone."""
    authorize(viewer, policy.CURATE.action, resource)
    _move(viewer, resource, "retire", _needed(reason))


def restore(viewer: Viewer, resource: Resource, note: str = "") -> None:
    """Back into use; what stood in its place counts its own schools again."""
    authorize(viewer, policy.CURATE.action, resource)
    _move(viewer, resource, "restore", note)
    resource.successor_id = None


def take_back(viewer: Viewer, resource: Resource, reason: str | None, changed_at: datetime | None) -> None:
    """Back into use as if the last move had never been; called by curation."""
    restore(viewer, resource)
    resource.state_reason, resource.state_changed_at = reason, changed_at


def withdraw(viewer: Viewer, resource: Resource, reason: str) -> None:
    """ "Đã gỡ": a tombstone with title, reason and date stays; bytes are refused from now on (I8)."""
    authorize(viewer, policy.WITHDRAW.action, resource)
    _move(viewer, resource, "withdraw", _needed(reason))
    resource.hidden_at = resource.hidden_reason = None  # the tombstone is for everybody
    forget_withdrawn(resource)


def spread(viewer: Viewer, resource: Resource, reason: str) -> None:
    """ "Nhân rộng" with a written reason (R15); again: another reason. Only what every cluster can open."""
    authorize(viewer, policy.SPREAD.action, resource)
    if resource.current_version_id is None or resource.state != "active":
        raise MoveNotAllowed(_("Chỉ nhân rộng bài đã công bố và đang dùng."))
    if resource.visibility not in ("tinh", "cong-khai"):
        raise MoveNotAllowed(
            _("Bài chỉ chia sẻ trong cụm. Nhờ tác giả mở ra toàn tỉnh trước khi nhân rộng nhé.")
        )
    resource.spread_reason = _needed(reason)
    touch(resource)
    record(viewer.id, "resource.spread", "resource", resource.id, reason=resource.spread_reason)
    emit("resource.spread", resource.id)


def end_spread(viewer: Viewer, resource: Resource) -> None:
    """Take the mark away; the work stays as it is."""
    authorize(viewer, policy.SPREAD.action, resource)
    if resource.spread_reason is None:
        raise MoveNotAllowed(_("Bài này không mang dấu nhân rộng."))
    record(viewer.id, "resource.spread_ended", "resource", resource.id, reason=resource.spread_reason)
    resource.spread_reason = None
    touch(resource)


def hide(viewer: Viewer, resource: Resource, reason: str) -> None:
    """Out of sight at once while somebody looks into it (I8's little sister): reversible. Twice is once."""
    authorize(viewer, policy.WITHDRAW.action, resource)
    if resource.current_version_id is None or resource.state == "withdrawn":
        raise MoveNotAllowed(_("Bài này không có gì đang hiện để ẩn."))
    if resource.hidden_at is None:
        resource.hidden_at, resource.hidden_reason = clock.now(), _needed(reason)
        touch(resource)
        record(viewer.id, "resource.hidden", "resource", resource.id)


def show_again(viewer: Viewer, resource: Resource) -> None:
    """A hidden work is found and opened as before."""
    authorize(viewer, policy.WITHDRAW.action, resource)
    if resource.hidden_at is not None:
        resource.hidden_at = resource.hidden_reason = None
        touch(resource)
        record(viewer.id, "resource.shown_again", "resource", resource.id)


def mark_annual_product(resource: Resource, school_year: str | None) -> None:
    """Set or take away the year whose annual product this is; called by annual_products."""
    resource.annual_product_year = school_year
    touch(resource)


def plan_review(resource: Resource, day: date | None) -> None:
    """When the work is looked at again, None for one that is out of use; called by curation."""
    resource.next_review_on = day
    touch(resource)


def count_approval(resource: Resource) -> None:
    """One more colleague approved the shown version; called by reviews."""
    resource.review_count += 1


def note_approval(version: ResourceVersion, school: str | None) -> None:
    """A colleague of `school` agreed to these files today: the badge "Đã phản biện"; called by reviews."""
    schools = (version.reviewed or {}).get("schools", [])
    named = [*schools, school] if school and school not in schools else schools
    version.reviewed = {"on": clock.today().isoformat(), "schools": named}


def forget_approvals(version: ResourceVersion) -> None:
    """The version goes back to its author, who may change it; called by reviews."""
    version.reviewed = None


def count_schools(resource: Resource, schools: int) -> None:
    """How many schools taught it, for pages, cards and the index; called by classroom_use."""
    if resource.schools_taught != schools:
        resource.schools_taught = schools
        touch(resource)


def count_comments(resource: Resource, comments: int) -> None:
    """How many comments its page offers to open; called by comments. The index does not care."""
    resource.comment_count = comments


def count_download(resource_id: str) -> None:
    """One more download; does not change the revision, the index does not care."""
    statement = (
        update(Resource).where(Resource.id == resource_id).values(download_count=Resource.download_count + 1)
    )
    current_session().execute(statement)


def _move(viewer: Viewer, resource: Resource, move: str, reason: str) -> None:
    if resource.current_version_id is None:
        raise MoveNotAllowed(_("Bài chưa công bố nên chưa cần làm việc này."))
    resource.state = next_resource_state(resource.state, move)
    if resource.successor_id is not None:
        emit(USE_MOVED, resource.successor_id)
    resource.state_reason = reason or None
    resource.state_changed_at = clock.now()
    touch(resource)
    record(viewer.id, f"resource.{move}", "resource", resource.id)


def _needed(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput({"reason": [_("Ghi một dòng lí do để đồng nghiệp hiểu.")]})
    return reason.strip()
