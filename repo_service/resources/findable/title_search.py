"""Titles searched in the database while the search engine is away: no ranking, but the same filters and rights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_

from indexer.vietnamese import analyse, folded_tokens
from repo_service.core.db import current_session, json_list_holds, time_limit
from repo_service.core.permissions import Viewer, listed
from repo_service.curriculum.queries import vocabularies
from repo_service.resources import policy
from repo_service.resources.based_on.kinds import INCLUSION
from repo_service.resources.models import Resource, ResourceVersion
from repo_service.resources.queries import Card, cards_statement, with_files

SECONDS = 3.0
"""The search reads every title of the province; nobody waits longer for it, and the database neither."""
MOST_SYLLABLES = 8
Filters = Mapping[str, Sequence[str]]


def search_titles(
    viewer: Viewer,
    q: str,
    filters: Filters,
    limit: int,
    offset: int = 0,
    school_starts: tuple[int | None, int | None] = (None, None),
    updated: tuple[datetime | None, datetime | None] = (None, None),
) -> list[Card]:
    """Published works whose title holds every syllable typed, marked or not, newest first. Ranges as in the index.

    OperationalError after SECONDS; the transaction can be used on.
    """
    statement = cards_statement().where(
        listed(viewer, policy.READ.action),
        Resource.current_version_id.is_not(None),
        *map(_in_title, dict.fromkeys(folded_tokens(analyse(q[:300]))[:MOST_SYLLABLES])),
        *(or_(*map(_FILTERS[name], values)) for name, values in filters.items() if values),
        *_between(Resource.school_year, *(f"{year}-{year + 1}" if year else None for year in school_starts)),
        *_between(Resource.updated_at, *updated),
    )
    if not filters.get("state"):
        statement = statement.where(Resource.state == "active")
    newest = statement.order_by(Resource.first_published_at.desc(), Resource.id).limit(limit).offset(offset)
    with time_limit(SECONDS):
        return with_files(current_session().execute(newest).all())


def _between(column: Any, low: object, high: object) -> list[ColumnElement[bool]]:
    bounds = [column >= low if low else None, column <= high if high else None]
    return [bound for bound in bounds if bound is not None]


def _in_title(syllable: str) -> ColumnElement[bool]:
    """ "li" stands for "ly" too, as in the index (domain.md C1.3)."""
    spellings = (
        {syllable, syllable[:-1] + "y"} if syllable.endswith("i") and len(syllable) < 4 else {syllable}
    )
    return or_(*(Resource.title_folded.contains(spelling, autoescape=True) for spelling in sorted(spellings)))


def _subject(code: str) -> ColumnElement[bool]:
    """A subject, or one of its parts (B2: the parent finds them)."""
    parts = [
        part
        for part, term in vocabularies().terms("subjects").items()
        if any(code in parents for parents in term.values.get("parents", {}).values())
    ]
    return or_(*(json_list_holds(ResourceVersion.subjects, one) for one in (code, *parts)))


_FEATURES: dict[str, Callable[[], ColumnElement[bool]]] = {
    "san-pham-nam": lambda: Resource.annual_product_year.is_not(None),
    "da-day": lambda: Resource.schools_taught > 0,
    "hoa-nhap": lambda: or_(
        json_list_holds(ResourceVersion.themes, "hoa-nhap"), Resource.based_on_kind == INCLUSION
    ),
    "nhan-rong": lambda: Resource.spread_reason.is_not(None),
}
_FILTERS: dict[str, Callable[[str], Any]] = {
    "type": lambda code: ResourceVersion.type == code,
    "level": lambda code: json_list_holds(ResourceVersion.levels, code),
    "grade": lambda code: json_list_holds(ResourceVersion.grades, code),
    "subject": _subject,
    "textbook": lambda code: json_list_holds(ResourceVersion.textbook_sets, code),
    "cluster": lambda code: Resource.cluster_id == code,
    "school_year": lambda code: Resource.school_year == code,
    "feature": lambda code: _FEATURES[code](),
    "state": lambda code: Resource.state == code,
}
