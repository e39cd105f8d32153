"""The board of duties, its files, the evidence of one cluster, and the gentle nudge."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.annual_products.queries import cluster_of_duties
from repo_service.core.errors import InvalidInput, MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer, authorize, may
from repo_service.core.school_year import is_school_year
from repo_service.core.urls import cluster_duties_path, is_local
from repo_service.curation.lifecycle import ROUND_LABELS
from repo_service.curation.queries import rounds_for
from repo_service.curriculum.queries import vocabularies
from repo_service.duty_board import exports, policy, queries, service
from repo_service.duty_board.cells import DUTIES, nudge_text
from repo_service.duty_board.rows import Filters, cluster_row, known_years, read_board, read_years
from repo_service.organizations.province_settings import current_school_year, shown_school_year
from repo_service.ui.table_files import send_tables

blueprint = Blueprint("duty_board", __name__, template_folder="templates")

BOARD = "/so/nhiem-vu"
EVIDENCE = "/cum/<cluster_id>/viec-nam/<school_year>"
ROUNDS = 30


@blueprint.get(BOARD)
def board() -> str:
    """One year with every duty; clusters in the order of the alphabet, never ranked; only unmet cells open."""
    viewer = _officer()
    shown = read_board(viewer, _filters())
    return render_template(
        "duty_board/board.html", board=shown, exports=exports, nudge_text=nudge_text, duties=DUTIES,
        year=shown.filters.school_year, areas=shown.areas, **_frame(),
    )  # fmt: skip


@blueprint.get(f"{BOARD}/nhieu-nam")
def years() -> str:
    """One duty over several years side by side."""
    viewer = _officer()
    shown = read_years(viewer, _filters(), _duty())
    return render_template(
        "duty_board/years.html", shown=shown, title=exports.years_title(shown), duties=DUTIES, areas=shown.areas,
        year=current_school_year().key, **_frame(),
    )  # fmt: skip


@blueprint.get(f"{BOARD}.<kind>")
def board_file(kind: str) -> Response:
    """The board as xlsx, csv or docx, with the filters of the page."""
    viewer = _officer()
    shown = read_board(viewer, _filters())
    name = f"viec-nam-hoc-{shown.filters.school_year}"
    title, sentence = exports.board_title(shown), exports.board_sentence(shown)
    return send_tables(name, kind, title, [sentence, exports.source()], [exports.board_sheet(shown)])


@blueprint.get(f"{BOARD}/nhieu-nam.<kind>")
def years_file(kind: str) -> Response:
    """Several years of one duty as a file."""
    viewer = _officer()
    shown = read_years(viewer, _filters(), _duty())
    title, sheet = exports.years_title(shown), exports.years_sheet(shown)
    return send_tables("viec-nam-hoc-nhieu-nam", kind, title, [exports.source()], [sheet])


@blueprint.get(EVIDENCE)
def evidence(cluster_id: str, school_year: str) -> str:
    """What one cluster's duties were computed from; nobody wrote it for this page."""
    viewer = signed_in_viewer()
    cluster = cluster_of_duties(viewer, cluster_id)
    authorize(viewer, policy.SEE_EVIDENCE.action, cluster)
    row = cluster_row(viewer, cluster.id, school_year) if is_school_year(school_year) else None
    if row is None:
        raise NotFound()
    number = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    rounds = queries.review_evidence(viewer, cluster.id, school_year, number, ROUNDS)
    curated = [
        each for each in rounds_for(viewer, 1, ROUNDS, cluster.id).items if each.school_year == school_year
    ]
    return render_template(
        "duty_board/evidence.html", row=row, year=school_year, rounds=rounds, duties=DUTIES, exports=exports,
        curated=curated, labels=ROUND_LABELS,
        may_nudge=may(viewer, policy.OPEN.action), nudge_text=nudge_text,
        board_href=f"{BOARD}?school_year={school_year}",
    )  # fmt: skip


@blueprint.post(f"{EVIDENCE}/<duty>/nhac")
def nudge(cluster_id: str, school_year: str, duty: str) -> AnyResponse:
    """Send a nudge and come back; what stands in its way is said on the page."""
    viewer = signed_in_viewer()
    try:
        service.nudge(viewer, cluster_id, school_year, duty, request.form.get("text", ""))
        flash(_("Đã gửi lời nhắc tới trưởng cụm."))
    except InvalidInput as error:
        flash(error.errors["text"][0], "error")
    except MoveNotAllowed as error:
        flash(error.message, "error")
    back = request.form.get("next", "")
    return redirect(back if is_local(back) else cluster_duties_path(cluster_id, school_year), 303)


def _officer() -> Viewer:
    viewer = signed_in_viewer()
    authorize(viewer, policy.OPEN.action)
    return viewer


def _filters() -> Filters:
    year = shown_school_year(request.args.get("school_year", ""))
    return Filters(year, request.args.get("level", ""), request.args.get("area", ""))


def _duty() -> str:
    duty = request.args.get("duty", "")
    return duty if duty in DUTIES else next(iter(DUTIES))


def _frame() -> dict[str, object]:
    filters = _filters()
    years = dict.fromkeys([*known_years(), filters.school_year])
    return {
        "filters": filters,
        "year_options": [(key, key.replace("-", "–")) for key in years],
        "levels": vocabularies().choices("levels"),
        "query": request.query_string.decode("ascii", "replace"),
    }
