"""Tables of the controlled lists, organisations, clusters and memberships."""

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
    """Tables of the controlled lists, organisations, clusters and memberships."""
    _create_installation()
    _create_organizations()
    _create_terms()
    _create_clusters()
    _create_province_settings()
    _create_cluster_scopes()
    _create_memberships()
    _create_successions()


def downgrade() -> None:
    """Drop them again."""
    for table in (
        "successions",
        "memberships",
        "cluster_scopes",
        "province_settings",
        "clusters",
        "terms",
        "organizations",
        "installation",
    ):
        op.drop_table(table)


def _create_installation() -> None:
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("province_code", sa.String(length=10), nullable=False),
        sa.Column("province_name", sa.String(length=120), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )


def _create_organizations() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("institution_type", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_sort", sa.String(length=240), nullable=False),
        sa.Column("old_names", JSON, nullable=False),
        sa.Column("levels", JSON, nullable=False),
        sa.Column("commune_id", sa.String(length=16), nullable=True),
        sa.Column("managing_body_id", sa.String(length=16), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("successor_ids", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["organizations.id"], name="fk_organizations_commune_id"),
        sa.ForeignKeyConstraint(
            ["managing_body_id"], ["organizations.id"], name="fk_organizations_managing_body_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
        sa.UniqueConstraint("code", name="uq_organizations_code"),
    )
    op.create_index("ix_organizations_commune_id", "organizations", ["commune_id"], unique=False)
    op.create_index("ix_organizations_managing_body_id", "organizations", ["managing_body_id"], unique=False)
    op.create_index("ix_organizations_name_sort", "organizations", ["name_sort"], unique=False)


def _create_terms() -> None:
    op.create_table(
        "terms",
        sa.Column("vocabulary", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("short_label", sa.String(length=60), nullable=True),
        sa.Column("aliases", JSON, nullable=False),
        sa.Column("parent", sa.String(length=60), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("grades", JSON, nullable=False),
        sa.Column("levels", JSON, nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("active_from", sa.String(length=10), nullable=True),
        sa.Column("active_to", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("vocabulary", "code", name="pk_terms"),
    )


def _create_clusters() -> None:
    op.create_table(
        "clusters",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_sort", sa.String(length=240), nullable=False),
        sa.Column("old_names", JSON, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=True),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("direct_manager_id", sa.String(length=16), nullable=True),
        sa.Column("host_id", sa.String(length=16), nullable=True),
        sa.Column("successor_ids", JSON, nullable=False),
        sa.Column("from_year", sa.String(length=9), nullable=False),
        sa.Column("to_year", sa.String(length=9), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["direct_manager_id"], ["organizations.id"], name="fk_clusters_direct_manager_id"
        ),
        sa.ForeignKeyConstraint(["host_id"], ["organizations.id"], name="fk_clusters_host_id"),
        sa.PrimaryKeyConstraint("id", name="pk_clusters"),
    )
    op.create_index("ix_clusters_name_sort", "clusters", ["name_sort"], unique=False)


def _create_province_settings() -> None:
    op.create_table(
        "province_settings",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("changed_by_id", sa.String(length=16), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["users.id"], name="fk_province_settings_changed_by_id"),
        sa.PrimaryKeyConstraint("name", name="pk_province_settings"),
    )


def _create_cluster_scopes() -> None:
    op.create_table(
        "cluster_scopes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cluster_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["clusters.id"], name="fk_cluster_scopes_cluster_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_cluster_scopes"),
    )
    op.create_index("ix_cluster_scopes_cluster", "cluster_scopes", ["cluster_id"], unique=False)


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=True),
        sa.Column("organization_id", sa.String(length=16), nullable=True),
        sa.Column("cluster_id", sa.String(length=16), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("subjects", JSON, nullable=False),
        sa.Column("from_year", sa.String(length=9), nullable=False),
        sa.Column("to_year", sa.String(length=9), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "user_id IS NOT NULL OR (organization_id IS NOT NULL AND cluster_id IS NOT NULL)",
            name="ck_memberships_who",
        ),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_memberships_cluster_id"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name="fk_memberships_organization_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_memberships_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_cluster", "memberships", ["cluster_id"], unique=False)
    op.create_index("ix_memberships_organization", "memberships", ["organization_id"], unique=False)
    op.create_index("ix_memberships_user", "memberships", ["user_id"], unique=False)


def _create_successions() -> None:
    op.create_table(
        "successions",
        sa.Column("predecessor_id", sa.String(length=16), nullable=False),
        sa.Column("successor_id", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["predecessor_id"], ["clusters.id"], name="fk_successions_predecessor_id"),
        sa.ForeignKeyConstraint(["successor_id"], ["clusters.id"], name="fk_successions_successor_id"),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name="pk_successions"),
    )
    op.create_index("ix_successions_successor_id", "successions", ["successor_id"], unique=False)
