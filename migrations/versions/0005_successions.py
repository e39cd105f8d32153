"""Which cluster took over from which, so that old shelves stay readable after a merger or split."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """One row per pair of predecessor and successor, at any distance."""
    op.create_table(
        "successions",
        sa.Column("predecessor_id", sa.String(length=16), nullable=False),
        sa.Column("successor_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["predecessor_id"], ["clusters.id"], name="fk_successions_predecessor_id"),
        sa.ForeignKeyConstraint(["successor_id"], ["clusters.id"], name="fk_successions_successor_id"),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name="pk_successions"),
    )
    op.create_index("ix_successions_successor_id", "successions", ["successor_id"], unique=False)


def downgrade() -> None:
    """Forget them."""
    op.drop_table("successions")
