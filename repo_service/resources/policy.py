"""Who may read, edit, publish, replace or withdraw a resource (domain.md B4, B6; design.md section 5).

Each rule stands in two forms side by side: for one loaded resource, and as an SQL condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select, true

from repo_service.core import clock
from repo_service.core.permissions import CLUSTER_LEADS, Policy, Viewer, declare
from repo_service.resources.models import Resource, ResourceAuthor

CURATORS = ("ra-soat",)


def is_author(viewer: Viewer, resource: Resource) -> bool:
    """Creator or one of the group of authors."""
    if viewer.is_guest:
        return False
    return resource.created_by_id == viewer.id or any(
        author.user_id == viewer.id for author in resource.authors
    )


def _is_author_sql(viewer: Viewer) -> ColumnElement[bool]:
    return false() if viewer.is_guest else _written_by(viewer.id)


def _written_by(user_id: Any, work: type[Resource] = Resource) -> ColumnElement[bool]:
    of_group = select(ResourceAuthor.resource_id).where(ResourceAuthor.user_id == user_id)
    return or_(work.created_by_id == user_id, work.id.in_(of_group))


def is_kept_back(resource: Resource) -> bool:
    """Whether the version on its way is for authors and named reviewers only, until its moment (R52)."""
    return resource.kept_until is not None and resource.kept_until > clock.now()


def leads_work(viewer: Viewer, resource: Resource) -> bool:
    """What is private, or kept back before it was ever published, stays with its authors, whoever leads the cluster."""
    is_theirs = resource.visibility == "rieng" or (resource.current_version_id is None and is_kept_back(resource))
    return viewer.leads(resource.cluster_id) and not is_theirs


def _led_clusters(viewer: Viewer) -> list[str]:
    return [role.cluster_id for role in viewer.roles if role.code in CLUSTER_LEADS and role.cluster_id]


def _within_reach(viewer: Viewer, resource: Resource) -> bool:
    match resource.visibility:
        case "cong-khai":
            return True
        case "tinh":
            return not viewer.is_guest
        case "cum":
            return (
                viewer.is_department
                or resource.cluster_id in viewer.cluster_ids
                or resource.school_id in viewer.school_ids
            )
    return False


def can_read(viewer: Viewer, resource: Resource) -> bool:
    """Published and within reach, or one's own; a lead also sees what is on its way in the cluster, not kept back."""
    if is_author(viewer, resource):
        return True
    if resource.current_version_id is None:
        return leads_work(viewer, resource)
    if resource.hidden_at is not None:
        return (viewer.is_department or leads_work(viewer, resource)) and resource.visibility != "rieng"
    return _within_reach(viewer, resource)


class ReaderKind(NamedTuple):
    """What makes the condition of one reader another text than that of others; the rest are its parameters."""

    is_guest: bool
    is_department: bool


def reader_kind(viewer: Viewer) -> ReaderKind:
    """The kind this viewer is of."""
    return ReaderKind(viewer.is_guest, viewer.is_department)


def reader_parameters(viewer: Viewer) -> dict[str, Any]:
    """What `readable_by` wants to know of the viewer when its statement is executed."""
    return {
        "reader": viewer.id,
        "reader_clusters": list(viewer.cluster_ids),
        "reader_schools": list(viewer.school_ids),
        "reader_leads": _led_clusters(viewer),
        "reader_now": clock.now(),
    }


def readable_by(
    kind: ReaderKind, values: Mapping[str, Any] | None = None, work: type[Resource] = Resource
) -> ColumnElement[bool]:
    """The list form of `can_read`: with the viewer's values, or for a statement that is built once and takes them.

    `work` is an alias where a statement speaks of several works.
    """

    def known(name: str) -> Any:
        if values is not None:
            return values[name]
        return bindparam(name, expanding=name not in ("reader", "reader_now"))

    reach: list[ColumnElement[bool]] = [work.visibility == "cong-khai"]
    if not kind.is_guest:
        reach.append(work.visibility == "tinh")
        near = or_(work.cluster_id.in_(known("reader_clusters")), work.school_id.in_(known("reader_schools")))
        reach.append(and_(work.visibility == "cum", true() if kind.is_department else near))
    published = and_(work.current_version_id.is_not(None), work.hidden_at.is_(None), or_(*reach))
    if kind.is_guest:
        return published
    led = work.cluster_id.in_(known("reader_leads"))
    looked_into = and_(work.hidden_at.is_not(None), true() if kind.is_department else led)
    coming = and_(work.current_version_id.is_(None), _is_open(work, known("reader_now")), led)
    watched = and_(work.visibility != "rieng", or_(coming, looked_into))
    return or_(_written_by(known("reader"), work), published, watched)


