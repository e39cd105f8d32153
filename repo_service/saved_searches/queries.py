"""Reading one's own saved searches, and those that may have something new to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from repo_service.accounts.models import User
from repo_service.core import clock
from repo_service.core.db import current_session
from repo_service.core.errors import NotFound
from repo_service.core.permissions import Viewer, authorize, listed
from repo_service.resources.models import Resource
from repo_service.saved_searches import policy
from repo_service.saved_searches.models import SavedSearch


def saved_searches(viewer: Viewer) -> Sequence[SavedSearch]:
    """All of the viewer's, the newest first (service.MOST at most); one statement."""
    statement = select(SavedSearch).where(listed(viewer, policy.OWN.action))
    return current_session().scalars(statement.order_by(SavedSearch.id.desc())).all()


def find_saved(viewer: Viewer, search_id: str) -> SavedSearch:
    """One of the viewer's; NotFound for any other."""
    found = current_session().get(SavedSearch, search_id)
    if found is None:
        raise NotFound()
    authorize(viewer, policy.OWN.action, found)
    return found


@dataclass(frozen=True)
class Followed:
    """A followed search as the background job takes it."""

    id: str
    user_id: str
    name: str
    query: dict[str, Any]
    told_until: datetime


def newest_publication(until: datetime) -> datetime | None:
    """When the newest work was first published, up to a moment."""
    statement = select(func.max(Resource.first_published_at)).where(Resource.first_published_at <= until)
    return current_session().scalar(statement)


PAUSE = timedelta(minutes=55)
"""Between two messages about one search."""


def followed_before(moment: datetime, limit: int) -> list[Followed]:
    """Followed searches of open accounts whose people know of nothing published at `moment` or later."""
    statement = (
        select(
            SavedSearch.id, SavedSearch.user_id, SavedSearch.name, SavedSearch.query, SavedSearch.told_until
        )
        .join(User, User.id == SavedSearch.user_id)
        .where(SavedSearch.follows, SavedSearch.told_until < min(moment, clock.now() - PAUSE), User.is_active)
        .order_by(SavedSearch.told_until, SavedSearch.id)
    )
    return [Followed(*row) for row in current_session().execute(statement.limit(limit))]
