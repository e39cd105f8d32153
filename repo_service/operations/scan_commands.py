"""`kho scan`: files looked at by the virus scanners now, those that are held or waiting among them."""

from __future__ import annotations

import sys
from collections import Counter

import click
from rich.progress import Progress
from sqlalchemy import and_, or_

from repo_service.core.db import Database
from repo_service.files import scanning
from repo_service.files.models import StoredFile
from repo_service.files.scanning.jobs import ids_where, scan_or_hold
from repo_service.files.scanning.queries import HELD_BY_SCANNER, files_held
from repo_service.ui.formats import number
from storage_adapters import StorageUnavailable


@click.command()
@click.option("--all", "every", is_flag=True, help="Every file once more, not only what is held or not scanned.")
@click.pass_obj
def scan(database: Database, every: bool) -> None:
    """Scan files for viruses: those that no scanner has seen, that wait, or that are held; signatures get newer.

    Run it before the first start with a scanner, so that nobody has to wait for it.
    """
    settings = click.get_current_context().find_root().meta["settings"]
    if not scanning.is_on():
        raise click.ClickException("Chưa đặt SCANNER_URL hay YARA_RULES: không có gì để quét bằng.")
    if trouble := scanning.why_not_scanned(settings):
        raise click.ClickException(trouble)
    held = and_(StoredFile.state == "quarantined", StoredFile.reason.in_(HELD_BY_SCANNER))
    waits = StoredFile.state.in_(("checking", "ready") if every else ("checking",))
    unseen = and_(StoredFile.state == "ready", StoredFile.scan_result.is_distinct_from(scanning.CLEAN))
    chosen = or_(held, waits, unseen)
    done = 0
    try:
        with Progress(disable=not sys.stdout.isatty(), transient=True) as bar:
            task = bar.add_task("", total=None)
            for file_id in ids_where(database, chosen):
                scan_or_hold(file_id, database)
                done += 1
                bar.update(task, description=number(done))
    except (scanning.ScannerUnavailable, StorageUnavailable) as error:
        raise click.ClickException(f"{error}. Đã quét {number(done)} tệp; chạy lại để quét tiếp.") from error
    _tell(database, done)


def _tell(database: Database, done: int) -> None:
    with database.session(writing=False):
        held = Counter(files_held())
    click.echo(
        f"Đã quét {number(done)} tệp. Đang giữ lại: {number(held['virus'])} tệp có virus, "
        f"{number(held['scan_too_big'])} tệp quá lớn, {number(held['scan_failed'])} tệp máy quét bỏ dở."
    )
