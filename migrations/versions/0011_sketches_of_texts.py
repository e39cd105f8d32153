"""A small sketch of each text, by which nearly equal works are pointed out (R33)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for files read before: only later ones are compared."""
    op.add_column("file_texts", sa.Column("sketch", sa.JSON().with_variant(JSONB(), "postgresql")))


def downgrade() -> None:
    """No comparing."""
    op.drop_column("file_texts", "sketch")
