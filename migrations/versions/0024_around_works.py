"""Around a published work: where it was taught, comments with a purpose, and whose work an own copy rests on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """New tables; on works, what their pages show of them."""
    _create_teachings()
    _create_comments()
    op.add_column("resources", sa.Column("comment_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("resources", sa.Column("based_on_kind", sa.String(length=20), nullable=True))
    json = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
    op.add_column("resources", sa.Column("credits", json, nullable=True))
    op.create_index("ix_resources_based_on_id", "resources", ["based_on_id"])


def _create_teachings() -> None:
    op.create_table(
        "teachings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("school_id", _ID, nullable=True),
        sa.Column("class_name", sa.String(length=40), nullable=False),
        sa.Column("taught_on", sa.Date(), nullable=False),
        sa.Column("change", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.String(length=1000), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_teachings_resource_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_teachings_user_id"),
        sa.ForeignKeyConstraint(["school_id"], ["organizations.id"], name="fk_teachings_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_teachings"),
        sa.UniqueConstraint(
            "resource_id", "user_id", "taught_on", "class_name",
            name="uq_teachings_resource_id_user_id_taught_on_class_name",
        ),
    )  # fmt: skip
    op.create_index("ix_teachings_of_work", "teachings", ["resource_id", "taught_on", "id"])
    op.create_index("ix_teachings_user_id", "teachings", ["user_id"])


def _create_comments() -> None:
    op.create_table(
        "work_comments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("parent_id", _ID, nullable=True),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=True),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("edited_at", _MOMENT, nullable=True),
        sa.Column("deleted_at", _MOMENT, nullable=True),
        sa.Column("hidden_at", _MOMENT, nullable=True),
        sa.Column("hidden_by_id", _ID, nullable=True),
        sa.Column("hidden_reason", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_work_comments_resource_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["work_comments.id"], name="fk_work_comments_parent_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_work_comments_author_id"),
        sa.ForeignKeyConstraint(["hidden_by_id"], ["users.id"], name="fk_work_comments_hidden_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_work_comments"),
    )
    op.create_index("ix_work_comments_of_work", "work_comments", ["resource_id", "parent_id", "id"])
    op.create_index("ix_work_comments_parent_id", "work_comments", ["parent_id"])
    op.create_index("ix_work_comments_author_id", "work_comments", ["author_id", "id"])


def downgrade() -> None:
    """What colleagues wrote around the works is lost; the works are not."""
    op.drop_index("ix_resources_based_on_id", "resources")
    for column in ("credits", "based_on_kind", "comment_count"):
        op.drop_column("resources", column)
    op.drop_table("work_comments")
    op.drop_table("teachings")
