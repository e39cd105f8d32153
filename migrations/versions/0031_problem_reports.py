"""Problems that readers report about works, and works put out of sight while somebody looks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A new table; on works, since when and why one is out of sight."""
    op.create_table(
        "problem_reports",
        sa.Column("id", _ID, nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("reporter_id", _ID, nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("answered_by_id", _ID, nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_problem_reports_resource_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reporter_id"], ["users.id"], name="fk_problem_reports_reporter_id"),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name="fk_problem_reports_answered_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_problem_reports"),
        sa.UniqueConstraint("token_hash", name="uq_problem_reports_token_hash"),
    )
    op.create_index("ix_problem_reports_resource_id", "problem_reports", ["resource_id"])
    op.create_index("ix_problem_reports_reporter_id", "problem_reports", ["reporter_id", "created_at"])
    op.create_index("ix_problem_reports_open", "problem_reports", ["answered_at", "due_on", "id"])
    op.add_column("resources", sa.Column("hidden_at", _MOMENT, nullable=True))
    op.add_column("resources", sa.Column("hidden_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    """What was reported is lost, and what was out of sight comes back into it."""
    op.drop_column("resources", "hidden_reason")
    op.drop_column("resources", "hidden_at")
    op.drop_table("problem_reports")
