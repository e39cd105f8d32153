"""An index for the works of one teaching week."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Few works have the same week, so the rest of the table is not read."""
    op.create_index("ix_resource_versions_week", "resource_versions", ["week"])


def downgrade() -> None:
    """The table is read as a whole again."""
    op.drop_index("ix_resource_versions_week", table_name="resource_versions")
