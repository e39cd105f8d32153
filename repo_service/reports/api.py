"""The API of reported problems. Rights are judged before the body is read."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint

from repo_service.accounts.sessions import current_viewer, signed_in_viewer
from repo_service.core.db import current_session
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.reports import guest_limits, policy, queries, service
from repo_service.reports.schemas import (
    ReportAnswerSchema,
    ReportBody,
    ReportListBody,
    ReportSchema,
    report_body,
)
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import asked_page, read_json

blueprint = Blueprint(
    "api_reports", __name__, url_prefix="/api", description="Problems that readers report about works"
)


@blueprint.post("/resources/<resource_id>/reports")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": ReportSchema}}})
@blueprint.response(201, ReportBody)
def report(resource_id: str) -> dict[str, Any]:
    """Report a problem; guests too, ten an hour from one address, and get a status token."""
    viewer = current_viewer()
    find_resource(viewer, resource_id, policy.REPORT.action)
    said = read_json(ReportSchema())
    if viewer.is_guest and not guest_limits.allow(request.remote_addr or ""):
        raise InvalidInput({"text": [_("Nơi này vừa báo khá nhiều việc. Thầy cô thử lại sau một giờ nhé.")]})
    made, token = service.report(viewer, resource_id, said["kind"], said["text"])
    current_session().flush()
    if viewer.is_guest:
        return report_body(queries.find_by_token(token), token)
    return report_body(queries.find_report(viewer, made.id))


@blueprint.get("/reports")
@blueprint.response(200, ReportListBody)
def reports() -> dict[str, Any]:
    """The open reports that the caller looks after, the next due first; empty for everybody else."""
    page = queries.queue(signed_in_viewer(), asked_page())
    return {"items": [report_body(row) for row in page.items], "next": page.next}


@blueprint.get("/reports/<report_id>")
@blueprint.response(200, ReportBody)
def one_report(report_id: str) -> dict[str, Any]:
    """One report, for who made it and who looks after the work."""
    return report_body(queries.find_report(signed_in_viewer(), report_id))


@blueprint.post("/reports/<report_id>/answer")
@blueprint.doc(requestBody={"content": {"application/json": {"schema": ReportAnswerSchema}}})
@blueprint.response(200, ReportBody)
def answer(report_id: str) -> dict[str, Any]:
    """End it: `giu-nguyen`, `da-sua` or `go-bai`, with a word for whoever reported."""
    viewer = signed_in_viewer()
    queries.find_report(viewer, report_id, handling=True)
    said = read_json(ReportAnswerSchema())
    service.answer(viewer, report_id, said["outcome"], said["answer"])
    current_session().flush()
    return report_body(queries.find_report(viewer, report_id))
