"""The API of one's own recent searches: read, add, delete."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.search_history import service
from repo_service.search_history.models import LONGEST
from repo_service.search_history.queries import recent_queries
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "search_history_api", __name__, url_prefix="/api", description="One's own recent searches"
)


class RecentBody(Schema):
    """One search."""

    q = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))
    at = fields.DateTime(dump_only=True)

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE


class RecentListBody(Schema):
    """The newest first."""

    items = fields.List(fields.Nested(RecentBody))


@blueprint.route("/search-history")
class History(MethodView):
    """The caller's recent searches; nobody else can read them."""

    @blueprint.response(200, RecentListBody)
    def get(self) -> dict[str, Any]:
        """The newest 50, each once."""
        return {"items": [{"q": row.text, "at": row.at} for row in recent_queries(signed_in_viewer())]}

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": RecentBody}}})
    @blueprint.response(204)
    def post(self) -> None:
        """Remember one; GET /api/search itself remembers nothing."""
        viewer = signed_in_viewer()
        service.remember(viewer, read_json(RecentBody())["q"])

    @blueprint.response(204)
    def delete(self) -> None:
        """Forget all of them."""
        service.forget(signed_in_viewer())
