"""${message}

Rules of every migration: it runs on SQLite and PostgreSQL; it keeps old data; it suits the code before
and after it (add first, remove a release later); it takes short locks; it is never edited once released;
its name is a number and a few words. Data that a migration fills in is written here, without models.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """${message}"""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Back again."""
    ${downgrades if downgrades else "pass"}
