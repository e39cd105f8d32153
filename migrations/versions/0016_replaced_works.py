"""Works found by the titles of those they replaced: who replaces whom is looked up with every indexing."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only an index."""
    op.create_index("ix_resources_successor_id", "resources", ["successor_id"])


def downgrade() -> None:
    """Slower again."""
    op.drop_index("ix_resources_successor_id", "resources")
