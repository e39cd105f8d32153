"""`kho init`: make an installation without demo data."""

from __future__ import annotations

import click

from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput
from repo_service.core.urls import link_path
from repo_service.organizations.setup import first_administrator_link, install


@click.command("init")
@click.option("--province", "province_code", help="Code of the province; its communes must be known to Kho.")
@click.pass_obj
def init(database: Database, province_code: str | None) -> None:
    """Write lists, communes and the department, and print the first administrator's one-time link. May run again."""
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
    public_url: str | None = click.get_current_context().find_root().meta["settings"].public_url
    click.echo((public_url or "http://127.0.0.1:8000") + link_path(secret))


COMMANDS = (init,)
