"""Works of a cluster past their review date are counted for the board without reading the shelf."""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only an index."""
    op.create_index("ix_resources_due", "resources", ["cluster_id", "next_review_on"])


def downgrade() -> None:
    """Slower again."""
    op.drop_index("ix_resources_due", "resources")
