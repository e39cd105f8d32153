"""The API of figures; the same numbers and rights as the page."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.organizations.province_settings import school_year_asked
from repo_service.statistics.figures import filters_of, read_figures
from repo_service.statistics.schemas import FiguresSchema, figures_body

blueprint = Blueprint(
    "statistics_api", __name__, url_prefix="/api", description="Figures by month and subject"
)
_ASKED = ("school_year", "cluster", "subject", "type")


@blueprint.route("/figures")
class FiguresOfYear(MethodView):
    """Figures by month and subject."""

    @blueprint.doc(
        parameters=[{"in": "query", "name": name, "schema": {"type": "string"}} for name in _ASKED]
    )
    @blueprint.response(200, FiguresSchema)
    def get(self) -> dict[str, Any]:
        """The department: the province and every cluster; leads: their clusters."""
        viewer = signed_in_viewer()
        school_year_asked(request.args.get("school_year"))
        return figures_body(read_figures(viewer, filters_of(request.args)))
