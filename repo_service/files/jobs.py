"""Background work of files: uploads that nobody finished are swept after 24 hours, rows and bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from repo_service.core import clock
from repo_service.core.backends import replica, storage
from repo_service.core.db import Database
from repo_service.files import service
from storage_adapters.crashpoints import crashpoint

ABANDONED_AFTER = timedelta(hours=24)


def sweep_abandoned(database: Database) -> None:
    """Drop uploads begun over 24 hours ago and never completed, and files that no version took up since."""
    before = clock.now() - ABANDONED_AFTER
    with database.transaction():
        stale = service.abandoned(before)
        unattached = service.forget_unattached(before)
    crashpoint("sweep.rows_gone")
    second = replica()
    for key in unattached:
        storage().delete(key)
        if second is not None:
            second.delete(key)
    for upload in stale:
        storage().abort_multipart(upload.key, upload.multipart_id)
        storage().delete(upload.key)  # joined, but the process died before its row: nobody was told
    # The store dates its files by the machine's clock, whatever day the installation lives on.
    storage().clean_abandoned(datetime.now(UTC) - ABANDONED_AFTER)
