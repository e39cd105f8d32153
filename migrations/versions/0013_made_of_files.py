"""What was made of a file and with which readers: why there is no preview, how long it plays, its form as PDF."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLE = "stored_files"
_COLUMNS = ("pdf_size", "seconds", "preview_reason", "made_with")


def upgrade() -> None:
    """Unknown for the files of older releases: `kho derivatives remake` finds them by that."""
    op.add_column(_TABLE, sa.Column("made_with", sa.Integer(), nullable=True))
    op.add_column(_TABLE, sa.Column("preview_reason", sa.String(40), nullable=True))
    op.add_column(_TABLE, sa.Column("seconds", sa.Integer(), nullable=True))
    op.add_column(_TABLE, sa.Column("pdf_size", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """What was made stays; why and with what is forgotten. The PDFs go with their rows."""
    op.execute("DELETE FROM pictures WHERE page < 0")
    for column in _COLUMNS:
        op.drop_column(_TABLE, column)
