"""Everything that a request about a work may leave behind, to be compared before and after."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import text

from repo_service.core.db import Database

Rows = list[tuple[object, ...]]
_ROUND = "JOIN review_rounds r ON r.id = round_id WHERE r.resource_id = :id"


class Traces(NamedTuple):
    """Rows of the work, in order; and how many acts and pieces of work there are at all."""

    resource: Rows
    versions: Rows
    rounds: Rows
    places: Rows
    verdicts: Rows
    acts: int
    outbox: int


def traces(db: Database, resource_id: str) -> Traces:
    """What stands in the database now."""
    with db.session(writing=False) as session:

        def rows(statement: str) -> Rows:
            return [tuple(row) for row in session.execute(text(statement), {"id": resource_id})]

        def count(table: str) -> int:
            return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0

        return Traces(
            rows("SELECT state, current_version_id, working_version_id, revision FROM resources WHERE id = :id"),
            rows("SELECT number, state, published_at FROM resource_versions WHERE resource_id = :id ORDER BY number"),
            rows("SELECT id, state, required, due_on FROM review_rounds WHERE resource_id = :id ORDER BY number"),
            rows(f"SELECT a.id, a.state, a.note FROM review_assignments a {_ROUND} ORDER BY a.id"),
            rows(f"SELECT v.id, v.decision FROM verdicts v {_ROUND} ORDER BY v.id"),
            count("audit_entries"),
            count("outbox"),
        )
