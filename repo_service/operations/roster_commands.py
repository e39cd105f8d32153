"""`kho accounts import`: a list of people from a spreadsheet made into accounts, at the machine."""

from __future__ import annotations

from pathlib import Path

import click

from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput
from repo_service.core.permissions import Role, Viewer
from repo_service.organizations.rosters import planning, reading, service
from repo_service.organizations.rosters.planning import Fate

OPERATOR = Viewer(roles=(Role("quan-tri"),))
"""Whoever has the machine may give every role; acts are recorded without a person."""
_MARKS = {planning.NEW: "+", planning.MORE: "~", planning.KNOWN: "=", planning.WRONG: "✗"}


@click.group("accounts")
def accounts_group() -> None:
    """Accounts by the list."""


@accounts_group.command("import")
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would become of each line.")
@click.option(
    "--links",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the one-time links go, as CSV (mode 600).",
)
@click.pass_obj
def import_accounts(database: Database, source: Path, dry_run: bool, links: Path | None) -> None:
    """Open accounts for the people of a CSV file; who is there already stays. Ends with 1 when a line is wrong."""
    settings = click.get_current_context().find_root().meta["settings"]
    if not dry_run and (links is None or links.exists()):
        raise click.ClickException("--links FILE: nơi ghi liên kết, một tệp chưa có")
    try:
        lines = reading.read_lines(reading.decoded(source.read_bytes()))
    except InvalidInput as error:
        raise click.ClickException(error.errors["file"][0]) from error
    if dry_run:
        with database.session(writing=False):
            fates = planning.plan(OPERATOR, lines)
    else:
        assert links is not None
        with database.transaction():
            fates, invitations = service.carry_out(OPERATOR, lines)
            links.touch(mode=0o600)
            links.write_bytes(
                service.links_sheet(invitations, settings.public_url or "http://127.0.0.1:8000")
            )
    _report(fates)


def _report(fates: list[Fate]) -> None:
    for fate in fates:
        hint = " / ".join(fate.suggestions)
        click.echo(
            f"{_MARKS[fate.kind]} {fate.line.number}\t{fate.line.name}\t{fate.place}\t{fate.words} {hint}".rstrip()
        )
    wrong = sum(fate.kind == planning.WRONG for fate in fates)
    if wrong:
        raise click.ClickException(f"{wrong} dòng cần sửa; các dòng khác đã xong.")
