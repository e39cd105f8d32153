"""Requests about personal data, packages with people's own data, and accounts that are only a pseudonym."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two new tables and one column that is empty for everybody."""
    op.add_column("users", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "privacy_requests",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finish_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closing_words", sa.Text(), nullable=True),
        sa.Column("handled_by_id", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_privacy_requests_user_id"),
        sa.ForeignKeyConstraint(["handled_by_id"], ["users.id"], name="fk_privacy_requests_handled_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_requests"),
    )
    op.create_index("ix_privacy_requests_user_id", "privacy_requests", ["user_id"])
    op.create_index("ix_privacy_requests_open", "privacy_requests", ["closed_at", "finish_by"])
    op.create_table(
        "data_packages",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(16), nullable=False),
        sa.Column("key", sa.String(200), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_data_packages_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_data_packages"),
    )
    op.create_index("ix_data_packages_user_id", "data_packages", ["user_id"])


def downgrade() -> None:
    """Requests and packages are forgotten; pseudonyms stay closed accounts."""
    op.drop_table("data_packages")
    op.drop_table("privacy_requests")
    op.drop_column("users", "erased_at")
