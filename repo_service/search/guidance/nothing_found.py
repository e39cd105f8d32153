"""Ways on for whoever found nothing: which filter to drop, words that do find something, works close by.

All of it is counted and named with the searcher's own rights: what they may not see is never hinted at. A page
that found nothing may ask the engine MOST_QUESTIONS times more; where it found something, none of this is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from indexer import SearchError, Sort
from indexer.vietnamese import fold, normalise
from repo_service.core.backends import search_engine
from repo_service.core.permissions import Viewer
from repo_service.organizations.access import access_tokens
from repo_service.search.parameters import SearchParams
from repo_service.search.queries import readable_titles
from repo_service.search.service import SearchPage, ask_engine, count_as_typed
from repo_service.search.understanding import LONGEST, understand

MOST_GROUPS = 4
MOST_STEMS = 3
TITLES_OF_STEM = 30
MOST_TERMS = 5
MOST_QUESTIONS = MOST_GROUPS + 1 + 3 + MOST_STEMS + MOST_TERMS + 1
"""Filters and all of them; works close by; beginnings of words, words alike, the query corrected."""
NEIGHBOURS = 4
STEM = 3
"""Letters of a mistyped word that are taken as right."""
LIKE = 0.7
"""How alike two words must be (difflib's ratio) for one to be offered for the other."""
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Without:
    """A search with less filters, and how much it finds. `name`: the filter left out, None for all of them."""

    name: str | None
    params: SearchParams
    total: int


@dataclass(frozen=True)
class Words:
    """Words that titles hold, and how much they find."""

    q: str
    total: int


@dataclass(frozen=True)
class Nearby:
    """The newest works of the subject and class that were meant."""

    filters: Mapping[str, tuple[str, ...]]
    total: int
    titles: Sequence[tuple[str, str]]
    """(id, title)."""


@dataclass(frozen=True)
class WaysOn:
    """What may be done next; any part may be empty."""

    without: Sequence[Without] = ()
    words: Sequence[Words] = ()
    corrected: Words | None = None
    nearby: Nearby | None = None
    subject: str | None = None
    grade: str | None = None
    """What the search was about, as far as Kho understood: for a request to colleagues."""


@dataclass
class _Seen:
    """Titles that the engine named, by id; read from the database before anybody sees them."""

    ids: list[str] = field(default_factory=list)
    nearby: list[str] = field(default_factory=list)


def ways_on(page: SearchPage, viewer: Viewer) -> WaysOn:
    """The ways on from a page without hits; one statement. While the engine is away: what was meant, no more."""
    meant = _meant(page)
    subject, grade = (next(iter(meant.get(name, ())), None) for name in ("subject", "grade"))
    about = WaysOn(subject=subject, grade=grade)
    try:
        return _ask(page.params, viewer, meant, about)
    except SearchError:
        return about


def _ask(
    params: SearchParams,
    viewer: Viewer,
    meant: Mapping[str, tuple[str, ...]],
    about: WaysOn,
) -> WaysOn:
    without = [way for way in _without(params, viewer) if way.total]
    seen = _Seen()
    nearby = _nearby(params, viewer, meant, seen)
    lost = not without and params.q.strip() != ""
    if lost:
        _look_up_stems(params.q, viewer, seen)
    known = readable_titles(viewer, seen.ids) if seen.ids else {}
    if nearby is not None:
        nearby = replace(nearby, titles=[(each, known[each][0]) for each in seen.nearby if each in known])
    spelled = _spelled(title for title, _type in known.values()) if lost else {}
    words = list(_terms(params.q, spelled, viewer)) if spelled else ()
    corrected = _corrected(params.q, spelled, viewer) if spelled else None
    if corrected and corrected.q in [each.q for each in words]:
        corrected = None  # one word was typed: it stands among the others
    return replace(about, without=without, words=words, corrected=corrected, nearby=nearby)


def _meant(page: SearchPage) -> dict[str, tuple[str, ...]]:
    """Subject and class of the search: chosen as filters, or read out of its words."""
    meant = {name: page.params.chosen(name) for name in ("subject", "grade") if page.params.chosen(name)}
    for reading in page.understood or understand(page.params.q):
        if reading.field in ("subject", "grade") and reading.field not in meant:
            meant[reading.field] = (reading.code,)
    return meant


def _without(params: SearchParams, viewer: Viewer) -> Iterator[Without]:
    """Each filter left out, then all of them, where there are several."""
    groups = [name for name, values in params.filters.items() if values][:MOST_GROUPS]
    for name in groups:
        less = replace(params, filters={key: values for key, values in params.filters.items() if key != name})
        yield Without(name, less, _count(less, viewer))
    if params.filter_count and (len(groups) != 1 or params.ranges):
        less = replace(params, filters={}, ranges={})
        yield Without(None, less, _count(less, viewer))


def _nearby(
    params: SearchParams, viewer: Viewer, meant: Mapping[str, tuple[str, ...]], seen: _Seen
) -> Nearby | None:
    """Works of subject and class together, else of the one, else of the other."""
    both = dict(meant)
    tries = [both] if len(both) < 2 else [both, {"subject": both["subject"]}, {"grade": both["grade"]}]
    for filters in tries if both else ():
        if filters == dict(params.filters) and not params.q:
            continue  # that is the search which found nothing
        found = ask_engine(SearchParams(filters=filters, sort=Sort.NEWEST, size=30), viewer)
        if found.total:
            seen.nearby = [hit.id for hit in found.hits][:NEIGHBOURS]
            seen.ids += [hit.id for hit in found.hits]
            return Nearby(filters, found.total, ())
    return None


def _look_up_stems(q: str, viewer: Viewer, seen: _Seen) -> None:
    """Titles in which a word begins like a typed one."""
    access = sorted(access_tokens(viewer))
    for word in [word for word in _typed(q) if len(word) > STEM][:MOST_STEMS]:
        seen.ids += [title.id for title in search_engine().suggest(fold(word)[:STEM], TITLES_OF_STEM, access)]


def _spelled(titles: Iterable[str]) -> dict[str, str]:
    """The words of titles by their letters without marks."""
    found: dict[str, str] = {}
    for title in titles:
        for word in _WORD.findall(normalise(title).lower()):
            found.setdefault(fold(word), word)
    return found


def _near(word: str, spelled: Mapping[str, str], most: int) -> list[str]:
    """The word itself where titles hold it, else those most alike; none for a word of two letters."""
    folded = fold(word)
    if folded in spelled or len(folded) < STEM:
        return [word] if folded in spelled else []
    return [spelled[near] for near in get_close_matches(folded, spelled, n=most, cutoff=LIKE)]


def _terms(q: str, spelled: Mapping[str, str], viewer: Viewer) -> Iterator[Words]:
    """Words of titles that are alike the longest typed ones, with what they find."""
    typed = sorted(dict.fromkeys(_typed(q)), key=len, reverse=True)
    near = [other for word in typed[:MOST_TERMS] for other in _near(word, spelled, 2)]
    for word in list(dict.fromkeys(near))[:MOST_TERMS]:
        total = count_as_typed(SearchParams(word), viewer)
        if total:
            yield Words(word, total)


def _corrected(q: str, spelled: Mapping[str, str], viewer: Viewer) -> Words | None:
    """The query with each unknown word as the most alike one of the titles, if that finds something."""
    plain = normalise(q[:LONGEST]).strip()
    better = _WORD.sub(lambda typed: next(iter(_near(typed[0], spelled, 1)), typed[0]), plain)
    total = count_as_typed(SearchParams(better), viewer) if better != plain else 0
    return Words(better, total) if total else None


def _typed(q: str) -> list[str]:
    return _WORD.findall(normalise(q[:LONGEST]))


def _count(params: SearchParams, viewer: Viewer) -> int:
    """What the page of `params` would say it found."""
    return ask_engine(replace(params, page=1, cursor=None, size=1), viewer).total
