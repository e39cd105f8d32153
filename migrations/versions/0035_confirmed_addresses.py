"""E-mail addresses that wait to be confirmed; of those there, which ones their owners may have typed themselves.

Addresses that were there stay and get their letters. Whoever never saved the own profile has the address that the
house gave at the account's opening; the others may have typed theirs: no identity is tied by it until it is confirmed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table, and a mark on addresses of before."""
    op.create_table(
        "address_changes",
        sa.Column("user_id", sa.String(16), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_address_changes_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_address_changes"),
        sa.UniqueConstraint("token_hash", name="uq_address_changes_token_hash"),
    )
    op.add_column(
        "users", sa.Column("email_is_unproven", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    users = sa.table("users", sa.column("id"), sa.column("email"), sa.column("email_is_unproven", sa.Boolean))
    entries = sa.table("audit_entries", sa.column("action"), sa.column("actor_id"))
    saved = sa.select(entries.c.actor_id).where(
        entries.c.action == "user.changed", entries.c.actor_id.is_not(None)
    )
    typed = sa.update(users).where(users.c.email.is_not(None), users.c.id.in_(saved))
    op.execute(typed.values(email_is_unproven=True))


def downgrade() -> None:
    """Addresses count as they are."""
    op.drop_column("users", "email_is_unproven")
    op.drop_table("address_changes")
