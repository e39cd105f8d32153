"""Tables of resources, their authors and versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Tables of resources, their authors and versions."""
    _create_resources()
    _create_resource_authors()
    _create_resource_versions()
    _create_version_files()


def downgrade() -> None:
    """Drop them again."""
    for table in ("version_files", "resource_versions", "resource_authors", "resources"):
        op.drop_table(table)


def _first_columns_of_resources() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("title_folded", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("cluster_id", sa.String(length=16), nullable=True),
        sa.Column("school_id", sa.String(length=16), nullable=True),
        sa.Column("created_by_id", sa.String(length=16), nullable=False),
        sa.Column("current_version_id", sa.String(length=16), nullable=True),
        sa.Column("working_version_id", sa.String(length=16), nullable=True),
        sa.Column("school_year", sa.String(length=9), nullable=True),
        sa.Column("first_published_at", MOMENT, nullable=True),
    )


def _create_resources() -> None:
    op.create_table(
        "resources",
        *_first_columns_of_resources(),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("based_on_id", sa.String(length=16), nullable=True),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("state_changed_at", MOMENT, nullable=True),
        sa.Column("successor_id", sa.String(length=16), nullable=True),
        sa.Column("annual_product_year", sa.String(length=9), nullable=True),
        sa.Column("spread_reason", sa.Text(), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.Column("review_count", sa.Integer(), nullable=False),
        sa.Column("schools_taught", sa.Integer(), nullable=False),
        sa.Column("download_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("cluster_id IS NOT NULL OR school_id IS NOT NULL", name="ck_resources_owner"),
        sa.ForeignKeyConstraint(["based_on_id"], ["resources.id"], name="fk_resources_based_on_id"),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_resources_cluster_id"),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_resources_created_by_id"),
        sa.ForeignKeyConstraint(["school_id"], ["organizations.id"], name="fk_resources_school_id"),
        sa.ForeignKeyConstraint(["successor_id"], ["resources.id"], name="fk_resources_successor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resources"),
    )
    op.create_index("ix_resources_created_by_id", "resources", ["created_by_id"], unique=False)
    op.create_index("ix_resources_school_id", "resources", ["school_id"], unique=False)
    op.create_index("ix_resources_shelf", "resources", ["cluster_id", "state", "updated_at"], unique=False)
    op.create_index("ix_resources_title_folded", "resources", ["title_folded"], unique=False)


def _create_resource_authors() -> None:
    op.create_table(
        "resource_authors",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("school", sa.String(length=160), nullable=True),
        sa.Column("school_id", sa.String(length=16), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_resource_authors_resource_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_resource_authors_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_resource_authors"),
        sa.UniqueConstraint("resource_id", "user_id", name="uq_resource_authors_resource_id_user_id"),
    )
    op.create_index("ix_resource_authors_resource_id", "resource_authors", ["resource_id"], unique=False)
    op.create_index("ix_resource_authors_user", "resource_authors", ["user_id"], unique=False)


def _first_columns_of_resource_versions() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("minor", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=True),
        sa.Column("subtype", sa.String(length=40), nullable=True),
        sa.Column("levels", JSON, nullable=False),
        sa.Column("grades", JSON, nullable=False),
        sa.Column("subjects", JSON, nullable=False),
        sa.Column("textbook_sets", JSON, nullable=False),
        sa.Column("themes", JSON, nullable=False),
        sa.Column("purposes", JSON, nullable=False),
        sa.Column("audiences", JSON, nullable=False),
        sa.Column("keywords", JSON, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("programme", sa.String(length=20), nullable=False),
    )


def _create_resource_versions() -> None:
    op.create_table(
        "resource_versions",
        *_first_columns_of_resource_versions(),
        sa.Column("term", sa.String(length=10), nullable=True),
        sa.Column("week", sa.Integer(), nullable=True),
        sa.Column("is_study_topic", sa.Boolean(), nullable=False),
        sa.Column("licence", sa.String(length=30), nullable=False),
        sa.Column("licence_name", sa.String(length=80), nullable=True),
        sa.Column("rights", sa.String(length=20), nullable=False),
        sa.Column("ai_use", sa.String(length=20), nullable=False),
        sa.Column("ai_tool", sa.String(length=120), nullable=True),
        sa.Column("ai_checked_by", sa.String(length=120), nullable=True),
        sa.Column("links", JSON, nullable=False),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("differences", JSON, nullable=False),
        sa.Column("wait_to_publish", sa.Boolean(), nullable=False),
        sa.Column("embargo_until", MOMENT, nullable=True),
        sa.Column("created_by_id", sa.String(length=16), nullable=False),
        sa.Column("last_editor_id", sa.String(length=16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["users.id"], name="fk_resource_versions_created_by_id"),
        sa.ForeignKeyConstraint(["last_editor_id"], ["users.id"], name="fk_resource_versions_last_editor_id"),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_resource_versions_resource_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_resource_versions"),
        sa.UniqueConstraint(
            "resource_id", "number", "minor", name="uq_resource_versions_resource_id_number_minor"
        ),
    )
    op.create_index("ix_resource_versions_state", "resource_versions", ["state"], unique=False)


def _create_version_files() -> None:
    op.create_table(
        "version_files",
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("file_id", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name="fk_version_files_file_id"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["resource_versions.id"], name="fk_version_files_version_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "file_id", name="pk_version_files"),
    )
    op.create_index("ix_version_files_file_id", "version_files", ["file_id"], unique=False)
