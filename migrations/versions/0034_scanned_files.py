"""Files looked at by a virus scanner: when, what came of it, and what a found virus is called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was scanned yet; files that are held or waiting are found without reading all others."""
    op.add_column("stored_files", sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("stored_files", sa.Column("scan_result", sa.String(length=20), nullable=True))
    op.add_column("stored_files", sa.Column("threat", sa.String(length=200), nullable=True))
    held = sa.text("state <> 'ready'")
    op.create_index(
        "ix_stored_files_not_ready", "stored_files", ["state", "id"], sqlite_where=held, postgresql_where=held
    )


def downgrade() -> None:
    """Forget what was scanned."""
    op.drop_index("ix_stored_files_not_ready", "stored_files")
    op.drop_column("stored_files", "threat")
    op.drop_column("stored_files", "scan_result")
    op.drop_column("stored_files", "scanned_at")
