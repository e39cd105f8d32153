"""Pages of a head of school, a commune officer and the department: the own schools, one school's year, its calendar."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.core.permissions import authorize
from repo_service.curriculum.queries import vocabularies
from repo_service.duty_board import exports
from repo_service.duty_board.cells import DUTIES
from repo_service.duty_board.rows import known_years
from repo_service.office.calendar import MEDIA_TYPE
from repo_service.organizations.province_settings import shown_school_year
from repo_service.school_overview import policy, queries
from repo_service.school_overview.overview import calendar_of, read_overview

blueprint = Blueprint("school_overview", __name__, template_folder="templates")

PATH = "/truong/<school_id>"
SCHOOLS = 50


@blueprint.get("/truong")
def schools() -> str | AnyResponse:
    """The schools that are the viewer's to look at; the only one opens at once."""
    viewer = signed_in_viewer()
    authorize(viewer, policy.OPEN.action)
    page = queries.schools_of(viewer, _page(), SCHOOLS)
    if len(page.items) == 1 and page.number == 1:
        return redirect(f"/truong/{page.items[0][0].id}")
    return render_template("school_overview/schools.html", page=page, label=vocabularies().label)


@blueprint.get(PATH)
def school(school_id: str) -> str:
    """One school's year."""
    viewer = signed_in_viewer()
    found = queries.find_school(viewer, school_id)
    year = _year()
    return render_template(
        "school_overview/school.html", shown=read_overview(viewer, found, year, _page()), year=year, duties=DUTIES,
        exports=exports, year_options=[(key, key.replace("-", "–")) for key in dict.fromkeys([*known_years(), year])],
        has_others=viewer.is_department or len(policy.schools_managed_by(viewer)) != 1,
    )  # fmt: skip


@blueprint.get(f"{PATH}/lich.ics")
def calendar(school_id: str) -> Response:
    """The deadlines of the school's clusters, to be taken into the school's own plan."""
    viewer = signed_in_viewer()
    found = queries.find_school(viewer, school_id)
    year = _year()
    answer = Response(calendar_of(viewer, found, year), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="kho-{year}.ics"'
    return answer


def _year() -> str:
    return shown_school_year(request.args.get("school_year", ""))


def _page() -> int:
    return min(max(request.args.get("page", 1, type=int), 1), 10_000)
