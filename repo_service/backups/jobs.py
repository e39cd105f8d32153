"""Backups that make themselves where `BACKUP_FOLDER` is set: a run each night, thinned out, tried out each week."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import structlog

from repo_service.backups import runs
from repo_service.backups.making import make_backup
from repo_service.backups.restoring import try_out
from repo_service.backups.retention import prune
from repo_service.core import clock
from repo_service.core.backends import installation, replica, storage
from repo_service.core.clock import VIETNAM
from repo_service.core.db import Database
from repo_service.core.errors import MoveNotAllowed
from storage_adapters import StorageError

log = structlog.get_logger()

NIGHT = time(2)
TRIED_EVERY = timedelta(days=7)


def make_nightly(database: Database) -> None:
    """A run when there is none since two o'clock at night; the first at once. Failures are logged, `kho doctor` says
    how old the newest run is."""
    settings = installation()
    folder = settings.backup_folder
    if folder is None or not _is_due(folder):
        return
    if not folder.is_dir():  # never made here: on a disk that is not mounted it would fill this machine's own
        log.error("backup_failed", error=f"{folder} is not there: is its disk mounted?")
        return
    stores = [store for store in (storage(), replica()) if store is not None]
    try:
        make_backup(database, stores, folder, settings.data, settings.backup_recipient)
        prune(folder, dry_run=False)
    except (MoveNotAllowed, StorageError, OSError) as error:
        log.error("backup_failed", error=f"{type(error).__name__}: {error}")


def try_weekly(_database: Database) -> None:
    """Restore the newest run to a temporary place when none was tried out in a week; encrypted ones need a person."""
    settings = installation()
    folder = settings.backup_folder
    whole = runs.complete(folder) if folder else []
    if folder is None or not whole or whole[-1].recipient:
        return
    tried = [moment for manifest in whole if (moment := runs.tried_at(folder, manifest.name))]
    if tried and clock.now() - max(tried) < TRIED_EVERY:
        return
    try:
        trial = try_out(folder, whole[-1], settings.data)
    except (MoveNotAllowed, StorageError, OSError) as error:
        log.error("backup_trial_failed", run=whole[-1].name, error=f"{type(error).__name__}: {error}")
        return
    told = log.info if trial.is_good else log.error
    told("backup_tried", run=whole[-1].name, objects=trial.objects, works=trial.documents, bad=trial.bad[:20])


def _is_due(folder: Path) -> bool:
    night = datetime.combine(clock.today(), NIGHT, VIETNAM).astimezone(UTC)
    if clock.now() < night:
        night -= timedelta(days=1)
    whole = runs.complete(folder)
    return not whole or whole[-1].moment < night
