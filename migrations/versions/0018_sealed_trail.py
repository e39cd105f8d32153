"""The audit trail is sealed into a hash chain: each row gets its place in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Rows that are there stay unsealed; the schedule seals them in the order of their ids."""
    op.add_column("audit_entries", sa.Column("position", sa.BigInteger(), nullable=True))
    op.create_index("ix_audit_entries_position", "audit_entries", ["position"], unique=True)
    op.create_index(
        "ix_audit_entries_unsealed",
        "audit_entries",
        ["id"],
        sqlite_where=sa.text("seal IS NULL"),
        postgresql_where=sa.text("seal IS NULL"),
    )


def downgrade() -> None:
    """The chain is given up."""
    op.drop_index("ix_audit_entries_unsealed", "audit_entries")
    op.drop_index("ix_audit_entries_position", "audit_entries")
    op.drop_column("audit_entries", "position")
