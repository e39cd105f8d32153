"""Where remarks stand in a file, who handed a reading back, when it was asked again, whose approval a version bears."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
_versions = sa.table(
    "resource_versions",
    *(sa.column(name) for name in ("id", "resource_id", "number", "state")),
    sa.column("reviewed", _JSON),
)
_verdicts = sa.table(
    "verdicts",
    *(sa.column(name) for name in ("version_id", "decision", "school_id")),
    sa.column("decided_at", sa.DateTime(timezone=True)),
)
_schools = sa.table("organizations", sa.column("id"), sa.column("name"))


def upgrade() -> None:
    """Published versions get what their verdicts say of them."""
    op.add_column("review_rounds", sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("review_rounds", sa.Column("leads_told", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("review_assignments", sa.Column("note", sa.String(300), nullable=False, server_default=""))
    op.add_column("review_comments", sa.Column("file_id", sa.String(16), nullable=True))
    op.add_column("review_comments", sa.Column("page", sa.Integer(), nullable=True))
    op.add_column("review_comments", sa.Column("paragraph", sa.Integer(), nullable=True))
    op.add_column("resource_versions", sa.Column("reviewed", _JSON, nullable=True))
    connection = op.get_bind()
    rows = [{"version": version_id, "said": said} for version_id, said in _approved(connection)]
    bear = sa.update(_versions).where(_versions.c.id == sa.bindparam("version"))
    for start in range(0, len(rows), 1000):
        connection.execute(bear.values(reviewed=sa.bindparam("said")), rows[start : start + 1000])


def _approved(connection: sa.Connection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Published versions with the day and the schools of their approvals; corrections bear those of their files."""
    read = _versions.alias("read")
    same_files = sa.and_(read.c.resource_id == _versions.c.resource_id, read.c.number == _versions.c.number)
    approved = sa.and_(_verdicts.c.version_id == read.c.id, _verdicts.c.decision == "approve")
    rows = connection.execute(
        sa.select(_versions.c.id, _schools.c.name, _verdicts.c.decided_at)
        .join(read, same_files)
        .join(_verdicts, approved)
        .outerjoin(_schools, _schools.c.id == _verdicts.c.school_id)
        .where(_versions.c.state == "published")
        .order_by(_versions.c.id, _verdicts.c.decided_at)
    )
    found: dict[str, dict[str, Any]] = {}
    for version_id, school, moment in rows:
        said = found.setdefault(version_id, {"schools": []})
        if school and school not in said["schools"]:
            said["schools"].append(school)
        at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        said["on"] = at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
    yield from found.items()


def downgrade() -> None:
    """Places of remarks and words of those who handed back are lost."""
    op.drop_column("resource_versions", "reviewed")
    for name in ("paragraph", "page", "file_id"):
        op.drop_column("review_comments", name)
    op.drop_column("review_assignments", "note")
    for name in ("leads_told", "nudged_at"):
        op.drop_column("review_rounds", name)
