"""Curation rounds, the works in them, every verdict given, and the reasons of verdicts (R10, R20)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.String(length=16)
_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_TO_UPDATE = sa.text("verdict = 'can-cap-nhat' AND settled_at IS NULL AND undone_at IS NULL")
_REASONS = {
    "chuong-trinh": "Không còn đúng chương trình", "chinh-xac": "Có chỗ chưa chính xác",
    "hoa-nhap": "Thiếu phần hòa nhập", "ban-quyen": "Bản quyền", "du-lieu-ca-nhan": "Dữ liệu cá nhân",
    "ai": "Dùng AI có trách nhiệm", "dia-danh-cu": "Tên địa danh cũ", "tep-hong": "Tệp hoặc đường dẫn hỏng",
    "trung-lap": "Gần giống bài khác", "tinh-gian": "Nội dung đã tinh giản", "it-dung": "Lâu không ai dùng",
    "khac": "Khác",
}  # fmt: skip


def upgrade() -> None:
    """New tables; the list of reasons in installations that have their lists already."""
    op.create_table(
        "curation_rounds",
        sa.Column("id", _ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("cluster_id", _ID, nullable=False),
        sa.Column("school_year", sa.String(length=9), nullable=False),
        sa.Column("scope", _JSON, nullable=False),
        sa.Column("curator_ids", _JSON, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("is_yearly", sa.Boolean(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("opened_by_id", _ID, nullable=True),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cluster_id"], ["clusters.id"], name="fk_curation_rounds_cluster_id"),
        sa.ForeignKeyConstraint(["opened_by_id"], ["users.id"], name="fk_curation_rounds_opened_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_curation_rounds"),
    )
    op.create_index("ix_curation_rounds_cluster", "curation_rounds", ["cluster_id", "school_year"])
    op.create_index("ix_curation_rounds_state", "curation_rounds", ["state", "due_on"])
    yearly = {"sqlite_where": sa.text("is_yearly"), "postgresql_where": sa.text("is_yearly")}
    op.create_index(
        "uq_curation_rounds_yearly", "curation_rounds", ["cluster_id", "school_year"], unique=True, **yearly
    )
    _create_items()
    _create_verdicts()
    _add_reasons()


def _create_items() -> None:
    op.create_table(
        "curation_items",
        sa.Column("id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("resource_id", _ID, nullable=False),
        sa.Column("risks", _JSON, nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("verdict_id", _ID, nullable=True),
        sa.Column("assessed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["curation_rounds.id"], name="fk_curation_items_round_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name="fk_curation_items_resource_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_curation_items"),
        sa.UniqueConstraint("round_id", "resource_id", name="uq_curation_items_round_id_resource_id"),
    )
    op.create_index("ix_curation_items_queue", "curation_items", ["round_id", "state", "urgency"])
    op.create_index("ix_curation_items_resource_id", "curation_items", ["resource_id"])


def _create_verdicts() -> None:
    belongs = {
        "round_id": "curation_rounds", "item_id": "curation_items", "resource_id": "resources",
        "version_id": "resource_versions",
    }  # fmt: skip
    op.create_table(
        "curation_verdicts",
        sa.Column("id", _ID, nullable=False),
        *(sa.Column(name, _ID, nullable=False) for name in belongs),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reasons", _JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("successor_id", _ID, nullable=True),
        sa.Column("decided_by_id", _ID, nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=False),
        sa.Column("before", _JSON, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.Column("undone_at", _MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=f"fk_curation_verdicts_{name}", ondelete="CASCADE"
            )
            for name, table in belongs.items()
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["resources.id"], name="fk_curation_verdicts_successor_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name="fk_curation_verdicts_decided_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_curation_verdicts"),
    )
    op.create_index("ix_curation_verdicts_resource", "curation_verdicts", ["resource_id", "decided_at"])
    op.create_index("ix_curation_verdicts_round_id", "curation_verdicts", ["round_id"])
    partial = {"sqlite_where": _TO_UPDATE, "postgresql_where": _TO_UPDATE}
    op.create_index("ix_curation_verdicts_to_update", "curation_verdicts", ["resource_id"], **partial)


def _add_reasons() -> None:
    connection = op.get_bind()
    if not connection.scalar(sa.text("SELECT count(*) FROM installation")):
        return  # `kho init` writes all lists
    terms = sa.table(
        "terms",
        *(sa.column(name) for name in ("vocabulary", "code", "label")),
        sa.column("position", sa.Integer),
        *(sa.column(name, _JSON) for name in ("aliases", "grades", "levels", "values")),
    )
    empty = {"aliases": [], "grades": [], "levels": [], "values": {}}
    rows = [
        {"vocabulary": "curation_reasons", "code": code, "label": label, "position": place, **empty}
        for place, (code, label) in enumerate(_REASONS.items(), 1)
    ]
    connection.execute(sa.insert(terms), rows)
    connection.execute(sa.text("UPDATE installation SET revision = revision + 1"))


def downgrade() -> None:
    """Verdicts are lost; what they did to the works stays."""
    for table in ("curation_verdicts", "curation_items", "curation_rounds"):
        op.drop_table(table)
    op.execute("DELETE FROM terms WHERE vocabulary = 'curation_reasons'")
