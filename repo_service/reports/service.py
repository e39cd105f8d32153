"""The verbs on reported problems; the only writer of their table. A work is hidden or taken down by resources."""

from __future__ import annotations

import secrets
from datetime import timedelta

from repo_service.core import clock
from repo_service.core.audit import record
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.outbox import emit
from repo_service.core.permissions import Viewer
from repo_service.organizations.province_settings import province_setting
from repo_service.reports import policy, queries
from repo_service.reports.models import LONGEST_ANSWER, LONGEST_TEXT, ProblemReport
from repo_service.reports.words import KINDS, OUTCOMES, URGENT
from repo_service.resources import succession
from repo_service.resources.queries import find_resource

MOST_A_DAY = 20


def report(viewer: Viewer, resource_id: str, kind: str, text: str) -> tuple[ProblemReport, str]:
    """Report a problem of a work; the report, and for a guest the secret of its status link ("" for others).

    NotFound for a work out of reach; InvalidInput names the field. The same words again are the report there is.
    """
    resource = find_resource(viewer, resource_id, policy.REPORT.action)
    text = text.strip()
    _check(viewer, kind, text)
    known = queries.same_report(viewer, resource, kind, text)
    if known is not None:
        return known, ""
    token = secrets.token_urlsafe(24) if viewer.is_guest else ""
    days = "reports.urgent_days" if kind in URGENT else "reports.days"
    made = ProblemReport(
        id=new_id(), resource_id=resource.id, kind=kind, text=text, reporter_id=viewer.id, created_at=clock.now(),
        token_hash=queries.hashed(token) if token else None, answer="",
        due_on=clock.today() + timedelta(days=int(province_setting(days))),
    )  # fmt: skip
    current_session().add(made)
    record(viewer.id, "report.made", "resource", resource.id, report=made.id, kind=kind)
    emit("report.made", made.id)
    return made, token


def answer(viewer: Viewer, report_id: str, outcome: str, text: str) -> ProblemReport:
    """End a report with a word for whoever made it. `go-bai` takes the work down in the same transaction.

    A hidden work comes back into sight once it stays and no other report waits. MoveNotAllowed when answered already.
    """
    row = queries.find_report(viewer, report_id, handling=True)
    _check_open(row.report)
    text = text.strip()
    problems: dict[str, list[str]] = {}
    if outcome not in OUTCOMES:
        problems["outcome"] = [_("Chọn một cách xử lí.")]
    if not text or len(text) > LONGEST_ANSWER:
        problems["answer"] = [_("Viết cho người báo một lời, dù ngắn.")]
    if problems:
        raise InvalidInput(problems)
    resource = find_resource(viewer, row.resource.id, policy.HANDLE.action, changing=True)
    if outcome == "go-bai" and resource.state != "withdrawn":
        succession.withdraw(viewer, resource, text)
    elif outcome != "go-bai" and resource.hidden_at is not None and not queries.others_open(row.report):
        succession.show_again(viewer, resource)
    row.report.outcome, row.report.answer = outcome, text
    row.report.answered_by_id, row.report.answered_at = viewer.id, clock.now()
    record(viewer.id, "report.answered", "resource", resource.id, report=row.report.id, outcome=outcome)
    emit("report.answered", row.report.id)
    return row.report


def hide(viewer: Viewer, report_id: str) -> ProblemReport:
    """Put the work out of sight at once, until the report is answered: for the urgent kinds only. Twice is once."""
    row = queries.find_report(viewer, report_id, handling=True)
    _check_open(row.report)
    if row.report.kind not in URGENT:
        raise MoveNotAllowed(_("Chỉ tạm ẩn khi có người báo lộ thông tin riêng, bản quyền hay đề thi mật."))
    resource = find_resource(viewer, row.resource.id, policy.HANDLE.action, changing=True)
    succession.hide(viewer, resource, str(KINDS[row.report.kind]))
    return row.report


def show_again(viewer: Viewer, report_id: str) -> ProblemReport:
    """Back into sight, before or after the answer."""
    row = queries.find_report(viewer, report_id, handling=True)
    succession.show_again(viewer, find_resource(viewer, row.resource.id, policy.HANDLE.action, changing=True))
    return row.report


def _check(viewer: Viewer, kind: str, text: str) -> None:
    problems: dict[str, list[str]] = {}
    if kind not in KINDS:
        problems["kind"] = [_("Chọn điều thầy cô muốn báo.")]
    if not text:
        problems["text"] = [_("Kể một dòng: chỗ nào, vì sao.")]
    elif len(text) > LONGEST_TEXT:
        problems["text"] = [_("Dài quá %(most)s chữ cái, rút ngắn lại giúp Kho.", most=LONGEST_TEXT)]
    if not viewer.is_guest and queries.count_since(viewer, clock.now() - timedelta(days=1)) >= MOST_A_DAY:
        problems["text"] = [_("Hôm nay thầy cô đã báo nhiều việc rồi, mai báo tiếp nhé.")]
    if problems:
        raise InvalidInput(problems)


def _check_open(made: ProblemReport) -> None:
    if made.answered_at is not None:
        raise MoveNotAllowed(_("Điều này đã được trả lời rồi."))
