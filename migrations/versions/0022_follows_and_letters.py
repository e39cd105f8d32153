"""What people follow, what they want by mail, letters on their way, mailboxes that do not exist."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add four tables and one column; existing rows stay as they are."""
    op.create_table(
        "follows",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("target", sa.String(60), nullable=False),
        sa.Column("grade", sa.String(20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_follows_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_follows"),
        sa.UniqueConstraint(
            "user_id", "kind", "target", "grade", name="uq_follows_user_id_kind_target_grade"
        ),
    )
    op.create_index("ix_follows_target", "follows", ["kind", "target", "user_id"])
    _letters()
    op.create_table(
        "dead_mailboxes",
        sa.Column("user_id", sa.String(16), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_dead_mailboxes_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_dead_mailboxes"),
    )
    op.add_column("notifications", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))


def _letters() -> None:
    op.create_table(
        "mail_choices",
        sa.Column("user_id", sa.String(16), nullable=False),
        sa.Column("group", sa.String(20), nullable=False),
        sa.Column("frequency", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_mail_choices_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "group", name="pk_mail_choices"),
    )
    op.create_table(
        "outgoing_letters",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("notices", JSON, nullable=False),
        sa.Column("asked_by_id", sa.String(16), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.String(60), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_outgoing_letters_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_letters"),
    )
    waiting = sa.text("state = 'cho'")
    op.create_index(
        "ix_outgoing_letters_due",
        "outgoing_letters",
        ["due_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_outgoing_letters_user", "outgoing_letters", ["user_id", "created_at"])


def downgrade() -> None:
    """Forget what was followed and chosen, and letters not sent yet."""
    op.drop_column("notifications", "mailed_at")
    op.drop_table("dead_mailboxes")
    op.drop_table("outgoing_letters")
    op.drop_table("mail_choices")
    op.drop_table("follows")
