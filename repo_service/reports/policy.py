"""Who may report a problem, follow one's own report, and look after what was reported."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true

from repo_service.core.permissions import CLUSTER_LEADS, Policy, Viewer, declare
from repo_service.reports.models import ProblemReport
from repo_service.resources.models import Resource
from repo_service.resources.policy import can_read


def can_report(viewer: Viewer, resource: Resource) -> bool:
    """Any reader of a published work, guests too."""
    return resource.current_version_id is not None and resource.state != "withdrawn" and can_read(viewer, resource)


def can_handle(viewer: Viewer, resource: Resource) -> bool:
    """Answer, put out of sight, take down: the leads of the work's cluster, the department."""
    return viewer.is_department or viewer.leads(resource.cluster_id)


def can_handle_sql(viewer: Viewer) -> ColumnElement[bool]:
    """The list form of `can_handle`."""
    if viewer.is_department:
        return true()
    led = [role.cluster_id for role in viewer.roles if role.code in CLUSTER_LEADS and role.cluster_id]
    return Resource.cluster_id.in_(led)


def is_reporter(viewer: Viewer, report: ProblemReport) -> bool:
    """Whose report it is."""
    return not viewer.is_guest and report.reporter_id == viewer.id


def can_see_sql(viewer: Viewer) -> ColumnElement[bool]:
    """Reports that the viewer made or looks after."""
    return or_(ProblemReport.reporter_id == viewer.id, can_handle_sql(viewer))


REPORT = declare(Policy("reports.report", "Báo vấn đề của một bài đọc được", can_report))
HANDLE = declare(
    Policy("reports.handle", "Trả lời điều được báo, tạm ẩn, gỡ bài", can_handle, can_handle_sql)
)
FOLLOW = declare(Policy("reports.follow", "Xem trả lời cho điều mình báo", is_reporter))
