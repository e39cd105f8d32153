"""`kho fixity`: read every byte again now, rather than within the seven days that the background takes."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

from repo_service.core import clock
from repo_service.core.backends import replica, storage
from repo_service.core.db import Database
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
    "--since", "hours", default=24.0, show_default=True, type=click.FloatRange(min=0),
    help="Leave out what was read in the last so many hours.",
)  # fmt: skip
@click.pass_obj
def fixity(database: Database, minutes: float | None, rate: float | None, hours: float) -> None:
    """Read every object again, the one longest unread first, and compare it with the SHA-256 of its row.

    What is bad is set aside and mended from STORAGE_REPLICA_URL; without a sound copy the file is held and the
    administrators are told. Stopped or killed, the same command goes on where it was. Ends with 1 on what stays bad.
    """
    until = time.monotonic() + minutes * 60 if minutes is not None else float("inf")
    before, seen = clock.now() - timedelta(hours=hours), [0, 0]
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stdout.isatty(), transient=True) as bar:
        with database.session(writing=False):
            task = bar.add_task("", total=totals()[1])

        def step(objects: int, size: int) -> None:
            seen[0], seen[1] = seen[0] + objects, seen[1] + size
            bar.advance(task, size)

        pace = Pace(rate * _MEGABYTE if rate else None)
        try:
            for found in check_oldest(
                database, storage(), replica(), before, pace=pace, until=until, step=step
            ):
                click.echo(_sentence(found))
        except StorageError as error:
            settings: Settings = click.get_current_context().find_root().meta["settings"]
            trouble = explain_storage(error, settings.storage_url, "STORAGE_URL, STORAGE_REPLICA_URL")
            raise click.ClickException(f"{trouble.vi}\n{trouble.en}") from error
    click.echo(f"Đã đọc lại {number(seen[0])} tệp và hình, {file_size(seen[1])}.")
    _end_on_unsound(database)


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
