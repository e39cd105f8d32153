"""Who holds a piece of background work, and how far a long one has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column for the holder of a lease, a table for progress, an index for the operator's list."""
    op.add_column("outbox", sa.Column("holder", sa.String(length=60), nullable=True))
    op.create_index(
        "ix_outbox_dead",
        "outbox",
        ["id"],
        sqlite_where=sa.text("dead_at IS NOT NULL"),
        postgresql_where=sa.text("dead_at IS NOT NULL"),
    )
    op.create_table(
        "progress",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_progress"),
    )


def downgrade() -> None:
    """Work at hand is then free when its time comes; progress is told by nobody."""
    op.drop_table("progress")
    op.drop_index("ix_outbox_dead", "outbox")
    op.drop_column("outbox", "holder")
