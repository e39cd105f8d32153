"""`kho doctor` says what is wrong and ends with 1 only for errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from repo_service.cli import cli
from repo_service.core import clock
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from tests import databases


def run(data: Path, *arguments: str, **env: str) -> Result:
    return CliRunner().invoke(
        cli, arguments, env={"KHO_DATA": str(data), **databases.environment(data), **env}
    )


@pytest.fixture
def installed_folder(tmp_path: Path) -> Path:
    assert run(tmp_path, "migrate").exit_code == 0
    assert run(tmp_path, "init").exit_code == 0
    return tmp_path


def test_a_fresh_installation_has_no_errors(installed_folder: Path) -> None:
    answer = run(installed_folder, "doctor")
    assert answer.exit_code == 0, answer.output
    for said in (
        "Python 3.",
        "libmagic",
        "còn",
        "ghi, đọc, xoá được",
        "mới nhất",
        "Chỉ mục",
        "Không có lỗi.",
    ):
        assert said in answer.output
    assert not list((installed_folder / "files").rglob("doctor/*/*/*"))


def test_an_empty_folder_is_told_to_migrate(tmp_path: Path) -> None:
    answer = run(tmp_path, "doctor")
    assert answer.exit_code == 1 and "kho migrate" in answer.output


def test_a_key_that_others_can_read_is_an_error(installed_folder: Path) -> None:
    (installed_folder / "secret_key").chmod(0o644)
    answer = run(installed_folder, "doctor")
    assert answer.exit_code == 1 and "chmod 600" in answer.output


def test_work_that_failed_for_good_is_an_error(installed_folder: Path) -> None:
    database = Database(databases.url_of(installed_folder))
    with database.transaction() as session:
        session.add(
            OutboxRow(topic="file.stored", object_id="x" * 16, dead_at=clock.now(), error="no such file")
        )
    database.engine.dispose()
    answer = run(installed_folder, "doctor")
    assert answer.exit_code == 1 and "file.stored: no such file" in answer.output


def test_missing_programs_are_no_errors(installed_folder: Path) -> None:
    answer = run(installed_folder, "doctor", PATH="")
    assert answer.exit_code == 0 and "soffice: không có" in answer.output


def test_a_folder_of_files_that_cannot_be_written_is_an_error(installed_folder: Path) -> None:
    answer = run(installed_folder, "doctor", STORAGE_URL=f"file:{installed_folder / 'secret_key'}")
    assert answer.exit_code == 1 and "Nơi chứa tệp không ghi được" in answer.output


def test_a_public_address_without_encryption_is_mentioned(installed_folder: Path) -> None:
    answer = run(installed_folder, "doctor", PUBLIC_URL="http://kho.example.invalid", SECRET_KEY="x" * 40)
    assert answer.exit_code == 0 and "không mã hoá" in answer.output


def test_https_without_a_believed_proxy_is_mentioned(installed_folder: Path) -> None:
    real = {"PUBLIC_URL": "https://kho.example.invalid", "SECRET_KEY": "x" * 40}
    assert "TRUSTED_PROXIES=1" in run(installed_folder, "doctor", **real).output
    assert "TRUSTED_PROXIES" not in run(installed_folder, "doctor", **real, TRUSTED_PROXIES="1").output


def test_demo_data_on_a_public_address_is_an_error(installed_folder: Path) -> None:
    database = Database(databases.url_of(installed_folder))
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE installation SET is_demo = TRUE")
    database.engine.dispose()
    answer = run(installed_folder, "doctor", PUBLIC_URL="https://kho.example.invalid", SECRET_KEY="x" * 40)
    assert answer.exit_code == 1 and "dữ liệu minh hoạ" in answer.output
