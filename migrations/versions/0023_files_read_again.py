"""Files and pictures are read again in turn: when each was, and what was found; pictures get a SHA-256 too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLES = ("stored_files", "pictures")


def upgrade() -> None:
    """Nothing was read again yet: the oldest come first."""
    op.add_column("pictures", sa.Column("sha256", sa.String(length=64), nullable=True))
    for table in _TABLES:
        op.add_column(table, sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("check_result", sa.String(length=20), nullable=True))
        op.create_index(f"ix_{table}_checked_at", table, ["checked_at"])
        unsound = sa.text("check_result <> 'sound'")
        op.create_index(
            f"ix_{table}_unsound", table, ["key"], sqlite_where=unsound, postgresql_where=unsound
        )


def downgrade() -> None:
    """Forget what was found."""
    for table in _TABLES:
        op.drop_index(f"ix_{table}_unsound", table)
        op.drop_index(f"ix_{table}_checked_at", table)
        op.drop_column(table, "check_result")
        op.drop_column(table, "checked_at")
    op.drop_column("pictures", "sha256")
