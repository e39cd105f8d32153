"""Tables of peer review, annual products and notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Tables of peer review, annual products and notices."""
    _create_notifications()
    _create_annual_products()
    _create_review_rounds()
    _create_review_assignments()
    _create_review_comments()
    _create_verdicts()


def downgrade() -> None:
    """Drop them again."""
    for table in (
        "verdicts",
        "review_comments",
        "review_assignments",
        "review_rounds",
        "annual_products",
        "notifications",
    ):
        op.drop_table(table)


def _create_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_notifications_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
        sa.UniqueConstraint("origin", name="uq_notifications_origin"),
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["user_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("ix_notifications_user", "notifications", ["user_id", "id"], unique=False)


def _create_annual_products() -> None:
    op.create_table(
        "annual_products",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("cluster_id", sa.String(length=16), nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("local_fit", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("carry_over_note", sa.Text(), nullable=False),
        sa.Column("manifest", JSON, nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=True),
        sa.Column("chosen_by_id", sa.String(length=16), nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("published_by_id", sa.String(length=16), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["chosen_by_id"], ["users.id"], name="fk_annual_products_chosen_by_id"),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_annual_products_cluster_id"),
        sa.ForeignKeyConstraint(["published_by_id"], ["users.id"], name="fk_annual_products_published_by_id"),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name="fk_annual_products_resource_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["resource_versions.id"], name="fk_annual_products_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_annual_products"),
    )
    op.create_index("ix_annual_products_resource_id", "annual_products", ["resource_id"], unique=False)
    op.create_index(
        "uq_annual_products_cluster_year",
        "annual_products",
        ["cluster_id", "school_year"],
        unique=True,
        sqlite_where=sa.text("state != 'withdrawn'"),
        postgresql_where=sa.text("state != 'withdrawn'"),
    )


def _create_review_rounds() -> None:
    op.create_table(
        "review_rounds",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("cluster_id", sa.String(length=16), nullable=True),
        sa.Column("school_id", sa.String(length=16), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_further", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_review_rounds_cluster_id"),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_review_rounds_resource_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["organizations.id"], name="fk_review_rounds_school_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["resource_versions.id"], name="fk_review_rounds_version_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_rounds"),
    )
    op.create_index("ix_review_rounds_open", "review_rounds", ["state", "cluster_id", "id"], unique=False)
    op.create_index("ix_review_rounds_resource", "review_rounds", ["resource_id"], unique=False)
    op.create_index(
        "uq_review_rounds_open",
        "review_rounds",
        ["resource_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _create_review_assignments() -> None:
    op.create_table(
        "review_assignments",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("reviewer_id", sa.String(length=16), nullable=False),
        sa.Column("assigned_by_id", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["users.id"], name="fk_review_assignments_assigned_by_id"
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name="fk_review_assignments_reviewer_id"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_rounds.id"], name="fk_review_assignments_round_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_assignments"),
        sa.UniqueConstraint("round_id", "reviewer_id", name="uq_review_assignments_round_id_reviewer_id"),
    )
    op.create_index(
        "ix_review_assignments_reviewer", "review_assignments", ["reviewer_id", "state"], unique=False
    )


def _create_review_comments() -> None:
    op.create_table(
        "review_comments",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.String(length=16), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_review_comments_author_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["review_comments.id"], name="fk_review_comments_parent_id"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_rounds.id"], name="fk_review_comments_round_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_review_comments"),
    )
    op.create_index("ix_review_comments_round", "review_comments", ["round_id", "created_at"], unique=False)


def _create_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("round_id", sa.String(length=16), nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("reviewer_id", sa.String(length=16), nullable=False),
        sa.Column("school_id", sa.String(length=16), nullable=True),
        sa.Column("from_other_school", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("checklist", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["reviewer_id"], ["users.id"], name="fk_verdicts_reviewer_id"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["review_rounds.id"], name="fk_verdicts_round_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["organizations.id"], name="fk_verdicts_school_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["resource_versions.id"], name="fk_verdicts_version_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sa.UniqueConstraint("round_id", "reviewer_id", name="uq_verdicts_round_id_reviewer_id"),
    )
    op.create_index("ix_verdicts_version", "verdicts", ["version_id", "decision"], unique=False)
