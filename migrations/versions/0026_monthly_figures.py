"""Figures by month: what a page of statistics reads, and indexes by which a month is counted without reading all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, empty until the schedule counts, and indexes."""
    op.create_table(
        "monthly_figures",
        sa.Column("cluster_id", sa.String(16), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("measure", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cluster_id", "month", "measure", "subject", "type", name="pk_monthly_figures"
        ),
    )
    op.create_index("ix_monthly_figures_month", "monthly_figures", ["month"])
    op.create_table(
        "figure_months",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_figure_months"),
    )
    op.create_index("ix_resource_versions_submitted", "resource_versions", ["submitted_at"])
    op.create_index("ix_usage_events_at", "usage_events", ["at"])
    op.create_index("ix_usage_events_user", "usage_events", ["user_id", "at"])


def downgrade() -> None:
    """Figures can be counted again."""
    op.drop_index("ix_usage_events_user", "usage_events")
    op.drop_index("ix_usage_events_at", "usage_events")
    op.drop_index("ix_resource_versions_submitted", "resource_versions")
    op.drop_table("figure_months")
    op.drop_table("monthly_figures")
