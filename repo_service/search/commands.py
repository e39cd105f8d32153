"""`kho index rebuild|check|status`: look after the search index, also beside a running server."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import click
from rich.progress import Progress

from indexer import EngineUnavailable
from repo_service.background.progress import running
from repo_service.background.words import REBUILD_TOPIC
from repo_service.core import clock
from repo_service.core.backends import search_engine
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.search.kinds import KINDS
from repo_service.search.queries import rows_waiting
from repo_service.search.upkeep import every_document, find_drift, repair
from repo_service.ui.formats import moment, number

PATIENCE_SECONDS = 60
"""How long a handed-over rebuild may wait for a worker to take it."""
NOBODY_TOOK_IT = (
    "Có tiến trình giữ chỉ mục nhưng chưa nhận việc. Xem `kho serve` hoặc `kho worker` còn chạy không."
)


@click.group()
def index() -> None:
    """Look after the search index."""


@index.command("rebuild")
@click.pass_obj
def rebuild_command(database: Database) -> None:
    """Fill a new index from the database and put it in place; searches go on meanwhile."""
    with database.session(writing=False):
        total = sum(kind.findable_count() for kind in KINDS.values())
    with Progress(disable=not sys.stdout.isatty(), transient=True) as bar:
        task = bar.add_task("Đang lập lại chỉ mục", total=total)

        def show(done: int) -> None:
            bar.update(task, completed=done)

        try:
            with database.session(writing=False):
                search_engine().rebuild(every_document(show))
        except EngineUnavailable:  # a running server holds the writer: it does the work
            _hand_over(database, show)
    click.echo(f"Chỉ mục đã lập lại: {number(search_engine().status().documents)} học liệu.")


@index.command("check")
@click.option("--repair", "repairing", is_flag=True, help="Write what is missing, take out what is too much.")
@click.pass_obj
def check_command(database: Database, repairing: bool) -> None:
    """Compare the index with the database in both directions; ends with 1 when they differ."""
    with database.session(writing=False):
        status = search_engine().status()
        if status.needs_rebuild:
            sys.exit(f"Chưa có chỉ mục dùng được ({status.needs_rebuild}). Chạy: kho index rebuild")
        drift = find_drift()
        if drift and repairing:
            repair(drift)
    click.echo(f"Thiếu trong chỉ mục: {len(drift.missing)}. Thừa trong chỉ mục: {len(drift.surplus)}.")
    if drift and not repairing:
        sys.exit(1)


@index.command("status")
@click.pass_obj
def status_command(database: Database) -> None:
    """Say what the index holds and what still waits to get into it."""
    status = search_engine().status()
    with database.session(writing=False):
        waiting, wanted = rows_waiting(), sum(kind.findable_count() for kind in KINDS.values())
    click.echo(f"Trong chỉ mục: {number(status.documents)} / {number(wanted)} học liệu")
    click.echo(f"Chờ ghi vào chỉ mục: {number(waiting)}")
    if status.last_commit:
        click.echo(f"Lần ghi cuối: {moment(datetime.fromtimestamp(status.last_commit, UTC))}")
    click.echo(f"Bộ máy tìm: {status.engine}, lược đồ {status.schema_version}")
    if status.needs_rebuild:
        click.echo(f"Cần lập lại: {status.needs_rebuild}")


def _hand_over(database: Database, show: Callable[[int], None]) -> None:
    """Ask the process that holds the writer, and follow its progress."""
    with database.transaction() as session:
        row = OutboxRow(topic=REBUILD_TOPIC, object_id="index")
        session.add(row)
        session.flush()
        row_id = row.id
    asked = clock.now()
    while True:
        with database.session(writing=False) as session:
            row = session.get_one(OutboxRow, row_id)
            if row.done_at is not None:
                return
            if row.dead_at is not None or row.error:
                sys.exit(f"Chưa lập lại được chỉ mục: {row.error}")
            if row.attempts == 0 and (clock.now() - asked).total_seconds() > PATIENCE_SECONDS:
                sys.exit(NOBODY_TOOK_IT)
            for told in running(f"{REBUILD_TOPIC}:index"):
                show(told.done)
        time.sleep(0.3)


COMMANDS = [index]
