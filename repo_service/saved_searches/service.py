"""The verbs on saved searches; the only writer of their table."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from werkzeug.datastructures import MultiDict

from indexer.vietnamese import normalise
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import AlreadyExists, InvalidInput, NotSignedIn
from repo_service.core.i18n import _
from repo_service.core.identifiers import new_id
from repo_service.core.permissions import Viewer
from repo_service.saved_searches.models import SavedSearch
from repo_service.saved_searches.naming import LONGEST_NAME, name_for
from repo_service.saved_searches.queries import find_saved
from repo_service.search.parameters import SearchParams
from repo_service.search.schemas import read_params

MOST = 50
"""Saved searches of one person."""
LONGEST_TEXT = 1000
"""Characters of the words of a saved search."""


def params_of(query: dict[str, Any]) -> SearchParams:
    """The search behind a kept query; values that the lists no longer know are left out."""
    return read_params(MultiDict(query))


def save(viewer: Viewer, params: SearchParams, name: str = "", *, follow: bool) -> tuple[SavedSearch, bool]:
    """(the saved search, whether it is new). The same search again keeps its row and may begin to be followed.

    Without a name Kho gives one. InvalidInput for a search of nothing, AlreadyExists beyond MOST.
    """
    if viewer.id is None:
        raise NotSignedIn()
    query = _query(params)
    session, key = current_session(), _key(query)
    found = session.scalar(
        select(SavedSearch).where(SavedSearch.user_id == viewer.id, SavedSearch.key == key)
    )
    if found is not None:
        if follow:
            _follow(found, True)
        return found, False
    count = session.scalar(
        select(func.count()).select_from(SavedSearch).where(SavedSearch.user_id == viewer.id)
    )
    if (count or 0) >= MOST:
        raise AlreadyExists(_("Thầy cô đã lưu %(most)s lần tìm. Bỏ bớt một lần rồi lưu tiếp nhé.", most=MOST))
    saved = SavedSearch(
        id=new_id(), user_id=viewer.id, name=_clean(name) or name_for(params), query=query, key=key,
        follows=follow, told_until=clock.now(), created_at=clock.now(),
    )  # fmt: skip
    session.add(saved)
    session.flush()
    return saved, True


def change(
    viewer: Viewer, search_id: str, *, name: str | None = None, follow: bool | None = None
) -> SavedSearch:
    """Rename one's own, follow it or stop following; None leaves a thing as it is. NotFound for anybody else's."""
    saved = find_saved(viewer, search_id)
    if name is not None:
        saved.name = _clean(name) or name_for(params_of(saved.query))
    if follow is not None:
        _follow(saved, follow)
    return saved


def remove(viewer: Viewer, search_id: str) -> None:
    """Delete one of the viewer's own; NotFound for anybody else's."""
    current_session().delete(find_saved(viewer, search_id))


def forget_person(user_id: str) -> None:
    """Delete all that a closed account kept."""
    current_session().execute(delete(SavedSearch).where(SavedSearch.user_id == user_id))


def mark_told(search_ids: list[str], until: datetime) -> None:
    """What was published up to `until` is no news for these any more."""
    if search_ids:
        known = SavedSearch.id.in_(search_ids), SavedSearch.told_until < until
        current_session().execute(update(SavedSearch).where(*known).values(told_until=until))


def mark_told_from(search_id: str, since: datetime, until: datetime) -> bool:
    """The same for one search, if it stands at `since`; False: somebody told, stopped or deleted it meanwhile."""
    standing = SavedSearch.id == search_id, SavedSearch.told_until == since, SavedSearch.follows
    moved = current_session().execute(update(SavedSearch).where(*standing).values(told_until=until))
    return bool(moved.rowcount == 1)  # type: ignore[attr-defined]


def _follow(saved: SavedSearch, follow: bool) -> None:
    if follow and not saved.follows:
        saved.told_until = clock.now()  # what came while nobody followed is no news
    saved.follows = follow


def _query(params: SearchParams) -> dict[str, Any]:
    """The parameters that make this search another than the plain page, in a fixed order."""
    words = " ".join(normalise(params.q).split())
    if not words and not params.filter_count:
        raise InvalidInput({"search": [_("Gõ vài từ hoặc chọn một bộ lọc rồi lưu nhé.")]})
    if len(words) > LONGEST_TEXT:
        raise InvalidInput(
            {"search": [_("Lần tìm này dài quá %(most)s chữ cái, rút ngắn rồi lưu nhé.", most=LONGEST_TEXT)]}
        )
    kept: dict[str, Any] = {"q": words} if words else {}
    kept |= {name: sorted(values) for name, values in sorted(params.filters.items()) if values}
    kept |= dict(sorted(params.ranges.items()))
    ignored = sorted(filter(str.isprintable, params.ignored))
    kept |= {"bo": ignored} if ignored else {}
    return kept | ({"sort": params.sort} if params.sort != "relevance" else {})


def _key(query: dict[str, Any]) -> str:
    asked = {name: value for name, value in query.items() if name != "sort"}
    return hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _clean(name: str) -> str:
    name = " ".join(normalise(name).split())
    if len(name) > LONGEST_NAME:
        raise InvalidInput({"name": [_("Tên dài quá %(most)s chữ, rút ngắn nhé.", most=LONGEST_NAME)]})
    return name
