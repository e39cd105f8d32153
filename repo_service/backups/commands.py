"""`kho backup` and `kho restore`: runs made, listed, tried out, thinned out and brought back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

from repo_service.backups import runs
from repo_service.backups.making import make_backup
from repo_service.backups.restoring import Bad, restore, try_out
from repo_service.backups.retention import prune
from repo_service.backups.sealing import new_identity
from repo_service.core.backends import replica, search_engine, storage
from repo_service.core.db import Database
from repo_service.core.errors import MoveNotAllowed
from repo_service.preservation.comparison import Step
from repo_service.search.upkeep import every_document
from repo_service.settings import Settings
from repo_service.storage_troubles import explain_storage
from repo_service.ui.formats import file_size, moment, number
from storage_adapters import Storage, StorageError

_FOLDER = click.argument(
    "folder", metavar="[FOLDER]", required=False, type=click.Path(file_okay=False, path_type=Path)
)
_RUN = click.option("--run", "name", help="A run by its name; the newest when left out.")
_IDENTITY = click.option(
    "--identity", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of the age identity, for an encrypted run.",
)  # fmt: skip
_SHOWN = 20


class _MakesByDefault(click.Group):
    """`kho backup FOLDER` is `kho backup make FOLDER`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["make", *args])


@click.group("backup", cls=_MakesByDefault)
def backup() -> None:
    """Backups of database and bytes into a folder of another disk; without FOLDER into BACKUP_FOLDER."""


@backup.command("make")
@_FOLDER
@click.option("--encrypt", "recipient", metavar="age1...", help="Encrypt to this age recipient.")
@click.pass_obj
def make_command(database: Database, folder: Path | None, recipient: str | None) -> None:
    """Make a run while Kho is in use; it costs only what is new since the last. Ends with 1 when bytes are lacking."""
    settings = _settings()
    with _told_in_words(), _bar() as step:
        manifest = make_backup(
            database, _stores(), _place(folder), settings.data, recipient or settings.backup_recipient, step
        )
    click.echo(
        f"Bản sao lưu {manifest.name}: {number(manifest.objects)} tệp và hình, {file_size(manifest.bytes)}"
    )
    click.echo(f"Đầu niêm của nhật kí: {manifest.audit_head}")
    _end_on([(key, "missing") for key in manifest.lacking])


@backup.command("list")
@_FOLDER
def list_command(folder: Path | None) -> None:
    """Name the runs, oldest first: when, what they hold, whether they were tried out; torn ones too."""
    place = _place(folder)
    whole = {manifest.name: manifest for manifest in runs.complete(place)}
    for name in runs.all_runs(place):
        manifest = whole.get(name)
        if manifest is None:
            click.echo(f"{name}  dở dang, không dùng được")
            continue
        tried = runs.tried_at(place, name)
        said = f"đã thử khôi phục {moment(tried)}" if tried else "chưa thử khôi phục"
        sealed = ", mã hoá" if manifest.recipient else ""
        click.echo(
            f"{name}  {number(manifest.objects)} tệp và hình, {file_size(manifest.bytes)}{sealed}; {said}"
        )


@backup.command("verify")
@_FOLDER
@_RUN
@_IDENTITY
def verify_command(folder: Path | None, name: str | None, identity: Path | None) -> None:
    """Try a run out: restore its database to a temporary place, read every byte, fill an index. Ends with 1 if bad."""
    with _told_in_words(), _bar() as step:
        place = _place(folder)
        manifest = runs.find_run(place, name)
        trial = try_out(place, manifest, _settings().data, identity, step)
    _end_on(trial.bad)
    click.echo(
        f"{manifest.name} khôi phục được: {number(trial.objects)} tệp và hình đúng từng byte, "
        f"tìm thấy {number(trial.documents)} mục, nhật kí nguyên vẹn."
    )


@backup.command("prune")
@_FOLDER
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
def prune_command(folder: Path | None, dry_run: bool) -> None:
    """Keep the newest run of each of 7 days, 5 weeks and 6 months; drop the others and what only they needed."""
    with _told_in_words():
        gone = prune(_place(folder), dry_run=dry_run)
    verb = "Sẽ bỏ" if dry_run else "Đã bỏ"
    click.echo(f"Giữ {len(gone.kept)} bản: {', '.join(gone.kept)}")
    click.echo(f"{verb} {len(gone.dropped)} bản: {', '.join(gone.dropped)}")
    click.echo(f"{verb} {len(gone.torn)} bản dở dang, {number(gone.objects)} tệp và hình không bản nào cần")


@backup.command("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def key_command(file: Path) -> None:
    """Make an age identity for encrypted backups, and print its recipient for --encrypt or BACKUP_RECIPIENT."""
    try:
        click.echo(new_identity(file))
    except FileExistsError as error:
        raise click.ClickException(f"{file} đã có; Kho không ghi đè khoá.") from error
    click.echo(f"Cất {file} ở nơi khác máy này: mất nó thì không mở lại được bản sao lưu.", err=True)


@click.command("restore")
@_FOLDER
@_RUN
@_IDENTITY
@click.pass_obj
def restore_command(database: Database, folder: Path | None, name: str | None, identity: Path | None) -> None:
    """Bring a run back into an empty DATABASE_URL and STORAGE_URL; every row and every byte is compared.

    Stopped or killed while it brings bytes, the same command goes on where it was. Then fills the search index.
    """
    settings = _settings()
    with _told_in_words(), _bar() as step:
        place = _place(folder)
        manifest = runs.find_run(place, name)
        done = restore(
            place, manifest, settings.database_url, _stores(), settings.data, identity=identity, step=step
        )
        with database.session(writing=False):
            search_engine().rebuild(every_document())
    rows = number(sum(done.rows.values()))
    click.echo(
        f"Đã khôi phục {manifest.name}: {rows} dòng, {number(done.objects)} tệp và hình. Chạy: kho doctor"
    )
    _end_on(done.lacking)


def _stores() -> list[Storage]:
    return [store for store in (storage(), replica()) if store is not None]


def _place(folder: Path | None) -> Path:
    place = folder or _settings().backup_folder
    if place is None:
        raise click.UsageError("name a FOLDER, or set BACKUP_FOLDER")
    return place.absolute()


def _end_on(bad: Bad) -> None:
    for key, kind in bad[:_SHOWN]:
        click.echo(f"✗ {key}: {kind}")
    if bad:
        sys.exit(f"{number(len(bad))} chỗ hỏng hoặc thiếu.")


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except MoveNotAllowed as error:
        raise click.ClickException(error.message) from error
    except StorageError as error:
        trouble = explain_storage(error, _settings().storage_url, "STORAGE_URL, BACKUP_FOLDER")
        raise click.ClickException(f"{trouble.vi}\n{trouble.en}") from error


@contextmanager
def _bar() -> Iterator[Step]:
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stdout.isatty(), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda _objects, size: bar.advance(task, size)


def _settings() -> Settings:
    settings: Settings = click.get_current_context().find_root().meta["settings"]
    return settings


COMMANDS = [backup, restore_command]
