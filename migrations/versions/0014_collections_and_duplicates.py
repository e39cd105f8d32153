"""Collections of works, some of them starter kits (R42), and pairs of works with nearly the same text (R33)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)


def upgrade() -> None:
    """New tables only."""
    op.create_table(
        "collections",
        sa.Column("id", _ID, nullable=False),
        sa.Column("owner_id", _ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(length=20), nullable=False),
        sa.Column("cluster_id", _ID, nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("kit_subject", sa.String(length=40), nullable=True),
        sa.Column("kit_grade", sa.String(length=20), nullable=True),
        sa.Column("copied_from_id", _ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_collections_owner_id"),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_collections_cluster_id"),
        sa.ForeignKeyConstraint(
            ["copied_from_id"], ["collections.id"], name="fk_collections_copied_from_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_collections"),
    )
    default = sa.text("is_default")
    op.create_index(
        "uq_collections_default",
        "collections",
        ["owner_id"],
        unique=True,
        sqlite_where=default,
        postgresql_where=default,
    )
    op.create_index("ix_collections_owner", "collections", ["owner_id", "updated_at"])
    op.create_index("ix_collections_kit", "collections", ["kit_subject", "kit_grade"])
    _create_items()
    _create_duplicates()


def _create_items() -> None:
    op.create_table(
        "collection_items",
        sa.Column("collection_id", _ID, nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
            name="fk_collection_items_collection_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_collection_items_resource_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("collection_id", "resource_id", name="pk_collection_items"),
    )
    op.create_index("ix_collection_items_resource_id", "collection_items", ["resource_id"])


def _create_duplicates() -> None:
    op.create_table(
        "near_duplicates",
        sa.Column("first_id", _ID, nullable=False),
        sa.Column("second_id", _ID, nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_apart_by_id", _ID, nullable=True),
        sa.Column("told_apart_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["first_id"], ["resources.id"], name="fk_near_duplicates_first_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["resources.id"], name="fk_near_duplicates_second_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["told_apart_by_id"], ["users.id"], name="fk_near_duplicates_told_apart_by_id"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_near_duplicates"),
    )
    op.create_index("ix_near_duplicates_second_id", "near_duplicates", ["second_id"])
    op.create_index("ix_near_duplicates_group", "near_duplicates", ["group_id", "found_at"])
    op.create_table(
        "compared_works",
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_compared_works_resource_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("resource_id", name="pk_compared_works"),
    )


def downgrade() -> None:
    """What people put together is lost; the works are not."""
    for table in ("compared_works", "near_duplicates", "collection_items", "collections"):
        op.drop_table(table)
