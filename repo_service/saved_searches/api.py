"""The API of one's own saved searches."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from repo_service.accounts.sessions import signed_in_viewer
from repo_service.saved_searches import queries, service
from repo_service.saved_searches.schemas import (
    NewSavedSearch,
    SavedSearchBody,
    SavedSearchChange,
    SavedSearchListBody,
    saved_body,
)
from repo_service.search.schemas import to_params
from repo_service.ui.forms import read_json

blueprint = Blueprint(
    "saved_searches_api", __name__, url_prefix="/api", description="One's own saved and followed searches"
)


@blueprint.route("/saved-searches")
class SavedSearches(MethodView):
    """The caller's saved searches."""

    @blueprint.response(200, SavedSearchListBody)
    def get(self) -> dict[str, Any]:
        """All of them, at most 50, the newest first."""
        return {"items": [saved_body(each) for each in queries.saved_searches(signed_in_viewer())]}

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": NewSavedSearch}}})
    @blueprint.alt_response(200, schema=SavedSearchBody, success=True, description="kept before")
    @blueprint.response(201, SavedSearchBody)
    def post(self) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Keep a search, and follow it if told so; the same search again answers 200 with the one there is."""
        viewer = signed_in_viewer()
        said = read_json(NewSavedSearch())
        saved, is_new = service.save(viewer, to_params(said["search"]), said["name"], follow=said["follow"])
        return saved_body(saved), 201 if is_new else 200, {"Location": f"/api/saved-searches/{saved.id}"}


@blueprint.route("/saved-searches/<search_id>")
class OneSavedSearch(MethodView):
    """One saved search of the caller."""

    @blueprint.response(200, SavedSearchBody)
    def get(self, search_id: str) -> dict[str, Any]:
        """One; 404 for anybody else's."""
        return saved_body(queries.find_saved(signed_in_viewer(), search_id))

    @blueprint.doc(requestBody={"content": {"application/json": {"schema": SavedSearchChange}}})
    @blueprint.response(200, SavedSearchBody)
    def patch(self, search_id: str) -> dict[str, Any]:
        """Rename it (an empty name: Kho's own), follow it or stop."""
        viewer = signed_in_viewer()
        queries.find_saved(viewer, search_id)
        return saved_body(service.change(viewer, search_id, **read_json(SavedSearchChange())))

    @blueprint.response(204)
    def delete(self, search_id: str) -> None:
        """Delete it."""
        service.remove(signed_in_viewer(), search_id)
