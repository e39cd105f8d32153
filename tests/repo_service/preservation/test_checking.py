"""`kho storage check` and `kho storage copy`: what an operator reads, and the exit code a script reads."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.extraction import READER_VERSION
from repo_service.cli import cli
from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.derivatives.models import Picture
from repo_service.files.models import StoredFile
from repo_service.preservation import jobs
from repo_service.settings import Settings
from storage_adapters import object_key, open_storage
from tests.cast import Cast
from tests.factories import stored_file

Kho = Callable[..., Result]


@pytest.fixture
def kho(app: object, settings: Settings) -> Iterator[Kho]:
    """A `kho` command on this test's database, with its files on disk."""
    url = f"file:{settings.data / 'files'}"
    env = {"KHO_DATA": str(settings.data), "DATABASE_URL": settings.database_url, "STORAGE_URL": url}

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments), env=env)

    run("storage", "check")
    yield run
    backends.configure(settings)


@pytest.fixture
def files(kho: Kho, db: Database, cast: Cast) -> list[StoredFile]:
    with db.transaction():
        return [stored_file(cast.lan, content=f"Bài học số {n}".encode()) for n in range(6)]


def path_of(file: StoredFile) -> Path:
    path = backends.storage().local_path(file.key)
    assert path is not None
    return path


def test_a_whole_store_is_called_whole(kho: Kho, files: list[StoredFile]) -> None:
    for arguments in (["storage", "check"], ["storage", "check", "--deep"]):
        done = kho(*arguments)
        assert done.exit_code == 0 and "6 tệp" in done.output


def test_missing_and_short_objects_are_named(kho: Kho, files: list[StoredFile]) -> None:
    path_of(files[0]).unlink()
    path_of(files[1]).write_bytes(b"x")
    done = kho("storage", "check")
    assert done.exit_code == 1
    assert f"{files[0].key}: thiếu byte" in done.output and f"{files[1].key}: sai kích thước" in done.output
    assert done.output.count("✗") == 2


def test_a_flipped_byte_is_found_by_reading_everything(kho: Kho, files: list[StoredFile]) -> None:
    path = path_of(files[2])
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(content)
    assert kho("storage", "check").exit_code == 0
    done = kho("storage", "check", "--deep")
    assert done.exit_code == 1 and f"{files[2].key}: byte đã hỏng" in done.output


def test_objects_without_a_row_are_named_after_a_day(kho: Kho, files: list[StoredFile]) -> None:
    for name in ("old", "new"):
        backends.storage().put(object_key(name), io.BytesIO(b"x"))
    path = backends.storage().local_path(object_key("old"))
    assert path is not None
    past = (datetime.now(UTC) - timedelta(hours=26)).timestamp()
    os.utime(path, (past, past))
    done = kho("storage", "check")
    assert done.exit_code == 1 and done.output.count("✗") == 1 and object_key("old") in done.output


def test_the_daily_sweep_drops_what_nobody_got_a_row_for_and_nothing_else(
    kho: Kho, files: list[StoredFile], db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = (datetime.now(UTC) - timedelta(hours=26)).timestamp()
    for name in ("old", "older", "new"):
        backends.storage().put(object_key(name), io.BytesIO(b"x"))
    for key in (object_key("old"), object_key("older"), files[0].key):
        path = backends.storage().local_path(key)
        assert path is not None
        os.utime(path, (past, past))
    monkeypatch.setattr(jobs, "MOST_ORPHANS", 1)
    jobs.sweep_orphans(db)  # so many tell of a database that is older than its store: all stay
    assert sum(1 for _ in backends.storage().list("files/")) == 9
    monkeypatch.setattr(jobs, "MOST_ORPHANS", 2)
    jobs.sweep_orphans(db)
    left = {found.key for found in backends.storage().list("files/")}
    assert left == {object_key("new"), *(file.key for file in files)}


def test_pictures_are_compared_and_copied_as_well(
    kho: Kho, files: list[StoredFile], db: Database, tmp_path: Path
) -> None:
    key = object_key(f"{files[0].id}-0-{READER_VERSION}", "pictures")
    with db.transaction() as session:
        shown = Picture(
            file_id=files[0].id, page=0, key=key, media_type="image/webp", width=1, height=1, size=3
        )
        session.add(shown)
    assert f"{key}: thiếu byte" in kho("storage", "check").output
    backends.storage().put(key, io.BytesIO(b"pic"))
    assert kho("storage", "check").exit_code == 0
    done = kho("storage", "copy", f"file:{tmp_path / 'files'}", f"file:{tmp_path / 'other'}")
    assert done.exit_code == 0 and "Đã chép 7" in done.output, done.output
    assert open_storage(f"file:{tmp_path / 'other'}").stat(key).size == 3


def test_a_copy_says_what_was_there_and_ends_with_1_on_a_loss(
    kho: Kho, files: list[StoredFile], tmp_path: Path
) -> None:
    urls = f"file:{tmp_path / 'files'}", f"file:{tmp_path / 'other'}"
    assert kho("storage", "copy", *urls).exit_code == 0
    again = kho("storage", "copy", *urls)
    assert again.exit_code == 0 and "Đã chép 0" in again.output and "6 đã có sẵn" in again.output
    path_of(files[0]).unlink()
    open_storage(urls[1]).delete(files[0].key)
    done = kho("storage", "copy", *urls)
    assert done.exit_code == 1 and f"{files[0].key}: thiếu byte" in done.output


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        (("file:/tmp/a", "file:/tmp/a"), "là một"),
        (("nothing", "memory:"), "FROM_URL"),
        (("memory:", "s3://kho-x?endpoint=http://127.0.0.1:1"), "TO_URL"),
        (("memory:", "s3://kho-x?colour=red"), "TO_URL"),
    ],
)
def test_addresses_that_cannot_be_used_are_told_by_their_place(
    kho: Kho, urls: tuple[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    done = kho("storage", "copy", *urls)
    assert done.exit_code == 1 and said in done.output and "very-secret" not in done.output
