"""Saved searches as JSON; the search itself has the parameters of `GET /api/search`."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from repo_service.core.urls import search_path
from repo_service.saved_searches.models import SavedSearch
from repo_service.saved_searches.naming import LONGEST_NAME
from repo_service.search.schemas import SearchQuery


class NewSavedSearch(Schema):
    """What to keep; without a name Kho gives one."""

    search = fields.Nested(SearchQuery(exclude=("page", "size", "cursor")), required=True)
    name = fields.String(load_default="", validate=validate.Length(max=LONGEST_NAME))
    follow = fields.Boolean(load_default=False)

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE


class SavedSearchChange(Schema):
    """What to change; what is left out stays."""

    name = fields.String(validate=validate.Length(max=LONGEST_NAME))
    follow = fields.Boolean()

    class Meta:
        """Other fields are none of ours."""

        unknown = EXCLUDE


class SavedSearchBody(Schema):
    """One saved search."""

    id = fields.String()
    name = fields.String()
    follow = fields.Boolean()
    search = fields.Dict(metadata={"description": "parameters of GET /api/search"})
    url = fields.String(metadata={"description": "the page that shows it"})
    created_at = fields.DateTime()
    told_until = fields.DateTime(metadata={"description": "works published up to here are no news"})


class SavedSearchListBody(Schema):
    """The newest first, all on one page."""

    items = fields.List(fields.Nested(SavedSearchBody))


def saved_body(saved: SavedSearch) -> dict[str, Any]:
    """A row as SavedSearchBody says."""
    return {
        "id": saved.id,
        "name": saved.name,
        "follow": saved.follows,
        "search": saved.query,
        "url": search_path(**saved.query),
        "created_at": saved.created_at,
        "told_until": saved.told_until,
    }
