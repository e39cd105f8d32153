"""The command line, as a table of contents; each feature brings its own commands."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import click

from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.core.logs import configure_logs
from repo_service.database_troubles import why_not_served
from repo_service.files.scanning import why_not_scanned
from repo_service.mail import door as mail
from repo_service.schema import migrate
from repo_service.search_troubles import report_search_at_start, why_not_searched
from repo_service.settings import Settings
from repo_service.storage_troubles import report_at_start, why_not_opened


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Kho: the shared repository of the school clusters."""
    configure_logs()
    settings = Settings.from_env()
    context.meta["settings"] = settings
    context.obj = database = Database(settings.database_url)
    context.call_on_close(lambda: database.engine.dispose())
    _make_data_folder(settings)
    backends.configure(settings, synonyms=lambda: _synonyms(context.obj))
    mail.configure(settings)


@cli.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema; old data stays."""
    migrate(_settings().database_url)
    click.echo("Lược đồ dữ liệu đã mới nhất.")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve the site; on embedded defaults the background work runs inside."""
    from repo_service.server import serve as serve_forever

    settings = _settings()
    _end_unless_usable(settings)
    serve_forever(settings, host, port)


@cli.command()
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="How many at once."
)
@click.option("--parent", type=int, hidden=True)
@click.pass_obj
def worker(database: Database, processes: int, parent: int | None) -> None:
    """Do the background work here (where the web server runs without it), until SIGTERM."""
    from repo_service.background.processes import supervise, wait_for_the_end
    from repo_service.worker import start_in_background

    _end_unless_usable(_settings(), report=parent is None)
    if processes > 1:
        supervise(processes)
        return
    stop = start_in_background(_settings(), database)
    wait_for_the_end(parent)
    stop()
    backends.close()


def _settings() -> Settings:
    settings: Settings = click.get_current_context().find_root().meta["settings"]
    return settings


def _end_unless_usable(settings: Settings, *, report: bool = True) -> None:
    """End here with the reason when the database, or the address of the store or the index, is wrong."""
    trouble = why_not_served(settings.database_url) or why_not_opened(settings)
    if trouble := trouble or why_not_searched(settings.search_url) or why_not_scanned(settings):
        sys.exit(trouble)
    if report:
        report_at_start(settings)
        report_search_at_start(settings.search_url)


def _make_data_folder(settings: Settings) -> None:
    settings.data.mkdir(parents=True, exist_ok=True)


def _synonyms(database: Database) -> tuple[tuple[str, ...], ...]:
    from repo_service.curriculum.synonyms import search_synonyms

    with database.session(writing=False):
        return search_synonyms()


def _add_feature_commands() -> None:
    import importlib

    for name in ("accounts", "background", "backups", "derivatives", "search", "demo", "letters", "operations"):
        if find_spec(f"repo_service.{name}.commands"):
            for command in importlib.import_module(f"repo_service.{name}.commands").COMMANDS:
                cli.add_command(command)


_add_feature_commands()
