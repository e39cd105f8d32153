"""Since when an object lies in the second store as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = ("stored_files", "pictures")


def upgrade() -> None:
    """A moment for each object, and an index of those that have none: what is still to be copied."""
    for table in _TABLES:
        op.add_column(table, sa.Column("replicated_at", sa.DateTime(timezone=True), nullable=True))
        op.create_index(
            f"ix_{table}_not_replicated",
            table,
            ["key"],
            sqlite_where=sa.text("replicated_at IS NULL"),
            postgresql_where=sa.text("replicated_at IS NULL"),
        )


def downgrade() -> None:
    """The second store keeps its objects; nobody knows which."""
    for table in _TABLES:
        op.drop_index(f"ix_{table}_not_replicated", table)
        op.drop_column(table, "replicated_at")
