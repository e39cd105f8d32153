"""Where files name private facts about people, and what the author says about it (R50)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Unknown for files read before: `kho derivatives remake` looks into them too."""
    op.add_column("file_texts", sa.Column("personal_data", sa.JSON().with_variant(JSONB(), "postgresql")))
    op.add_column("resource_versions", sa.Column("personal_data", sa.String(20), nullable=True))


def downgrade() -> None:
    """What authors said about it is lost."""
    op.drop_column("resource_versions", "personal_data")
    op.drop_column("file_texts", "personal_data")
