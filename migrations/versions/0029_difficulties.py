"""What hinders schools ("khó khăn, vướng mắc"), and the answers of communes and the department."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ID = sa.String(16)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """One table, empty."""
    op.create_table(
        "difficulties",
        sa.Column("id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("body_id", ID, nullable=False),
        sa.Column("for_department", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("filed_by_id", ID, nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.Column("passed_on_by_id", ID, nullable=True),
        sa.Column("passed_on_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_difficulties_{column}_{table}")
            for column, table in (
                ("school_id", "organizations"),
                ("body_id", "organizations"),
                ("filed_by_id", "users"),
                ("passed_on_by_id", "users"),
                ("answered_by_id", "users"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_difficulties"),
    )
    op.create_index("ix_difficulties_body", "difficulties", ["body_id", "filed_at"])
    op.create_index("ix_difficulties_school", "difficulties", ["school_id", "filed_at"])
    op.create_index("ix_difficulties_filed", "difficulties", ["filed_at"])


def downgrade() -> None:
    """What schools wrote is lost."""
    op.drop_table("difficulties")
