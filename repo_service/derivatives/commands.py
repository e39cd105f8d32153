"""`kho derivatives remake`: another look at files that could not be read or drawn when they came."""

from __future__ import annotations

import click

from repo_service.background.service import ask_for_remaking
from repo_service.core.db import Database
from repo_service.core.errors import AlreadyExists
from repo_service.derivatives import remaking
from repo_service.ui.formats import number


@click.group()
def derivatives() -> None:
    """Texts and pictures made of files."""


@derivatives.command("remake")
@click.option(
    "--all", "every", is_flag=True, help="Everything an older release read, not only what it could not."
)
@click.pass_obj
def remake_command(database: Database, every: bool) -> None:
    """Have the background work read and draw files again; how far it is stands on Quản lí › Việc nền."""
    with database.transaction():
        files = remaking.count(every=every)
        if files:
            try:
                ask_for_remaking(None, remaking.EVERY if every else remaking.HOPEFUL)
            except AlreadyExists as error:
                raise click.ClickException(error.message) from error
    click.echo(f"Sẽ đọc lại {number(files)} tệp trong nền." if files else "Không có tệp nào cần đọc lại.")


COMMANDS = [derivatives]
