"""Keeps the index true: changed rows become documents, a handed-over rebuild, a nightly comparison."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from repo_service.background.progress import Reporter
from repo_service.core.backends import search_engine
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow, emit
from repo_service.search.kinds import KINDS
from repo_service.search.queries import holders_of_file, published_in_clusters, published_of_schools
from repo_service.search.upkeep import (
    RESOURCES,
    apply_changes,
    every_document,
    find_drift,
    learn_from_growth,
    prepare_index,
    repair,
)

log = structlog.get_logger()


def index_resources(rows: list[OutboxRow]) -> None:
    """Bring the index up to date with the resources of these rows: one commit per batch."""
    _bring_up_to_date([row.object_id for row in rows])


def reindex_clusters(rows: list[OutboxRow]) -> None:
    """A cluster was renamed or redrawn: its works carry its old and new names (R48)."""
    _bring_up_to_date(published_in_clusters({row.object_id for row in rows}))


def reindex_schools(rows: list[OutboxRow]) -> None:
    """A school was renamed, merged or split: its works follow."""
    _bring_up_to_date(published_of_schools({row.object_id for row in rows}))


def reindex_holders_of_file(row: OutboxRow) -> None:
    """The text of a file was read: the works that show it are indexed again."""
    for resource_id in holders_of_file(row.object_id):
        emit("resource.changed", resource_id)


def _bring_up_to_date(ids: Sequence[str]) -> None:
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), RESOURCES.BATCH):
        apply_changes(RESOURCES.changes(unique[start : start + RESOURCES.BATCH]))


def rebuild(row: OutboxRow, database: Database) -> None:
    """A rebuild that an operator asked for; how far it is, is told to the page and the command that wait for it."""
    with database.session(writing=False):
        total = sum(kind.findable_count() for kind in KINDS.values())
        with Reporter(database, f"{row.topic}:{row.object_id}", total) as report:
            search_engine().rebuild(every_document(report))


def repair_index(database: Database) -> None:
    """Every minute: fill an index that went missing or was damaged while Kho runs."""
    with database.session(writing=False):
        prepare_index()


def reconcile(database: Database) -> None:
    """Nightly: fill an index that is not there, then compare both ways and repair (search.md section 9).

    One that grew by half since it was filled is filled anew: it learns from its texts how words are written.
    """
    with database.session(writing=False):
        if prepare_index(thorough=True) or learn_from_growth():
            return
        drift = find_drift()
        if drift:
            log.warning("index_drift", missing=len(drift.missing), surplus=len(drift.surplus), stale=len(drift.stale))
            repair(drift)
