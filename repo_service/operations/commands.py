"""`kho init` makes an installation, `kho doctor` looks at one and says what is wrong."""

from __future__ import annotations

import sys

import click
from rich.progress import Progress

from repo_service.backups.database_copy import copy_database
from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput, MoveNotAllowed
from repo_service.core.urls import link_path
from repo_service.operations.audit_commands import audit_group
from repo_service.operations.checks import examine
from repo_service.operations.findings import ERROR, GOOD, WARNING
from repo_service.operations.fixity_commands import fixity
from repo_service.operations.privacy_commands import privacy_group
from repo_service.operations.roster_commands import accounts_group
from repo_service.operations.scan_commands import scan
from repo_service.operations.storage_commands import storage_group
from repo_service.organizations.setup import first_administrator_link, install
from repo_service.schema import migrate
from repo_service.settings import Settings
from repo_service.tables import Base
from repo_service.ui.formats import number

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


@click.group("database")
def database_group() -> None:
    """Move an installation's database."""


@database_group.command("copy")
@click.argument("target", metavar="TO_URL")
def copy_command(target: str) -> None:
    """Copy every row of DATABASE_URL into the empty database TO_URL and compare them. Stop Kho first."""
    total = sum(1 for _ in Base.metadata.sorted_tables)
    with Progress(disable=not sys.stdout.isatty(), transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(table: str, rows: int) -> None:
            bar.update(task, description=table, advance=rows)

        try:
            counts = copy_database(_settings().database_url, target, show)
        except MoveNotAllowed as error:
            raise click.ClickException(error.message) from error
    rows = number(sum(counts.values()))
    click.echo(
        f"Đã chép và so lại {rows} dòng của {total} bảng. Đặt DATABASE_URL sang nơi mới rồi chạy: kho doctor"
    )


COMMANDS = [accounts_group, init, doctor, audit_group, database_group, fixity, scan, storage_group, privacy_group]
