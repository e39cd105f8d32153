"""`kho fixity`: read every byte again now, rather than within the seven days that the background takes."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

from repo_service.backups.mending import mend_from
from repo_service.backups.pool import Pool
from repo_service.backups.runs import find_run, held
from repo_service.backups.sealing import Sealer
from repo_service.core import clock
from repo_service.core.backends import replica, storage
from repo_service.core.db import Database
from repo_service.core.errors import MoveNotAllowed
from repo_service.preservation.comparison import DAMAGED, MISSING, WRONG_SIZE
from repo_service.preservation.fixity import Pace, check_oldest
from repo_service.preservation.queries import totals
from repo_service.preservation.replication import Checked
from repo_service.preservation.turns import standing
from repo_service.settings import Settings
from repo_service.storage_troubles import explain_storage
from repo_service.ui.formats import file_size, number
from storage_adapters import StorageError

_KINDS = {MISSING: "thiếu byte", WRONG_SIZE: "sai kích thước", DAMAGED: "byte đã hỏng (khác SHA-256)"}
_MEGABYTE = 1 << 20


@click.command("fixity")
@click.option("--for", "minutes", type=click.FloatRange(min=0), help="Stop after so many minutes.")
@click.option("--rate", type=click.FloatRange(min=0.1), help="Read at most so many MB a second.")
@click.option(
    "--since",
    "hours",
    default=24.0,
    show_default=True,
    type=click.FloatRange(min=0),
    help="Leave out what was read in the last so many hours.",
)
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Then bring what is bad back from this folder of backups.",
)
@click.option(
    "--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of the age identity, for encrypted backups.",
)  # fmt: skip
@click.pass_obj
def fixity(
    database: Database, minutes: float | None, rate: float | None, hours: float, folder: Path | None,
    identity: Path | None,
) -> None:  # fmt: skip
    """Read every object again, the one longest unread first, and compare it with the SHA-256 of its row.

    What is bad is set aside and mended from STORAGE_REPLICA_URL; without a sound copy the file is held and the
    administrators are told. Stopped or killed, the same command goes on where it was. Ends with 1 on what stays bad.
    """
    until = time.monotonic() + minutes * 60 if minutes is not None else float("inf")
    pace, before = Pace(rate * _MEGABYTE if rate else None), clock.now() - timedelta(hours=hours)
    try:
        _read(database, before, pace, until)
        if folder is not None:
            _mend(database, folder, identity)
            _read(database, before, pace, until)
    except MoveNotAllowed as error:
        raise click.ClickException(error.message) from error
    except StorageError as error:
        settings: Settings = click.get_current_context().find_root().meta["settings"]
        trouble = explain_storage(error, settings.storage_url, "STORAGE_URL, STORAGE_REPLICA_URL")
        raise click.ClickException(f"{trouble.vi}\n{trouble.en}") from error
    _end_on_unsound(database)


def _mend(database: Database, folder: Path, identity: Path | None) -> None:
    with held(folder, changing=False):
        sealed = find_run(folder).recipient
        count = mend_from(database, Pool(folder, Sealer(sealed, identity) if sealed else None), storage())
    click.echo(f"Đã lấy lại {number(count)} tệp và hình từ bản sao lưu.")


def _read(database: Database, before: datetime, pace: Pace, until: float) -> None:
    seen = [0, 0]
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stdout.isatty(), transient=True) as bar:
        with database.session(writing=False):
            task = bar.add_task("", total=totals()[1])

        def step(objects: int, size: int) -> None:
            seen[0], seen[1] = seen[0] + objects, seen[1] + size
            bar.advance(task, size)

        for found in check_oldest(database, storage(), replica(), before, pace=pace, until=until, step=step):
            click.echo(_sentence(found))
    click.echo(f"Đã đọc lại {number(seen[0])} tệp và hình, {file_size(seen[1])}.")


def _sentence(found: Checked) -> str:
    where = " (bản sao thứ hai)" if found.second else ""
    said = f"{found.finding.key}{where}: {_KINDS[found.finding.kind]}"
    return f"  {said}, đã lấy lại từ nơi kia" if found.mended else f"✗ {said}"


def _end_on_unsound(database: Database) -> None:
    with database.session(writing=False):
        unsound = standing().unsound
    if unsound:
        keys = ", ".join(key for key, _ in unsound[:5])
        sys.exit(f"Còn {number(len(unsound))} tệp hoặc hình hỏng mà chưa có bản lành: {keys}")
