"""Tables of files, uploads, what is made of them, and downloads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Tables of files, uploads, what is made of them, and downloads."""
    _create_usage_events()
    _create_stored_files()
    _create_upload_sessions()
    _create_file_texts()
    _create_pictures()


def downgrade() -> None:
    """Drop them again."""
    for table in ("pictures", "file_texts", "upload_sessions", "stored_files", "usage_events"):
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
