"""Whether the links of works still answered when Kho last asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table only."""
    op.create_table(
        "link_checks",
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("url_sha256", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=40), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_link_checks_resource_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", "url_sha256", name="pk_link_checks"),
    )
    op.create_index("ix_link_checks_checked_at", "link_checks", ["checked_at"])


def downgrade() -> None:
    """Kho asks anew."""
    op.drop_table("link_checks")
