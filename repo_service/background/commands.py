"""`kho outbox list|retry|drop`: the same list as the administrator's page, for whoever sits at the machine."""

from __future__ import annotations

import click

from repo_service.background import queries, service
from repo_service.background.words import error_words, topic_words
from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput, NotFound


@click.group()
def outbox() -> None:
    """Background work: what waits, and what failed for good."""


@outbox.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.pass_obj
def list_command(database: Database, limit: int) -> None:
    """Print the unfinished work by topic, then what failed: number, topic, object, attempts, error."""
    with database.session(writing=False):
        for state in queries.by_topic():
            click.echo(
                f"{state.topic}: {state.waiting} chờ, {state.running} đang làm, {state.failed} hỏng"
                f"  ({topic_words(state.topic)})"
            )
        for row in queries.failed(size=limit).items:
            click.echo(f"{row.id}\t{row.topic}\t{row.object_id}\t{row.attempts}\t{error_words(row.error)}")
            click.echo(f"\t{row.error}")


@outbox.command("retry")
@click.argument("rows", metavar="[NUMBER]...", nargs=-1, type=int)
@click.option("--all", "every", is_flag=True, help="Everything that failed.")
@click.pass_obj
def retry_command(database: Database, rows: tuple[int, ...], every: bool) -> None:
    """Try failed work again: the rows of these numbers, or all."""
    if every == bool(rows):
        raise click.UsageError("name the rows, or say --all")
    with database.transaction():
        try:
            for row_id in rows:
                service.retry(None, row_id)
        except NotFound as error:
            raise click.ClickException(error.message) from error
        count = service.retry_all(None) if every else len(rows)
    click.echo(f"Đã xếp lại {count} việc.")


@outbox.command("drop")
@click.argument("row_id", metavar="NUMBER", type=int)
@click.option("--reason", required=True, help="Goes into the audit trail.")
@click.pass_obj
def drop_command(database: Database, row_id: int, reason: str) -> None:
    """Give one failed piece of work up."""
    with database.transaction():
        try:
            service.drop(None, row_id, reason)
        except (NotFound, InvalidInput) as error:
            raise click.ClickException(error.message) from error
    click.echo("Đã bỏ việc này.")


COMMANDS = [outbox]
