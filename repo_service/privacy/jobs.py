"""Makes packages with people's own data, and lets go daily what was kept long enough."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import structlog

from repo_service.accounts.models import User
from repo_service.background.progress import Reporter
from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.core.urls import own_data_path
from repo_service.notifications.service import notify
from repo_service.privacy import retention
from repo_service.privacy.models import DataPackage
from repo_service.privacy.packaging import blocks_of, own_files
from repo_service.privacy.service import job_name
from storage_adapters import object_key

log = structlog.get_logger()

KEPT_FOR = timedelta(days=7)


def make_package(row: OutboxRow, database: Database) -> None:
    """Write the package beside the store's other objects and tell the person; made anew when it is run again."""
    with database.session(writing=False) as session:
        asked = session.get(DataPackage, row.object_id)
        user = session.get(User, asked.user_id) if asked else None
    if asked is None or user is None or asked.ready_at is not None or not user.is_active:
        return
    key = object_key(asked.id, "packages")
    with tempfile.TemporaryDirectory(prefix="kho-package-") as folder:
        path = Path(folder) / "du-lieu.zip"
        _write(database, asked.id, user, path)
        size = path.stat().st_size
        storage().delete(key)
        with path.open("rb") as stream:
            storage().put(key, stream, size)
    with database.transaction() as session:
        made = session.get_one(DataPackage, asked.id)
        made.key, made.size, made.ready_at = key, size, clock.now()
        made.expires_at = made.ready_at + KEPT_FOR
        notify([user.id], "privacy.package_ready", own_data_path(), f"package:{made.id}")


def _write(database: Database, package_id: str, user: User, path: Path) -> None:
    with database.session(writing=False):
        files = own_files(user.id)
        total = sum(file.size for file in files) or 1
        with path.open("wb") as target, Reporter(database, job_name(package_id), total) as report:
            for block in blocks_of(user, files):
                target.write(block)
                report(min(target.tell(), total))


def purge(database: Database) -> None:
    """Schedule: what was kept long enough goes."""
    gone = {code: count for code, count in retention.purge(database).items() if count}
    if gone:
        log.info("personal_data_purged", **gone)
