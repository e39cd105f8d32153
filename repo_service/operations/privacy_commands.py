"""`kho privacy`: a person's data given out or erased at the machine, and what was kept long enough let go."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from repo_service.accounts.models import User
from repo_service.accounts.queries import find_by_username
from repo_service.core.db import Database
from repo_service.core.errors import KhoError
from repo_service.privacy import retention
from repo_service.privacy.packaging import blocks_of, own_files
from repo_service.privacy.service import erase as erase_person
from repo_service.tables import Base
from storage_adapters import StorageError

TABLES = Base.metadata.tables
"""All of them are loaded here: a person is erased in every one."""


@click.group("privacy")
def privacy_group() -> None:
    """Personal data: give out, erase, let go."""


@privacy_group.command("export")
@click.argument("username")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export(database: Database, username: str, target: Path) -> None:
    """Write all that Kho holds of a person, and the own files, into the zip TARGET."""
    with database.session(writing=False):
        user = _known(username)
        try:
            with target.open("xb") as zip_file:
                for block in blocks_of(user, own_files(user.id)):
                    zip_file.write(block)
        except (OSError, StorageError) as error:
            raise click.ClickException(f"{target}: {error}") from error
    click.echo(f"{target}: {target.stat().st_size} byte")


@privacy_group.command("erase")
@click.argument("username")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.pass_obj
def erase(database: Database, username: str, yes: bool) -> None:
    """Erase a person for good: works and decisions stay under a pseudonym."""
    with database.transaction():
        user = _known(username)
        if not yes:
            click.confirm(f"Xóa dữ liệu của {user.name} ({username})? Không lấy lại được.", abort=True)
        try:
            erase_person(None, user)
        except KhoError as error:
            raise click.ClickException(error.message) from error
    click.echo("Đã xóa.")


@privacy_group.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say how many rows of each class would go.")
@click.pass_obj
def purge(database: Database, dry_run: bool) -> None:
    """Let go what was kept long enough; the worker does it daily."""
    if dry_run:
        with database.session(writing=False):
            counts = {rule.code: retention.due(rule) for rule in retention.RULES}
    else:
        counts = retention.purge(database)
    for rule in retention.RULES:
        click.echo(f"{counts[rule.code]:>8}  {rule.words} ({rule.table}, {rule.days} ngày)")


def _known(username: str) -> User:
    user = find_by_username(username)
    if user is None:
        sys.exit(f"kho: không có tài khoản {username}")
    return user
