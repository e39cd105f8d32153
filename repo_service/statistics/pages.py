"""The page of figures by month and subject, and its files."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.curriculum.queries import vocabularies
from repo_service.duty_board.rows import known_years
from repo_service.statistics import exports
from repo_service.statistics.figures import MEASURES, Figures, filters_of, read_figures
from repo_service.statistics.plots import plots
from repo_service.ui.table_files import send_tables

blueprint = Blueprint("statistics", __name__, template_folder="templates")

PAGE = "/so-lieu"


@blueprint.get(PAGE)
def figures() -> str:
    """Figures of a school year, drawn and as tables beside the drawing."""
    found = _figures()
    lists, years = vocabularies(), dict.fromkeys([*known_years()[1:], found.filters.school_year])
    return render_template(
        "statistics/figures.html", figures=found, title=exports.title(found), sentences=exports.sentences(found),
        plots=plots(found), measures=MEASURES, months=exports.month_sheet(found),
        subjects=exports.subject_sheet(found), largest=_largest(found),
        year_options=[(key, key.replace("-", "–")) for key in years],
        subject_options=lists.choices("subjects"), type_options=lists.choices("resource_types"),
        query=request.query_string.decode("ascii", "replace"),
    )  # fmt: skip


@blueprint.get(f"{PAGE}.<kind>")
def figures_file(kind: str) -> Response:
    """The figures as xlsx, docx or csv (`table=subject`: by subject), with the filters of the page."""
    found = _figures()
    sheets = [exports.month_sheet(found), exports.subject_sheet(found), exports.signal_sheet(found)]
    if request.args.get("table") == "subject":
        sheets = [sheets[1], sheets[0], sheets[2]]
    name = f"so-lieu-{found.filters.school_year}"
    return send_tables(name, kind, exports.title(found), exports.sentences(found), sheets)


def _figures() -> Figures:
    return read_figures(signed_in_viewer(), filters_of(request.args))


def _largest(found: Figures) -> list[int]:
    """The longest bar of each measure in the table of subjects."""
    counts = [line.counts for line in found.subjects]
    return [max((each[place] for each in counts), default=0) for place in range(len(MEASURES))]
