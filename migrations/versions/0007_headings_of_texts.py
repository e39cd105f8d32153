"""Which lines of a text stand out, so that a quick reading looks like the document."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty for files read before: they are shown as plain lines."""
    op.add_column("file_texts", sa.Column("headings", sa.JSON().with_variant(JSONB(), "postgresql")))


def downgrade() -> None:
    """Plain lines everywhere."""
    op.drop_column("file_texts", "headings")
