"""`kho seed`: fill an empty data folder with the demonstration, and more records for benchmarks."""

from __future__ import annotations

import sys
from datetime import date

import click
from rich.console import Console
from rich.progress import Progress

from repo_service.core import clock
from repo_service.core.audit.chain import seal_waiting
from repo_service.core.db import Database
from repo_service.demo.accounts import FILE, WITH_PASSWORD, kept_passwords
from repo_service.demo.scale import write_many
from repo_service.demo.seeding.demonstration import NotADemo, fill_index, is_seeded, seed_demo, steps
from repo_service.schema import migrate
from repo_service.settings import Settings


@click.command()
@click.option("--scale", default=0, type=click.IntRange(0), help="Add so many small published resources.")
@click.pass_obj
def seed(database: Database, scale: int) -> None:
    """Write the demonstration data into an empty installation; run again, it only prints the accounts."""
    settings: Settings = click.get_current_context().find_root().meta["settings"]
    if settings.is_real:
        sys.exit("kho: PUBLIC_URL đang đặt nên đây là kho thật; dữ liệu minh hoạ không ghi vào kho thật.")
    migrate(settings.database_url)
    today = date.fromisoformat(settings.today) if settings.today else clock.today()
    clock.pin_day(today if settings.today else None)
    try:
        seeded = is_seeded(database)
    except NotADemo:
        sys.exit("kho: kho này đã có dữ liệu thật (kho init); dữ liệu minh hoạ không ghi vào đây.")
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        if not seeded:
            bar = progress.add_task("Đang ghi dữ liệu minh hoạ", total=steps())
            seed_demo(database, settings.data, today, step=lambda: progress.advance(bar))
            seal_waiting(database)
        if scale:
            bar = progress.add_task("Đang thêm học liệu", total=scale)
            write_many(database, scale, step=lambda done: progress.update(bar, completed=done))
        if scale or not seeded:
            progress.add_task("Đang lập chỉ mục", total=None)
            fill_index(database)
    _print_accounts(settings)


def _print_accounts(settings: Settings) -> None:
    passwords = kept_passwords(settings.data)
    click.echo("Tài khoản minh hoạ:")
    for name, role in WITH_PASSWORD.items():
        click.echo(f"  {name:<8} {passwords.get(name, '(không còn tệp mật khẩu)'):<36} {role}")
    click.echo(f"Mật khẩu được giữ trong {settings.data / FILE}")


COMMANDS = [seed]
