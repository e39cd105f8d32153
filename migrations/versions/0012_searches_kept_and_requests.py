"""What people searched for, searches they keep and follow, requests to the colleagues of a cluster."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.String(length=16)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Four tables, empty."""
    _create_recent_queries()
    _create_saved_searches()
    _create_colleague_requests()
    _create_colleague_answers()


def downgrade() -> None:
    """Nothing is remembered, followed or asked."""
    for table in ("colleague_answers", "colleague_requests", "saved_searches", "recent_queries"):
        op.drop_table(table)


def _create_recent_queries() -> None:
    op.create_table(
        "recent_queries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_recent_queries_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recent_queries"),
    )
    op.create_index("ix_recent_queries_user", "recent_queries", ["user_id", "id"])


def _create_saved_searches() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", JSON, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("told_until", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_saved_searches_user_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_saved_searches"),
        sa.UniqueConstraint("user_id", "key", name="uq_saved_searches_user_id_key"),
    )
    followed = sa.text("follows")
    op.create_index(
        "ix_saved_searches_followed",
        "saved_searches",
        ["told_until"],
        sqlite_where=followed,
        postgresql_where=followed,
    )


def _create_colleague_requests() -> None:
    op.create_table(
        "colleague_requests",
        sa.Column("id", ID, nullable=False),
        sa.Column("cluster_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_colleague_requests_cluster_id"),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name="fk_colleague_requests_asked_by_id"),
        sa.ForeignKeyConstraint(["closed_by_id"], ["users.id"], name="fk_colleague_requests_closed_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_colleague_requests"),
    )
    op.create_index("ix_colleague_requests_cluster", "colleague_requests", ["cluster_id", "id"])
    op.create_index("ix_colleague_requests_asker", "colleague_requests", ["asked_by_id", "id"])


def _create_colleague_answers() -> None:
    op.create_table(
        "colleague_answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("request_id", ID, nullable=False),
        sa.Column("resource_id", ID, nullable=False),
        sa.Column("answered_by_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["colleague_requests.id"],
            name="fk_colleague_answers_request_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name="fk_colleague_answers_resource_id"),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name="fk_colleague_answers_answered_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_colleague_answers"),
        sa.UniqueConstraint("request_id", "resource_id", name="uq_colleague_answers_request_id_resource_id"),
    )
