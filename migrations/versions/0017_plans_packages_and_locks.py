"""Plans of a school year, works bundled in topic packages, what was read before a lock, and addenda (R1, I9)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Products that are locked stay as they are: nothing was read before them, and nothing has to be."""
    op.add_column(
        "resource_versions", sa.Column("members", _JSON, nullable=False, server_default=sa.text("'[]'"))
    )
    is_package = sa.text("type = 'goi-chu-de'")
    op.create_index(
        "ix_resource_versions_packages",
        "resource_versions",
        ["resource_id"],
        sqlite_where=is_package,
        postgresql_where=is_package,
    )
    unread = sa.text("''")
    op.add_column(
        "annual_products", sa.Column("check_state", sa.String(12), nullable=False, server_default=unread)
    )
    op.add_column("annual_products", sa.Column("check_covers", sa.String(64), nullable=True))
    op.add_column("annual_products", sa.Column("check_asked_at", _MOMENT, nullable=True))
    op.add_column("annual_products", sa.Column("check_finished_at", _MOMENT, nullable=True))
    nothing = sa.text("'[]'")
    op.add_column(
        "annual_products", sa.Column("check_findings", _JSON, nullable=False, server_default=nothing)
    )
    _create_addenda()
    _create_plans()


def _create_addenda() -> None:
    op.create_table(
        "annual_product_addenda",
        sa.Column("id", _ID, nullable=False),
        sa.Column("product_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("manifest", _JSON, nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by_id", _ID, nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["annual_products.id"], name="fk_annual_product_addenda_product_id"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["resource_versions.id"], name="fk_annual_product_addenda_version_id"
        ),
        sa.ForeignKeyConstraint(["added_by_id"], ["users.id"], name="fk_annual_product_addenda_added_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_annual_product_addenda"),
        sa.UniqueConstraint("product_id", "number", name="uq_annual_product_addenda_product_id_number"),
    )


def _create_plans() -> None:
    op.create_table(
        "annual_plans",
        sa.Column("id", _ID, nullable=False),
        sa.Column("cluster_id", _ID, nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("milestones", _JSON, nullable=False),
        sa.Column("resource_id", _ID, nullable=True),
        sa.Column("made_by_id", _ID, nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_annual_plans_cluster_id"),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_annual_plans_resource_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name="fk_annual_plans_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_annual_plans"),
        sa.UniqueConstraint("cluster_id", "school_year", name="uq_annual_plans_cluster_id_school_year"),
    )
    op.create_index("ix_annual_plans_resource_id", "annual_plans", ["resource_id"])
    op.create_table(
        "annual_plan_people",
        sa.Column("plan_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["annual_plans.id"], name="fk_annual_plan_people_plan_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_annual_plan_people_user_id"),
        sa.PrimaryKeyConstraint("plan_id", "user_id", name="pk_annual_plan_people"),
    )
    op.create_index("ix_annual_plan_people_user_id", "annual_plan_people", ["user_id"])


def downgrade() -> None:
    """Plans and addenda are lost, and which works a package holds."""
    for table in ("annual_plan_people", "annual_plans", "annual_product_addenda"):
        op.drop_table(table)
    for column in ("state", "covers", "asked_at", "finished_at", "findings"):
        op.drop_column("annual_products", f"check_{column}")
    op.drop_index("ix_resource_versions_packages", "resource_versions")
    op.drop_column("resource_versions", "members")
