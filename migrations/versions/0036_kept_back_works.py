"""Works kept back until a moment: the moment of the version on its way stands on the work too, for who may read it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is kept back now stays so: each moment is copied from the version that is worked on."""
    op.add_column("resources", sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE resources SET kept_until = (SELECT embargo_until FROM resource_versions "
        "WHERE resource_versions.id = resources.working_version_id) WHERE working_version_id IS NOT NULL"
    )


def downgrade() -> None:
    """The versions keep their moments."""
    op.drop_column("resources", "kept_until")
