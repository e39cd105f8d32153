"""Search and suggestions as JSON: the same calls as the pages make."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, INCLUDE, Schema, fields

from repo_service.accounts.sessions import current_viewer
from repo_service.core.urls import resource_path
from repo_service.search import service
from repo_service.search.facet_labels import FacetChoice
from repo_service.search.schemas import SearchQuery, to_params

blueprint = Blueprint("search_api", __name__, url_prefix="/api", description="Find published resources")


class SuggestQuery(Schema):
    """What was typed so far."""

    q = fields.String(load_default="")

    class Meta:
        """Other parameters are none of ours."""

        unknown = EXCLUDE


class FacetValueBody(Schema):
    """One value of a facet, counted under all other choices."""

    value = fields.String()
    label = fields.String()
    count = fields.Integer(allow_none=True, metadata={"description": "null while the search engine is away"})
    selected = fields.Boolean()


class HitBody(Schema):
    """One found resource; `snippet` is HTML with <mark> around what was asked for, everything else escaped."""

    id = fields.String()
    title = fields.String()
    snippet = fields.String()
    url = fields.String()

    class Meta:
        """Further facts: type, grades, subjects, version, cluster, school_year."""

        unknown = INCLUDE


class SearchAnswer(Schema):
    """One page of hits."""

    total = fields.Integer()
    hits = fields.List(fields.Raw(metadata={"description": "HitBody"}))
    facets = fields.Dict(keys=fields.String(), values=fields.List(fields.Nested(FacetValueBody)))
    understood = fields.List(fields.Dict())
    took_ms = fields.Float()
    page = fields.Integer()
    size = fields.Integer()
    next = fields.Integer(allow_none=True)
    next_cursor = fields.String(
        allow_none=True, metadata={"description": "`cursor` of the next page; null on the last one"}
    )
    relaxed = fields.Boolean(metadata={"description": "fewer words were required than typed"})
    fuzzy = fields.Boolean(metadata={"description": "one word was taken with one letter changed"})
    by_title_only = fields.Boolean(
        metadata={"description": "the search engine is away; titles were searched, without facets"}
    )
    read_as = fields.String(
        allow_none=True,
        metadata={"description": "Telex or VNI keys as letters, where only these found something"},
    )
    did_you_mean = fields.String(
        allow_none=True,
        metadata={"description": "the query with the word corrected that was found by one edit"},
    )


class SuggestAnswer(Schema):
    """Suggestions, best first."""

    items = fields.List(fields.Dict(), metadata={"description": "{text, kind, id?, url?}"})


class SimilarAnswer(Schema):
    """Similar resources, the nearest first; empty while the search engine is away."""

    items = fields.List(fields.Dict(), metadata={"description": "{id, title, url}"})


@blueprint.route("/search")
class SearchView(MethodView):
    """Everything the asker may see."""

    @blueprint.arguments(SearchQuery, location="query")
    @blueprint.response(200, SearchAnswer)
    def get(self, values: dict[str, Any]) -> dict[str, Any]:
        """Find resources; values of one filter are OR, filters among each other AND."""
        page = service.search(to_params(values), current_viewer())
        params = page.params
        return {
            "total": page.total,
            "hits": [_hit(found) for found in page.hits],
            "facets": {name: [_facet(choice) for choice in choices] for name, choices in page.facets.items()},
            "understood": [
                {"field": reading.field, "value": reading.code, "label": reading.label}
                for reading in page.understood
            ],
            "took_ms": round(page.took_ms, 2),
            "page": params.page,
            "size": params.size,
            "next": page.next,
            "next_cursor": page.cursor,
            "relaxed": page.relaxed,
            "fuzzy": page.fuzzy,
            "by_title_only": page.by_title_only,
            "read_as": page.read_as,
            "did_you_mean": page.did_you_mean,
        }


@blueprint.route("/suggest")
class SuggestView(MethodView):
    """Suggestions while typing."""

    @blueprint.arguments(SuggestQuery, location="query")
    @blueprint.response(200, SuggestAnswer)
    def get(self, values: dict[str, Any]) -> dict[str, Any]:
        """Own recent searches, entries of the controlled lists and titles the asker may see that begin as typed."""
        return {"items": [_suggestion(found) for found in service.suggest(values["q"], current_viewer())]}


@blueprint.route("/resources/<resource_id>/similar")
class SimilarView(MethodView):
    """Resources like one."""

    @blueprint.response(200, SimilarAnswer)
    def get(self, resource_id: str) -> dict[str, Any]:
        """Resources with words like this one's that the asker may see, the nearest first."""
        found = service.similar(resource_id, current_viewer())
        return {
            "items": [
                {"id": card.resource.id, "title": card.version.title, "url": resource_path(card.resource.id)}
                for card in found
            ]
        }


def _hit(found: service.Found) -> dict[str, Any]:
    resource, version = found.card.resource, found.card.version
    return {
        "id": resource.id,
        "title": version.title,
        "title_html": found.title_html,
        "snippet": found.snippet_html,
        "type": version.type,
        "levels": version.levels,
        "grades": version.grades,
        "subjects": version.subjects,
        "textbook_sets": version.textbook_sets,
        "version": version.number,
        "published_at": version.published_at.isoformat() if version.published_at else None,
        "cluster": {"id": resource.cluster_id, "name": found.card.cluster_name}
        if resource.cluster_id
        else None,
        "school": {"id": resource.school_id, "name": found.card.school_name} if resource.school_id else None,
        "school_year": resource.school_year,
        "visibility": resource.visibility,
        "state": resource.state,
        "reviewed": version.reviewed,
        "annual_product_year": resource.annual_product_year,
        "url": resource_path(resource.id),
    }


def _facet(choice: FacetChoice) -> dict[str, Any]:
    return {"value": choice.value, "label": choice.label, "count": choice.count, "selected": choice.selected}


def _suggestion(found: service.Suggested) -> dict[str, Any]:
    body = {"text": found.text, "kind": found.kind}
    return body | {"id": found.id, "url": resource_path(found.id)} if found.id else body
