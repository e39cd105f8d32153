"""Searching: parameters and viewer in, a page of cards the viewer may see out.

The access filter is added here and nowhere else, so that no caller can forget it; cards are read with the
viewer's rights again, because the index is never trusted for rights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from markupsafe import Markup
from sqlalchemy.exc import OperationalError

from indexer import (
    BadRequest,
    EngineUnavailable,
    Explanation,
    Hit,
    SchemaMismatch,
    SearchError,
    SearchRequest,
    SearchResult,
    Sort,
)
from indexer.keystrokes import from_keystrokes
from indexer.vietnamese import fold, normalise
from repo_service.core.backends import search_engine
from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.core.permissions import Viewer
from repo_service.curriculum.queries import vocabularies
from repo_service.organizations.access import access_tokens
from repo_service.organizations.province_settings import province_setting
from repo_service.resources.findable.title_search import search_titles
from repo_service.resources.queries import Card, cards, find_resource
from repo_service.search.facet_labels import FacetChoice, label_facets, uncounted_facets
from repo_service.search.parameters import FACETS, MOST_TEXT, SearchParams
from repo_service.search.queries import readable_titles
from repo_service.search.understanding import LONGEST, Reading, boosts, corrected, understand
from repo_service.search_history.queries import recent_texts

log = structlog.get_logger()

LONGEST_SUGGESTED = 200
"""Characters of a half-typed text that are looked at."""
MOST_NEW = 200
"""New works looked at for one saved search at a time."""
RECENT_BESIDE_OTHERS = 3
"""Own searches that are offered beside titles and topics."""
_CURATED = {"subjects": "subject", "resource_types": "type", "resource_subtypes": "type", "themes": "theme"}


@dataclass(frozen=True)
class Found:
    """One hit: the card read from the database, the words from the index (HTML, escaped by the engine's door)."""

    card: Card
    title_html: str
    snippet_html: str


@dataclass(frozen=True)
class SearchPage:
    """One page of an answer. `by_title_only`: the engine is away and titles were looked through instead."""

    params: SearchParams
    hits: Sequence[Found]
    total: int
    facets: dict[str, list[FacetChoice]] = field(default_factory=dict)
    understood: Sequence[Reading] = ()
    relaxed: bool = False
    fuzzy: bool = False
    took_ms: float = 0.0
    next: int | None = None
    cursor: str | None = None
    """Where the next page goes on, also beyond the last page that has a number."""
    by_title_only: bool = False
    read_as: str | None = None
    """What the typed keys mean as letters, where only that found something."""
    did_you_mean: str | None = None


@dataclass(frozen=True)
class Suggested:
    """A suggestion: words to search (`id` is None) or a work to open."""

    text: str
    kind: str
    id: str | None = None
    type: str | None = None


def search(params: SearchParams, viewer: Viewer) -> SearchPage:
    """The page of `params` for `viewer`: one call of the engine, at most three statements.

    Where that is not found as typed, Telex and VNI keys are read as letters and asked once more. A hit that the
    database denies is dropped and logged. While the engine is away, titles are searched in SQL.
    """
    readings = understand(params.q, params.ignored)
    read_as = None
    try:
        result = search_engine().search(_request(params, viewer, readings))
        if not _as_typed(result) and (keys := from_keystrokes(params.q[:LONGEST])):
            meant = understand(keys, params.ignored)
            retried = search_engine().search(_request(replace(params, q=keys), viewer, meant))
            if _as_typed(retried) or retried.total > result.total == 0:
                read_as, result, readings = keys, retried, meant
    except (EngineUnavailable, SchemaMismatch) as error:
        log.warning("search_engine_away", error=str(error)[:200])
        return _search_titles(params, viewer, readings)
    except BadRequest:
        if params.cursor:
            raise InvalidInput({"cursor": [_("Kho không nhận ra chỗ đọc tiếp này.")]}) from None
        return SearchPage(params, [], 0, understood=readings)
    hits = _with_cards(result.hits, viewer)
    return SearchPage(
        params,
        hits,
        result.total,
        label_facets(result.facets),
        readings,
        result.relaxed,
        result.fuzzy,
        result.took_ms,
        _next_page(params, result),
        result.cursor,
        read_as=read_as,
        did_you_mean=_meant(replace(params, q=read_as or params.q), hits, viewer) if result.fuzzy else None,
    )


def _meant(params: SearchParams, hits: Sequence[Found], viewer: Viewer) -> str | None:
    """The query with its slip mended, if that finds something word for word."""
    text = corrected(params.q, _texts(hits))
    try:
        return text if text and count_as_typed(replace(params, q=text), viewer) else None
    except SearchError:
        return None


def explain(params: SearchParams, viewer: Viewer) -> Explanation:
    """The first hits by relevance with their scores taken apart; SearchError as it comes."""
    readings = understand(params.q, params.ignored)
    return search_engine().explain(_request(replace(params, sort="relevance"), viewer, readings))


def _as_typed(result: SearchResult) -> bool:
    return result.total > 0 and not result.relaxed and not result.fuzzy


def _texts(hits: Sequence[Found]) -> list[str]:
    return [Markup(html).striptags() for hit in hits for html in (hit.title_html, hit.snippet_html)]  # noqa: S704


def _request(params: SearchParams, viewer: Viewer, readings: Sequence[Reading]) -> SearchRequest:
    return SearchRequest(
        text=params.q[:MOST_TEXT],
        access=sorted(access_tokens(viewer)),
        filters={name: values for name, values in params.filters.items() if values},
        ranges=_ranges(params),
        facets=FACETS,
        boosts=boosts(readings),
        sort=Sort(params.sort),
        page=1 if params.cursor else params.page,
        size=params.size,
        cursor=params.cursor,
        relax_below=int(province_setting("search.relax_below_hits")),
    )


def _ranges(params: SearchParams) -> dict[str, tuple[int | None, int | None]]:
    since, until = (int(moment.timestamp()) if moment else None for moment in params.updated)
    found = {"school_start": params.school_starts, "updated_at": (since, until)}
    return {name: bounds for name, bounds in found.items() if bounds != (None, None)}


def _with_cards(hits: Sequence[Hit], viewer: Viewer) -> list[Found]:
    by_id = {card.resource.id: card for card in cards([hit.id for hit in hits], viewer)} if hits else {}
    denied = [hit.id for hit in hits if hit.id not in by_id]
    if denied:
        log.warning("index_denied_by_database", ids=denied)
    return [Found(by_id[hit.id], hit.title_snippet, hit.snippet) for hit in hits if hit.id in by_id]


def _next_page(params: SearchParams, result: SearchResult) -> int | None:
    """The next number; with a cursor pages go on beyond those that may be asked for by number."""
    if params.cursor:
        return params.page + 1 if result.cursor else None
    more = params.page * params.size < result.total and (params.page < params.last_page or result.cursor)
    return params.page + 1 if more else None


def ask_engine(params: SearchParams, viewer: Viewer, *, strictly: bool = False) -> SearchResult:
    """What the engine alone says, with the viewer's rights: no facets, no boosts. `strictly`: never with fewer words.

    Titles of its hits are read with the viewer's rights before they are shown. Raises SearchError.
    """
    asked = replace(_request(params, viewer, ()), facets=())
    return search_engine().search(replace(asked, relax_below=0) if strictly else asked)


def count_as_typed(params: SearchParams, viewer: Viewer) -> int:
    """How many works hold every word as it is written; asks for one hit only. Raises SearchError."""
    result = ask_engine(replace(params, page=1, cursor=None, size=1), viewer, strictly=True)
    return result.total if _as_typed(result) else 0


def newly_published(params: SearchParams, viewer: Viewer, after: datetime, until: datetime) -> list[Card]:
    """Works of others first published after one moment and up to another that answer all of `params`.

    Newest change first, MOST_NEW at most; only those the viewer may read. Two statements. Raises SearchError.
    """
    asked = _request(params, viewer, ())
    least, most = asked.ranges.get("updated_at", (None, None))
    asked = replace(
        asked, facets=(), sort=Sort.NEWEST, page=1, cursor=None, size=MOST_NEW, relax_below=0,
        ranges={**asked.ranges, "updated_at": (max(least or 0, int(after.timestamp())), most)},
    )  # fmt: skip
    result = search_engine().search(asked)
    if result.relaxed or result.fuzzy or not result.hits:
        return []
    return [
        card for card in cards([hit.id for hit in result.hits], viewer) if _is_new(card, viewer, after, until)
    ]


def _is_new(card: Card, viewer: Viewer, after: datetime, until: datetime) -> bool:
    first = card.resource.first_published_at
    return first is not None and after < first <= until and card.resource.created_by_id != viewer.id


def _search_titles(params: SearchParams, viewer: Viewer, readings: Sequence[Reading]) -> SearchPage:
    """The page while the engine is away: titles that hold the text, newest first, with the reader's filters."""
    offset = (params.page - 1) * params.size
    try:
        found = search_titles(
            viewer, params.q, params.filters, params.size + 1, offset, params.school_starts, params.updated
        )
    except OperationalError as error:  # it took too long: an honest page, not an error
        log.warning("title_search_gave_up", error=type(error.orig).__name__)
        found = []
    more = len(found) > params.size
    hits = [Found(card, "", "") for card in found[: params.size]]
    return SearchPage(
        params,
        hits,
        offset + len(found),
        uncounted_facets(params.filters),
        understood=readings,
        next=params.page + 1 if more else None,
        by_title_only=True,
    )


def similar(resource_id: str, viewer: Viewer, limit: int = 6) -> list[Card]:
    """Works with words like this one's that the viewer may read, the nearest first; empty while the engine is away.

    NotFound when the viewer may not read the work itself.
    """
    find_resource(viewer, resource_id)
    try:
        ids = search_engine().similar(resource_id, limit, sorted(access_tokens(viewer)))
    except SearchError:
        return []
    return cards(ids, viewer) if ids else []


def suggest(q: str, viewer: Viewer, limit: int = 8) -> list[Suggested]:
    """The viewer's own recent searches that begin so, curated subjects and types, titles the viewer may read.

    Before anything is typed: the recent searches alone. While the engine is away there are no titles. Two statements.
    """
    words = normalise(q[:LONGEST_SUGGESTED]).strip()
    few = RECENT_BESIDE_OTHERS if words else limit
    recent = [Suggested(text, "recent") for text in recent_texts(viewer, words, few)]
    if len(words) < 2:
        return recent
    try:
        titles = search_engine().suggest(words, limit, sorted(access_tokens(viewer)))
    except SearchError:
        titles = []
    allowed = readable_titles(viewer, [title.id for title in titles]) if titles else {}
    works = [
        Suggested(allowed[title.id][0], "resource", title.id, allowed[title.id][1])
        for title in titles
        if title.id in allowed
    ]
    said = {fold(each.text) for each in recent}
    curated = [each for each in _curated(words) if fold(each.text) not in said]
    return [*recent, *curated[: limit // 2], *works]


def _curated(words: str) -> list[Suggested]:
    """Subjects, types and themes whose label begins as typed, marked or not."""
    typed = fold(words)
    found: dict[str, Suggested] = {}
    for vocabulary, kind in _CURATED.items():
        for _code, label in vocabularies().choices(vocabulary):
            if fold(label).startswith(typed):
                found.setdefault(label, Suggested(label, kind))
    return list(found.values())