def _is_open(work: type[Resource], now: Any) -> ColumnElement[bool]:
    """SQL: what is on its way is not kept back."""
    return or_(work.kept_until.is_(None), work.kept_until <= now)


def can_read_sql(viewer: Viewer) -> ColumnElement[bool]:
    """`readable_by` with this viewer's values."""
    return readable_by(reader_kind(viewer), reader_parameters(viewer))


def can_see_work(viewer: Viewer, resource: Resource) -> bool:
    """The version on its way: authors and, unless kept back, the leads (reviewers come through their round)."""
    return is_author(viewer, resource) or (leads_work(viewer, resource) and not is_kept_back(resource))


def can_edit(viewer: Viewer, resource: Resource) -> bool:
    """Drafts and new versions: the authors."""
    return is_author(viewer, resource) and resource.state != "withdrawn"


def can_correct(viewer: Viewer, resource: Resource) -> bool:
    """Metadata of a published version: owner or lead, as a recorded correction."""
    return resource.state != "withdrawn" and (is_author(viewer, resource) or leads_work(viewer, resource))


def can_curate(viewer: Viewer, resource: Resource) -> bool:
    """Replace, retire, restore: leads of the cluster; curators and the department once it is published and shared."""
    if leads_work(viewer, resource):
        return True
    if resource.current_version_id is None or resource.visibility == "rieng":
        return False
    if viewer.is_department:
        return True
    return resource.cluster_id is not None and viewer.has_role(*CURATORS, cluster_id=resource.cluster_id)


def can_curate_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `can_curate`."""
    published = Resource.current_version_id.is_not(None)
    if viewer.is_department:
        near: ColumnElement[bool] = published
    else:
        curated = [role.cluster_id for role in viewer.roles if role.code in CURATORS and role.cluster_id]
        near = and_(published, Resource.cluster_id.in_(curated))
    is_open = or_(published, _is_open(Resource, clock.now()))
    led = and_(Resource.cluster_id.in_(_led_clusters(viewer)), is_open)
    return and_(Resource.visibility != "rieng", or_(led, near))


def can_withdraw(viewer: Viewer, resource: Resource) -> bool:
    """Only for rights, personal data or error; by a lead or the department."""
    return leads_work(viewer, resource) or (
        viewer.is_department and resource.current_version_id is not None and resource.visibility != "rieng"
    )


def can_spread(viewer: Viewer, resource: Resource) -> bool:
    """ "Nhân rộng" is the department's word (R15) on what it can read."""
    return viewer.is_department and can_read(viewer, resource)


def can_copy(viewer: Viewer, resource: Resource) -> bool:
    """An own copy of what may be read: of a work for one cluster only within it, its licence goes no further (B4)."""
    published = resource.current_version_id is not None and resource.state != "withdrawn"
    contributes = not viewer.is_guest and bool(viewer.school_ids or viewer.cluster_ids)
    if not (published and contributes and can_read(viewer, resource)):
        return False
    return resource.visibility != "cum" or resource.cluster_id in viewer.cluster_ids or resource.cluster_id is None


READ = declare(Policy("resources.read", "Đọc học liệu trong phạm vi được chia sẻ", can_read, can_read_sql))
SEE_WORK = declare(Policy("resources.see_work", "Xem bản đang làm", can_see_work))
CREATE = declare(
    Policy(
        "resources.create",
        "Đóng góp học liệu",
        lambda viewer, _: not viewer.is_guest and bool(viewer.school_ids or viewer.cluster_ids),
        lambda _: true(),
    )
)
COPY = declare(Policy("resources.copy", "Tạo bản của mình từ bài đọc được", can_copy))
EDIT = declare(
    Policy("resources.edit", "Sửa bản nháp, gửi phản biện, thêm phiên bản", can_edit, _is_author_sql)
)
CORRECT = declare(Policy("resources.correct", "Sửa thông tin bài đã công bố", can_correct))
PUBLISH = declare(Policy("resources.publish", "Công bố bài đã phản biện xong", can_correct))
CURATE = declare(Policy("resources.curate", "Thay thế, ngừng sử dụng, dùng lại", can_curate, can_curate_sql))
WITHDRAW = declare(
    Policy("resources.withdraw", "Gỡ bài vì bản quyền, dữ liệu cá nhân hoặc sai sót", can_withdraw)
)
SPREAD = declare(Policy("resources.spread", "Nhân rộng một bài ra toàn tỉnh, hoặc thôi", can_spread))
HAND_OVER = declare(Policy("resources.hand_over", "Bàn giao bài cho đồng nghiệp", can_correct))
