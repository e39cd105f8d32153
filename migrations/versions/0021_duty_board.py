"""The board of duties: gentle nudges, and indexes by which a province's review rounds are counted at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table, two indexes."""
    op.create_table(
        "duty_nudges",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("cluster_id", sa.String(16), nullable=False),
        sa.Column("school_year", sa.String(9), nullable=False),
        sa.Column("duty", sa.String(20), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("sent_by_id", sa.String(16), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_duty_nudges_cluster_id_clusters"),
        sa.ForeignKeyConstraint(["sent_by_id"], ["users.id"], name="fk_duty_nudges_sent_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_duty_nudges"),
    )
    op.create_index("ix_duty_nudges_cell", "duty_nudges", ["cluster_id", "school_year", "duty", "sent_at"])
    op.create_index("ix_review_rounds_due", "review_rounds", ["cluster_id", "due_on"])
    embargoed = sa.text("embargo_until IS NOT NULL")
    op.create_index(
        "ix_resource_versions_embargo",
        "resource_versions",
        ["embargo_until"],
        sqlite_where=embargoed,
        postgresql_where=embargoed,
    )


def downgrade() -> None:
    """The nudges are lost."""
    op.drop_index("ix_resource_versions_embargo", "resource_versions")
    op.drop_index("ix_review_rounds_due", "review_rounds")
    op.drop_table("duty_nudges")
