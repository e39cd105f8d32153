"""`kho storage`: prepare the store of bytes, compare it with the rows, move it to another."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

from repo_service.core.backends import replica, storage
from repo_service.core.db import Database
from repo_service.preservation.comparison import DAMAGED, MISSING, ORPHAN, WRONG_SIZE, Finding, Step
from repo_service.preservation.copying import copy_store
from repo_service.preservation.queries import totals
from repo_service.preservation.replication import check_stores
from repo_service.settings import Settings
from repo_service.storage_troubles import explain_storage
from repo_service.ui.formats import file_size, number
from storage_adapters import SetupStep, Storage, StorageError, open_storage, prepare_storage

_TOLD: dict[str, tuple[str, str]] = {
    "cors": (
        "Trình duyệt được gửi tệp từ: {origins}",
        "Không đặt được CORS ({said}): trình duyệt không gửi thẳng được",
    ),
    "preflight": (
        "Đã thử như trình duyệt: trang của Kho được, trang khác không",
        "Thử như trình duyệt chưa đạt ({said})",
    ),
    "lifecycle": (
        "Kho tệp tự bỏ lượt gửi dở sau 2 ngày",
        "Kho tệp không nhận lịch dọn ({said}): Kho tự dọn lượt gửi dở sau 24 giờ",
    ),
    "conditional_put": (
        "Ghi đè bị chặn ngay ở kho tệp",
        "Kho tệp không chặn ghi đè: mỗi khoá Kho chỉ dùng một lần nên vẫn an toàn",
    ),
    "conditional_complete": (
        "Ghi đè cũng bị chặn với tệp gửi theo phần",
        "Kho tệp không chặn ghi đè với tệp gửi theo phần: khoá chỉ dùng một lần nên vẫn an toàn",
    ),
    "checksums": ("Kho tệp tự so SHA-256", "Kho tệp không so SHA-256: Kho tự đọc lại và so"),
    "object_lock": ("Bucket có khoá chống xoá (object lock)", "Bucket không có khoá chống xoá (object lock)"),
}
_NEEDED = ("cors", "preflight")
_KINDS = {
    MISSING: "thiếu byte",
    WRONG_SIZE: "sai kích thước",
    DAMAGED: "byte đã hỏng (khác SHA-256)",
    ORPHAN: "không có dòng dữ liệu nào nhắc tới",
}
_SHOWN = 20
"""Keys printed for each kind of finding; the summary counts all of them."""


@click.group("storage")
def storage_group() -> None:
    """Prepare, check and move the store of bytes."""


@storage_group.command("setup")
@click.option(
    "--origin", "origins", multiple=True, help="Address of the site, where PUBLIC_URL does not say it."
)
def setup(origins: tuple[str, ...]) -> None:
    """Let browsers of this site send files to the bucket of STORAGE_URL, and say what the bucket can do.

    Creates no bucket and keeps rules that others made; may run again. Ends with 1 when uploads cannot work.
    """
    settings = _settings()
    allowed = origins or ((settings.public_url,) if settings.public_url else ())
    if settings.storage_url.startswith("s3:") and not allowed:
        raise click.ClickException("Đặt PUBLIC_URL, hoặc thêm --origin http://127.0.0.1:8000")
    steps = []
    try:
        for step in prepare_storage(settings.storage_url, allowed):
            steps.append(step)
            click.echo(_sentence(step, allowed))
    except StorageError as error:
        raise _told(error, settings.storage_url, "STORAGE_URL") from error
    if not steps:
        click.echo("Tệp nằm trên đĩa của máy này: không cần chuẩn bị gì.")
    if any(not step.done and step.name in _NEEDED for step in steps):
        raise click.exceptions.Exit(1)


def _sentence(step: SetupStep, origins: tuple[str, ...]) -> str:
    good, bad = _TOLD[step.name]
    mark = "  " if step.done else "✗ " if step.name in _NEEDED else "! "
    return mark + (good if step.done else bad).format(origins=", ".join(origins), said=step.said)


@storage_group.command("check")
@click.option("--deep", is_flag=True, help="Read every byte and compare it with the SHA-256 of its row.")
@click.option(
    "--repair", is_flag=True, help="Put right from the other store; bad bytes are set aside, not deleted."
)
@click.pass_obj
def check(database: Database, deep: bool, repair: bool) -> None:
    """Compare rows and objects both ways, while Kho runs: STORAGE_URL, and STORAGE_REPLICA_URL where there is one.

    Ends with 1 on a finding that is not put right.
    """
    kinds: Counter[str] = Counter()
    with _bar(database) as step:
        try:
            for told in check_stores(database, storage(), replica(), deep=deep, mending=repair, step=step):
                _show(kinds, told.finding, second=told.second, mended=told.mended)
        except StorageError as error:
            raise _told(error, _settings().storage_url, "STORAGE_URL, STORAGE_REPLICA_URL") from error
    _end_on_findings(kinds)
    objects, size = _totals(database)
    click.echo(
        f"Đủ cả: {number(objects)} tệp và hình, {file_size(size)}{', đã đọc lại từng byte' if deep else ''}."
    )


@storage_group.command("copy")
@click.argument("source", metavar="FROM_URL")
@click.argument("target", metavar="TO_URL")
@click.pass_obj
def copy(database: Database, source: str, target: str) -> None:
    """Copy all bytes from one store to another, each written like STORAGE_URL, while Kho runs.

    Stopped or killed, the same command goes on where it was. Ends with 1 when the source cannot give everything.
    """
    if source == target:
        raise click.ClickException("FROM_URL và TO_URL là một.")
    kinds: Counter[str] = Counter()
    with _bar(database) as step:
        old, new = _opened(source, "FROM_URL"), _opened(target, "TO_URL")
        try:
            done = copy_store(database, old, new, step)
        except StorageError as error:
            raise _told(error, target, "FROM_URL, TO_URL") from error
    for finding in done.findings:
        _show(kinds, finding)
    click.echo(
        f"Đã chép {number(done.objects)} tệp và hình ({file_size(done.size)}); {number(done.there)} đã có sẵn."
    )
    _end_on_findings(kinds)


def _opened(url: str, argument: str) -> Storage:
    try:
        store = open_storage(url)
        next(store.list("files/"), None)  # says best what is wrong with a bucket
    except StorageError as error:
        raise _told(error, url, argument) from error
    return store


def _show(kinds: Counter[str], finding: Finding, *, second: bool = False, mended: bool = False) -> None:
    where = " (bản sao thứ hai)" if second else ""
    if mended:
        click.echo(f"  {finding.key}{where}: {_KINDS[finding.kind]}, đã lấy lại từ nơi kia")
        return
    kinds[finding.kind] += 1
    if kinds[finding.kind] <= _SHOWN:
        click.echo(f"✗ {finding.key}{where}: {_KINDS[finding.kind]}")


def _end_on_findings(kinds: Counter[str]) -> None:
    if kinds:
        sys.exit("; ".join(f"{number(count)} {_KINDS[kind]}" for kind, count in kinds.items()))


@contextmanager
def _bar(database: Database) -> Iterator[Step]:
    """A bar over the bytes that the rows promise; nothing where nobody watches."""
    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stdout.isatty(), transient=True) as bar:
        task = bar.add_task("", total=_totals(database)[1])
        yield lambda _objects, size: bar.advance(task, size)


def _totals(database: Database) -> tuple[int, int]:
    with database.session(writing=False):
        return totals()


def _told(error: StorageError, url: str, setting: str) -> click.ClickException:
    trouble = explain_storage(error, url, setting)
    return click.ClickException(f"{trouble.vi}\n{trouble.en}")


def _settings() -> Settings:
    settings: Settings = click.get_current_context().find_root().meta["settings"]
    return settings
