"""Damaged or missing objects brought back from a backup, where no second store has them."""

from __future__ import annotations

import structlog
from sqlalchemy import update

from repo_service.backups.pool import Pool
from repo_service.core.audit import record
from repo_service.core.db import Database
from repo_service.derivatives.models import Picture
from repo_service.files.models import StoredFile
from repo_service.preservation.queries import promise_of
from repo_service.preservation.turns import unsound
from storage_adapters import Storage, set_aside

log = structlog.get_logger()


def mend_from(database: Database, pool: Pool, store: Storage) -> int:
    """Put the pool's bytes in place of every object of `store` that was found bad; how many were put right.

    What is in their place is set aside, never deleted; they are the next to be read again.
    """
    with database.session(writing=False):
        bad = [(row, kind) for key, kind in unsound() if (row := promise_of(key))]
    mended = 0
    for row, kind in bad:
        if pool.judge(row) is not None:
            continue
        aside = set_aside(store, row.key)
        pool.put_back(row, store)
        mended += 1
        log.warning("object_mended", key=row.key, kind=kind, aside=aside, source="backup")
        with database.transaction() as session:
            for model in (StoredFile, Picture):
                session.execute(update(model).where(model.key == row.key).values(checked_at=None))
            about = {"key": row.key, "kind": kind, "aside": aside, "source": "backup"}
            record(None, "object.mend", "stored_file", row.key.rpartition("/")[2][:16], **about)
    return mended
