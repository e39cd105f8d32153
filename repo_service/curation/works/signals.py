"""Signs that a work has aged, read from rows: programme, files, use, near copies, the date of the next look.

A risk is [code, values]; `words.py` says it as a sentence. Signs that need more than a statement are in `texts.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, and_, column, exists, or_, select, table

from repo_service.core import clock
from repo_service.core.clock import months_later
from repo_service.files.models import StoredFile
from repo_service.near_duplicates.models import NearDuplicate
from repo_service.organizations.province_settings import province_setting
from repo_service.resources.models import Resource, ResourceVersion, VersionFile
from repo_service.usage.models import UsageEvent

Risk = list[Any]

# Lessons taught are looked up by table name: their feature stands above this one.
_teachings = table("teachings", column("resource_id"), column("taught_on", Date))

URGENCY = {
    "unreadable_file": 128, "dead_link": 96, "old_programme": 80, "old_places": 48, "overdue": 32,
    "near_duplicate": 12, "unused": 4,
}  # fmt: skip
"""Only the order of the queue: broken comes before outdated, outdated before unused. Never shown, never sent."""
MOST_DAYS = 8
"""So many days past its date add a little, one each: less than any other sign weighs."""


def facts_of_works() -> Select[*tuple[Any, ...]]:
    """Works joined to their shown versions, with everything `risks_of` wants to know; the caller narrows it."""
    since = unused_since()
    return select(
        Resource.id.label("resource_id"),
        Resource.next_review_on,
        ResourceVersion.programme,
        _has_unreadable_file().label("unreadable_file"),
        _is_near_duplicate().label("near_duplicate"),
        and_(ResourceVersion.published_at < since, ~_used_since(since)).label("unused"),
    ).join(ResourceVersion, ResourceVersion.id == Resource.current_version_id)


def risks_of(facts: Row[*tuple[Any, ...]]) -> list[Risk]:
    """The risks that a row of `facts_of_works` tells."""
    found: list[Risk] = []
    if facts.unreadable_file:
        found.append(["unreadable_file", {}])
    if facts.programme == "cu":
        found.append(["old_programme", {}])
    if facts.next_review_on and facts.next_review_on < clock.today():
        found.append(["overdue", {"since": facts.next_review_on.isoformat()}])
    if facts.near_duplicate:
        found.append(["near_duplicate", {}])
    if facts.unused:
        found.append(["unused", {"months": int(province_setting("curation.unused_months"))}])
    return found


def urgency_of(risks: Iterable[Risk]) -> int:
    """Where in the queue a work with these risks stands: higher comes first."""
    total = 0
    for code, values in risks:
        total += URGENCY.get(code, 0)
        if code == "overdue":
            total += min((clock.today() - datetime.fromisoformat(values["since"]).date()).days, MOST_DAYS)
    return total


def unused_since() -> datetime:
    """A work that nobody used since this moment counts as unused (setting `curation.unused_months`)."""
    return clock.day_begins(months_later(clock.today(), -int(province_setting("curation.unused_months"))))


def _has_unreadable_file() -> ColumnElement[bool]:
    """A file that Kho keeps back, or whose text it could not get: damaged, or locked with a password."""
    unreadable = or_(StoredFile.state == "quarantined", StoredFile.text_state == "failed")
    return exists(
        select(VersionFile.file_id)
        .join(StoredFile, StoredFile.id == VersionFile.file_id)
        .where(VersionFile.version_id == Resource.current_version_id, unreadable)
    )


def _is_near_duplicate() -> ColumnElement[bool]:
    told = NearDuplicate.told_apart_at.is_(None)
    return or_(
        exists().where(NearDuplicate.first_id == Resource.id, told),
        exists().where(NearDuplicate.second_id == Resource.id, told),
    )


def _used_since(since: datetime) -> ColumnElement[bool]:
    """Downloaded, or taught by somebody."""
    return or_(
        exists().where(UsageEvent.resource_id == Resource.id, UsageEvent.at >= since),
        exists().where(_teachings.c.resource_id == Resource.id, _teachings.c.taught_on >= since.date()),
    )
