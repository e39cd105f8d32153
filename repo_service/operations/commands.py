"""`kho doctor`: look at an installation and say what is wrong."""

from __future__ import annotations

import sys

import click

from repo_service.core.db import Database
from repo_service.operations.checks import ERROR, GOOD, WARNING, examine
from repo_service.settings import Settings

_MARKS = {GOOD: "  ", WARNING: "! ", ERROR: "✗ "}


@click.command()
@click.pass_obj
def doctor(database: Database) -> None:
    """Report on programs, disk, database, files, index and secrets; ends with 1 when something is wrong."""
    settings: Settings = click.get_current_context().find_root().meta["settings"]
    errors = 0
    for finding in examine(settings, database):
        errors += finding.level == ERROR
        click.echo(f"{_MARKS[finding.level]}{finding.text}")
    if errors:
        sys.exit(f"Có {errors} lỗi cần sửa.")
    click.echo("Không có lỗi.")


COMMANDS = [doctor]
