"""`kho init` makes an installation, `kho doctor` looks at one and says what is wrong."""

from __future__ import annotations

import sys

import click

from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput
from repo_service.core.urls import link_path
from repo_service.operations.checks import ERROR, GOOD, WARNING, examine
from repo_service.organizations.setup import first_administrator_link, install
from repo_service.schema import migrate
from repo_service.settings import Settings

_MARKS = {GOOD: "  ", WARNING: "! ", ERROR: "✗ "}


@click.command("init")
@click.option("--province", "province_code", help="Code of the province; its communes must be known to Kho.")
@click.pass_obj
def init(database: Database, province_code: str | None) -> None:
    """Bring the schema up to date, write lists, communes and the department, and print the first
    administrator's one-time link. May run again."""
    settings = _settings()
    migrate(settings.database_url)
    with database.transaction():
        try:
            install(province_code)
        except InvalidInput as error:
            raise click.ClickException(
                "; ".join(text for texts in error.errors.values() for text in texts)
            ) from error
        secret = first_administrator_link()
    if secret is None:
        click.echo("Kho is installed; an administrator can sign in.")
        return
    click.echo((settings.public_url or "http://127.0.0.1:8000") + link_path(secret))


@click.command()
@click.pass_obj
def doctor(database: Database) -> None:
    """Report on programs, disk, database, files, index and secrets; ends with 1 when something is wrong."""
    errors = 0
    for finding in examine(_settings(), database):
        errors += finding.level == ERROR
        click.echo(f"{_MARKS[finding.level]}{finding.text}")
    if errors:
        sys.exit(f"Có {errors} lỗi cần sửa.")
    click.echo("Không có lỗi.")


def _settings() -> Settings:
    settings: Settings = click.get_current_context().find_root().meta["settings"]
    return settings


COMMANDS = [init, doctor]
