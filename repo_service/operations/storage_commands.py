"""`kho storage`: prepare the store of bytes and say honestly what it can do."""

from __future__ import annotations

import click

from repo_service.settings import Settings
from repo_service.storage_troubles import explain_storage
from storage_adapters import SetupStep, StorageError, prepare_storage

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
    settings: Settings = click.get_current_context().find_root().meta["settings"]
    allowed = origins or ((settings.public_url,) if settings.public_url else ())
    if settings.storage_url.startswith("s3:") and not allowed:
        raise click.ClickException("Đặt PUBLIC_URL, hoặc thêm --origin http://127.0.0.1:8000")
    steps = []
    try:
        for step in prepare_storage(settings.storage_url, allowed):
            steps.append(step)
            click.echo(_sentence(step, allowed))
    except StorageError as error:
        trouble = explain_storage(error, settings.storage_url)
        raise click.ClickException(f"{trouble.vi}\n{trouble.en}") from error
    if not steps:
        click.echo("Tệp nằm trên đĩa của máy này: không cần chuẩn bị gì.")
    if any(not step.done and step.name in _NEEDED for step in steps):
        raise click.exceptions.Exit(1)


def _sentence(step: SetupStep, origins: tuple[str, ...]) -> str:
    good, bad = _TOLD[step.name]
    mark = "  " if step.done else "✗ " if step.name in _NEEDED else "! "
    return mark + (good if step.done else bad).format(origins=", ".join(origins), said=step.said)
