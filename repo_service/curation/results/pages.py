"""The summary of a round on a page and as a file; the open rounds as a calendar, to download or to follow."""

from __future__ import annotations

import io
from datetime import timedelta

from flask import Blueprint, Response, current_app, make_response, render_template, request, send_file

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core import clock
from repo_service.core.errors import NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.core.urls import absolute, curation_path
from repo_service.curation import queries
from repo_service.curation.lifecycle import ROUND_LABELS
from repo_service.curation.results.summary import paper_of, summary_of, words_of
from repo_service.files import signed_links
from repo_service.office import write_docx, write_pdf
from repo_service.office.calendar import MEDIA_TYPE, Event, write_calendar
from repo_service.organizations.access import load_viewer
from repo_service.organizations.province_settings import province_setting

blueprint = Blueprint("curation_results", __name__, template_folder="../templates")

CALENDAR, TEN_YEARS = "curation-calendar", 10 * 365 * 24 * 3600
PAPERS = {
    "docx": (write_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (write_pdf, "application/pdf"),
}


@blueprint.get("/ra-soat/<round_id>/tong-ket")
def summary(round_id: str) -> str:
    """What the round came to, on one page."""
    viewer = signed_in_viewer()
    found = queries.round_for(viewer, round_id)
    return render_template(
        "curation/summary.html", summary=summary_of(viewer, found), round=found, labels=ROUND_LABELS,
        words_of=words_of, may_undo="vua" in request.args,
    )  # fmt: skip


@blueprint.get("/ra-soat/<round_id>/tong-ket.<form>")
def summary_paper(round_id: str, form: str) -> Response:
    """The same as a Word or PDF file."""
    viewer = signed_in_viewer()
    if form not in PAPERS:
        raise NotFound()
    found = queries.round_for(viewer, round_id)
    write, media_type = PAPERS[form]
    target = io.BytesIO()
    write(target, paper_of(summary_of(viewer, found)))
    target.seek(0)
    return send_file(target, media_type, as_attachment=True, download_name=f"{found.title[:120]}.{form}")


@blueprint.get("/ra-soat/lich.ics")
def calendar() -> Response:
    """The viewer's open rounds as a calendar file."""
    return _calendar(signed_in_viewer())


@blueprint.get("/ra-soat/lich/<ticket>.ics")
def calendar_feed(ticket: str) -> Response:
    """The same for a calendar program, which cannot sign in: the link is the permission until the password changes."""
    signed = signed_links.read(_secret(), CALENDAR, ticket)
    owner = load_viewer(signed[0]) if signed else None
    if owner is None or owner.is_guest or [owner.id, owner.session_version] != signed:
        raise NotFound()
    return _calendar(owner)


calendar_feed.signed_by_url = True  # type: ignore[attr-defined]


def _calendar(viewer: Viewer) -> Response:
    events = [
        Event(
            f"{found.id}@kho", _("Hẹn xong: %(title)s", title=found.title), found.due_on,
            text=f"{found.cluster.name}. " + _("Còn %(left)s bài.", left=found.item_count - found.done_count),
            url=absolute(curation_path(found.id)),
            remind_before=timedelta(days=int(province_setting("curation.remind_days"))),
        )
        for found in queries.open_rounds_of(viewer)
    ]  # fmt: skip
    answer = make_response(write_calendar(_("Rà soát học liệu"), events, clock.now()))
    answer.content_type = MEDIA_TYPE
    answer.headers["Content-Disposition"] = "attachment; filename=ra-soat.ics"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def feed_of(viewer: Viewer) -> str:
    """The viewer's own calendar link; not for pages that others see."""
    ticket = signed_links.sign(_secret(), CALENDAR, [viewer.id, viewer.session_version], TEN_YEARS)
    return absolute(f"/ra-soat/lich/{ticket}.ics")


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])
