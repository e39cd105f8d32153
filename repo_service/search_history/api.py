"""The API of one's own recent searches: read, add, delete."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from repo_service.accounts.sessions import current_viewer
from repo_service.core.errors import NotSignedIn
from repo_service.core.permissions import Viewer
from repo_service.search_history import service
from repo_service.search_history.models import LONGEST
from repo_service.search_history.queries import recent_queries

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
        return {"items": [{"q": row.text, "at": row.at} for row in recent_queries(_signed_in())]}

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": RecentBody}}})
    @blueprint.response(204)
    def post(self) -> None:
        """Remember one; GET /api/search itself remembers nothing."""
        viewer, sent = _signed_in(), request.get_json(silent=True)
        service.remember(viewer, RecentBody().load(sent if isinstance(sent, dict) else {})["q"])

    @blueprint.response(204)
    def delete(self) -> None:
        """Forget all of them."""
        service.forget(_signed_in())


def _signed_in() -> Viewer:
    viewer = current_viewer()
    if viewer.is_guest:
        raise NotSignedIn()
    return viewer
