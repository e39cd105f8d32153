"""Tables of files, uploads, what is made of them, resources and versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Tables of files, uploads, what is made of them, resources and versions."""
    _create_usage_events()
    _create_resources()
    _create_stored_files()
    _create_upload_sessions()
    _create_file_texts()
    _create_pictures()
    _create_resource_authors()
    _create_resource_versions()
    _create_version_files()


def downgrade() -> None:
    """Drop them again."""
    for table in (
        "version_files",
        "resource_versions",
        "resource_authors",
        "pictures",
        "file_texts",
        "upload_sessions",
        "stored_files",
        "resources",
        "usage_events",
    ):
        op.drop_table(table)


def _create_usage_events() -> None:
    op.create_table(
        "usage_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("resource_id", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=16), nullable=True),
        sa.Column("user_id", sa.String(length=16), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_usage_events"),
    )
    op.create_index("ix_usage_events_resource", "usage_events", ["resource_id", "at"], unique=False)


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


def _create_stored_files() -> None:
    op.create_table(
        "stored_files",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("owner_id", sa.String(length=16), nullable=False),
        sa.Column("cluster_id", sa.String(length=16), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("text_state", sa.String(length=20), nullable=False),
        sa.Column("text_reason", sa.String(length=40), nullable=True),
        sa.Column("preview_state", sa.String(length=20), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("has_thumbnail", sa.Boolean(), nullable=False),
        sa.Column("preview_pages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_stored_files_cluster_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_stored_files_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stored_files"),
        sa.UniqueConstraint("key", name="uq_stored_files_key"),
    )
    op.create_index("ix_stored_files_cluster_id", "stored_files", ["cluster_id"], unique=False)
    op.create_index("ix_stored_files_owner_id", "stored_files", ["owner_id"], unique=False)
    op.create_index("ix_stored_files_sha256", "stored_files", ["sha256"], unique=False)


def _create_upload_sessions() -> None:
    op.create_table(
        "upload_sessions",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("owner_id", sa.String(length=16), nullable=False),
        sa.Column("cluster_id", sa.String(length=16), nullable=True),
        sa.Column("file_id", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("part_size", sa.BigInteger(), nullable=False),
        sa.Column("multipart_id", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_upload_sessions_cluster_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_upload_sessions_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_upload_sessions"),
    )
    op.create_index("ix_upload_sessions_open", "upload_sessions", ["state", "created_at"], unique=False)


def _create_file_texts() -> None:
    op.create_table(
        "file_texts",
        sa.Column("file_id", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name="fk_file_texts_file_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", name="pk_file_texts"),
    )


def _create_pictures() -> None:
    op.create_table(
        "pictures",
        sa.Column("file_id", sa.String(length=16), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name="fk_pictures_file_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "page", name="pk_pictures"),
    )


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
