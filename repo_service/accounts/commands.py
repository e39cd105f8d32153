"""Accounts from the operator's command line: `kho user ...` and `kho token create`."""

from __future__ import annotations

import click

from repo_service.accounts import queries, service
from repo_service.accounts.models import User
from repo_service.accounts.oidc.service import forget_identities
from repo_service.accounts.second_factor.service import take_off
from repo_service.core.db import Database
from repo_service.core.errors import InvalidInput, KhoError
from repo_service.core.urls import link_path


@click.group("user")
def user_group() -> None:
    """Accounts of people."""


@user_group.command("create")
@click.argument("username")
@click.argument("name")
@click.option("--email")
@click.pass_obj
def create(database: Database, username: str, name: str, email: str | None) -> None:
    """Open an account without a password and print the invitation's path."""
    with database.transaction(), _said_plainly():
        user = service.create_user(username, name, email=email)
        click.echo(_address(service.create_link(user, None)))


@user_group.command("link")
@click.argument("username")
@click.pass_obj
def link(database: Database, username: str) -> None:
    """Print a new one-time link of an account: an invitation, or a reset once there is a password."""
    with database.transaction(), _said_plainly():
        click.echo(_address(service.create_link(_known(username), None)))


@user_group.command("deactivate")
@click.argument("username")
@click.pass_obj
def deactivate(database: Database, username: str) -> None:
    """Close an account at once; its works stay."""
    with database.transaction():
        service.deactivate(_known(username), None)


@user_group.command("untie")
@click.argument("username")
@click.pass_obj
def untie(database: Database, username: str) -> None:
    """Untie an account from the provider of OIDC_ISSUER: for a person who has a new identity there."""
    with database.transaction():
        forget_identities(_known(username), None)


@user_group.command("second-factor-off")
@click.argument("username")
@click.pass_obj
def take_off_second_factor(database: Database, username: str) -> None:
    """Take an account's second factor off: for a person who lost phone and recovery codes."""
    with database.transaction(), _said_plainly():
        take_off(_known(username), None)


@user_group.command("list")
@click.pass_obj
def list_users(database: Database) -> None:
    """Print user name, name and state of every account."""
    with database.transaction(writing=False):
        for user in queries.all_users():
            click.echo(f"{user.username}\t{user.name}\t{'open' if user.is_active else 'closed'}")


@click.group("token")
def token_group() -> None:
    """Bearer tokens for the API."""


@token_group.command("create")
@click.argument("username")
@click.option("--name", default="kho token create", show_default=True)
@click.option("--days", type=click.IntRange(1, 3660), help="Days until it ends; without: until revoked.")
@click.pass_obj
def create_token(database: Database, username: str, name: str, days: int | None) -> None:
    """Print a new token of an account, and nothing else."""
    with database.transaction(), _said_plainly():
        click.echo(service.create_token(_known(username), name, days))


class _said_plainly:
    """Turns our errors into one line on standard error; the transaction around it is rolled back."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, InvalidInput):
            raise click.ClickException(
                "; ".join(text for texts in error.errors.values() for text in texts)
            ) from error
        if isinstance(error, KhoError):
            raise click.ClickException(error.message) from error


def _known(username: str) -> User:
    user = queries.find_by_username(username)
    if user is None:
        raise click.ClickException(f"no account is called {username}")
    return user


def _address(secret: str) -> str:
    public_url: str | None = click.get_current_context().find_root().meta["settings"].public_url
    return (public_url or "") + link_path(secret)


COMMANDS = (user_group, token_group)
