"""Reporting a problem of a work, the queue of who looks after works, and the answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import current_viewer, signed_in_viewer
from repo_service.core.errors import InvalidInput, KhoError, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, may
from repo_service.core.urls import report_path, reports_path
from repo_service.reports import guest_limits, policy, queries, service
from repo_service.reports.models import LONGEST_ANSWER, LONGEST_TEXT
from repo_service.reports.queries import ReportRow
from repo_service.reports.schemas import ReportAnswerSchema, ReportSchema
from repo_service.reports.words import KINDS, OUTCOMES, URGENT
from repo_service.resources.queries import find_resource
from repo_service.ui.forms import Form, asked_page

blueprint = Blueprint("reports", __name__, template_folder="templates")

LIMITS = {"text": LONGEST_TEXT, "answer": LONGEST_ANSWER}


@blueprint.route("/hoc-lieu/<resource_id>/bao-van-de", methods=["GET", "POST"])
def report(resource_id: str) -> Response | str | tuple[str, int]:
    """The form; guests get a link where the answer will stand."""
    viewer, form = current_viewer(), Form(ReportSchema())
    resource = find_resource(viewer, resource_id, policy.REPORT.action)
    if request.method == "POST":
        try:
            said = form.load()
            if said["website"]:  # filled in by a machine: it is told what a person is told, and nothing is kept
                return render_template("reports/sent.html", resource=resource, token="")
            _check_guest(viewer)
            made, token = service.report(viewer, resource_id, said["kind"], said["text"])
        except InvalidInput as error:
            form.refuse(error)
            return _draw_form(resource, form), error.status
        if viewer.is_guest:
            return render_template("reports/sent.html", resource=resource, token=token)
        flash(_("Kho đã nhận. Có trả lời, Kho báo ở trang Thông báo."))
        return redirect(report_path(made.id), 303)
    return _draw_form(resource, form)


@blueprint.get("/bao-van-de")
def reports() -> str:
    """What was reported of the works that the viewer looks after; nobody else finds this page."""
    viewer = signed_in_viewer()
    if not (viewer.is_department or any(viewer.leads(role.cluster_id) for role in viewer.roles)):
        raise NotFound()
    answered = "xong" in request.args
    page = queries.queue(viewer, asked_page(), answered=answered)
    return render_template("reports/queue.html", page=page, answered=answered, kinds=KINDS, outcomes=OUTCOMES)


@blueprint.route("/bao-van-de/<report_id>", methods=["GET", "POST"])
def one_report(report_id: str) -> Response | str | tuple[str, int]:
    """One report: its reporter reads the answer, who looks after the work writes it."""
    viewer, form = signed_in_viewer(), Form(ReportAnswerSchema())
    row = queries.find_report(viewer, report_id, handling=request.method == "POST")
    if request.method == "POST":
        try:
            said = form.load()
            service.answer(viewer, report_id, said["outcome"], said["answer"])
            flash(_("Đã trả lời."))
            return redirect(reports_path(), 303)
        except KhoError as error:
            form.refuse(error)
            return _draw(viewer, row, form), error.status
    return _draw(viewer, row, form)


@blueprint.post("/bao-van-de/<report_id>/tam-an")
def hide(report_id: str) -> Response:
    """Put the work out of sight at once."""
    service.hide(signed_in_viewer(), report_id)
    flash(_("Đã tạm ẩn bài. Chỉ tác giả, cụm và Sở còn mở được."))
    return redirect(report_path(report_id), 303)


@blueprint.post("/bao-van-de/<report_id>/hien-lai")
def show_again(report_id: str) -> Response:
    """Back into sight."""
    service.show_again(signed_in_viewer(), report_id)
    flash(_("Bài đã hiện lại."))
    return redirect(report_path(report_id), 303)


@blueprint.get("/bao-van-de/tra-loi/<token>")
def status(token: str) -> str:
    """A guest's report and its answer; the link is the permission, and names nobody."""
    return render_template(
        "reports/status.html", row=queries.find_by_token(token), kinds=KINDS, outcomes=OUTCOMES, handles=False
    )


def _check_guest(viewer: Viewer) -> None:
    if viewer.is_guest and not guest_limits.allow(request.remote_addr or ""):
        raise InvalidInput({"text": [_("Nơi này vừa báo khá nhiều việc. Thầy cô thử lại sau một giờ nhé.")]})


def _draw_form(resource: Any, form: Form) -> str:
    return render_template(
        "reports/report.html", resource=resource, form=form, limits=LIMITS, kinds=list(KINDS.items())
    )


def _draw(viewer: Viewer, row: ReportRow, form: Form) -> str:
    handles = may(viewer, policy.HANDLE.action, row.resource)
    return render_template(
        "reports/status.html", row=row, form=form, limits=LIMITS, kinds=KINDS, outcomes=OUTCOMES, handles=handles,
        may_hide=row.report.kind in URGENT and row.resource.hidden_at is None and row.resource.state != "withdrawn",
    )  # fmt: skip
