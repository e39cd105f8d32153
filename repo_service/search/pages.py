"""The search page and its suggestions; htmx asks for the results part only, without it everything is a link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from repo_service.accounts.sessions import current_viewer
from repo_service.core import clock
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.core.school_year import SchoolYear
from repo_service.core.urls import resource_path, search_history_path, search_path
from repo_service.curriculum.queries import vocabularies
from repo_service.resources.findable.card_facts import card_facts
from repo_service.search import service
from repo_service.search.facet_labels import facet_titles
from repo_service.search.guidance.shown import shown_ways_on
from repo_service.search.parameters import SearchParams
from repo_service.search.schemas import read_params
from repo_service.search.service import Found, SearchPage, Suggested

blueprint = Blueprint("search", __name__, template_folder="templates")

OPEN_FACETS = ("type", "grade", "subject")
YEARS_BACK = 12


@blueprint.get("/tim")
def results() -> Response:
    """Results with filters; a part of the page when htmx asks, the further items of the list for "Xem thêm"."""
    params = read_params(request.args)
    try:
        page = service.search(params, current_viewer())
    except InvalidInput:  # the cursor is of another search: begin with the page of that number
        params = replace(params, cursor=None, page=min(params.page, params.last_page))
        page = service.search(params, current_viewer())
    template = "search/page.html"
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        template = "search/more.html" if params.page > 1 else "search/part.html"
    response = make_response(render_template(template, **_shown(page)))
    response.vary.add("HX-Request")
    return response


@blueprint.get("/hoc-lieu/<resource_id>/tuong-tu")
def similar(resource_id: str) -> Response:
    """Works like this one; htmx puts the list into the work's page when a reader opens it."""
    viewer = current_viewer()
    cards = service.similar(resource_id, viewer)
    found = [card_facts(card, may_save=not viewer.is_guest) for card in cards]
    template = "search/similar.html" if request.headers.get("HX-Request") else "search/similar_page.html"
    response = make_response(render_template(template, cards=found, work=resource_path(resource_id)))
    response.vary.add("HX-Request")
    return response


@blueprint.get("/goi-y")
def suggestions() -> str:
    """The list under the search box while typing."""
    q = request.args.get("q", "")
    found = service.suggest(q, current_viewer())
    queries = [
        {"value": item.text, "what": _what(item), "icon": "history" if item.kind == "recent" else "search"}
        for item in found
        if item.id is None
    ]
    pages = [
        {"href": resource_path(item.id), "title": item.text, "what": _what(item)} for item in found if item.id
    ]
    history = search_history_path() if queries and not q.strip() else None
    return render_template("search/suggestions.html", queries=queries, pages=pages, history=history)


def _what(found: Suggested) -> str:
    if found.id:
        return vocabularies().label("resource_types", found.type)
    words = {"subject": _("Môn học"), "type": _("Loại học liệu"), "theme": _("Chủ đề"), "recent": _("Đã tìm")}
    return words[found.kind]


def _shown(page: SearchPage) -> dict[str, Any]:
    params = page.params
    return {
        "page": page,
        "params": params,
        "cards": [_card(found) for found in page.hits],
        "facets": [
            _facet(name, title, page) for name, title in facet_titles().items() if page.facets.get(name)
        ],
        "readings": [
            {"label": reading.label, "href": _address(params, ignored=(*params.ignored, reading.code))}
            for reading in page.understood
        ],
        "next_url": _address(params, page=page.next, cursor=page.cursor) if page.next else None,
        "shown": min(page.total, (params.page - 1) * params.size + len(page.hits)),
        "clear_url": search_path(q=params.q),
        "remembered": "" if current_viewer().is_guest or params.page > 1 else params.q[:200],
        "kept": _kept(params),
        "years": _years(),
        "kept_search": _address(replace(params, q=page.read_as or params.q)).partition("?")[2],
        "sorts": [("relevance", _("Phù hợp nhất")), ("newest", _("Mới cập nhật")), ("title", _("Tên A–Y"))],
        "ways_on": shown_ways_on(page, current_viewer(), _address),
        "did_you_mean": _did_you_mean(page),
    }


def _did_you_mean(page: SearchPage) -> dict[str, str] | None:
    q, params = page.did_you_mean, page.params
    return {"q": q, "href": _address(replace(params, q=q))} if q else None


def _years() -> list[tuple[str, str]]:
    """School years to choose a range from, the newest first."""
    last = SchoolYear.of(clock.today()).start
    years = (SchoolYear(start) for start in range(last, last - YEARS_BACK, -1))
    return [("", _("Bất kì")), *((year.key, year.key.replace("-", "–")) for year in years)]


def _card(found: Found) -> dict[str, Any]:
    """The snippet comes escaped from the indexer's door, with nothing but <mark> in it."""
    may_save = not current_viewer().is_guest
    return {**card_facts(found.card, may_save=may_save), "snippet": Markup(found.snippet_html)}  # noqa: S704


def _facet(name: str, title: str, page: SearchPage) -> dict[str, Any]:
    values = [
        {"value": choice.value, "label": choice.label, "count": choice.count, "on": choice.selected}
        for choice in page.facets[name]
    ]
    return {"name": name, "title": title, "values": values, "open": name in OPEN_FACETS}


def _address(
    params: SearchParams,
    page: int = 1,
    ignored: tuple[str, ...] | None = None,
    cursor: str | None = None,
) -> str:
    """The shareable address of this search with one thing changed; defaults are left out."""
    return search_path(
        q=params.q[:200] if len(params.q) > 1000 else params.q,
        **params.filters,
        **params.ranges,
        bo=list(params.ignored if ignored is None else ignored),
        sort=params.sort if params.sort != "relevance" else None,
        page=page if page > 1 else None,
        size=params.size if params.size != 20 else None,
        cursor=cursor,
    )


def _kept(params: SearchParams) -> list[tuple[str, str]]:
    """What the sort form carries along."""
    pairs = [("q", params.q)] if params.q else []
    pairs += [(name, value) for name, values in params.filters.items() for value in values]
    pairs += params.ranges.items()
    return pairs + [("bo", code) for code in params.ignored]
