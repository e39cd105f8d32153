"""Indexes for lists of works, newest first, of a cluster and of the province."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lists are read in the order of publication, so the index holds that moment."""
    op.drop_index("ix_resources_shelf", table_name="resources")
    op.create_index("ix_resources_shelf", "resources", ["cluster_id", "state", "first_published_at"])
    op.create_index("ix_resources_newest", "resources", ["first_published_at"])


def downgrade() -> None:
    """The order of the last change again."""
    op.drop_index("ix_resources_newest", table_name="resources")
    op.drop_index("ix_resources_shelf", table_name="resources")
    op.create_index("ix_resources_shelf", "resources", ["cluster_id", "state", "updated_at"])
