"""Files held because they look like national papers: the line that tells, and whether the department let one go."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A new table; files that an older release holds get their row, without the line."""
    op.create_table(
        "held_papers",
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("line", sa.String(length=120), nullable=False),
        sa.Column("held_at", _MOMENT, nullable=False),
        sa.Column("released_at", _MOMENT, nullable=True),
        sa.Column("released_by_id", _ID, nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name="fk_held_papers_file_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["released_by_id"], ["users.id"], name="fk_held_papers_released_by_id"),
        sa.PrimaryKeyConstraint("file_id", name="pk_held_papers"),
    )
    op.create_index("ix_held_papers_waiting", "held_papers", ["released_at", "held_at"])
    op.execute(
        "INSERT INTO held_papers (file_id, line, held_at, note) "
        "SELECT id, '', created_at, '' FROM stored_files WHERE state = 'quarantined' AND reason = 'secret_paper'"
    )


def downgrade() -> None:
    """What was let go is forgotten; what is held stays held."""
    op.drop_table("held_papers")
