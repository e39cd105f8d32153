"""Hostile and broken files through the child process: the right answer, soon, and nothing else happens."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.extraction import run_extraction
from tests.samples import hostile
from tests.samples.media_types import DOCX, HTML, ODT, PDF, PPTX, XLSX, ZIP
from tests.samples.packages import rich_word_document, write_zip

SECRET = "mat-khau-cua-may"


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Path]:
    """Where to put the sample; afterwards nothing else may lie there, and little time has passed."""
    started = time.monotonic()
    folder = tmp_path / "in"
    folder.mkdir()
    yield folder / "sample"
    assert time.monotonic() - started < 10
    assert {path.name for path in folder.iterdir()} <= {"sample"}
    assert {path.name for path in tmp_path.iterdir()} <= {"in", "secret.txt"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_an_entity_that_points_at_a_file_is_refused(sample: Path, secret: Path, encoding: str) -> None:
    extracted = run_extraction(hostile.word_reading_a_file(sample, secret, encoding), DOCX)
    assert (extracted.state, extracted.reason, extracted.text) == ("failed", "unsafe", "")


def test_an_entity_below_a_long_comment_is_refused(sample: Path, secret: Path) -> None:
    assert run_extraction(hostile.word_with_late_dtd(sample, secret), DOCX).reason == "unsafe"


def test_an_entity_in_a_workbook_is_refused(sample: Path, secret: Path) -> None:
    assert run_extraction(hostile.sheet_with_dtd(sample, secret), XLSX).reason == "unsafe"


def test_a_web_page_fetches_no_file(sample: Path, secret: Path) -> None:
    dtd = f'<!DOCTYPE html [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'
    sample.write_text(f'{dtd}<p>&leak; chữ</p><iframe src="{secret.as_uri()}">')
    extracted = run_extraction(sample, HTML)
    assert extracted.state == "ready"
    assert SECRET not in extracted.text


def test_billion_laughs_are_refused(sample: Path) -> None:
    assert run_extraction(hostile.billion_laughs(sample), DOCX).reason == "unsafe"


def test_a_zip_bomb_is_refused_before_it_unpacks(sample: Path) -> None:
    assert run_extraction(hostile.word_bomb(sample, mebibytes=100), DOCX).reason == "too_big"


def test_too_many_members_are_refused(sample: Path) -> None:
    assert run_extraction(hostile.many_members(sample, count=10_001), DOCX).reason == "too_big"


def test_a_tree_too_large_for_the_memory_is_too_big(sample: Path) -> None:
    path = hostile.word_of_many_elements(sample, count=400_000)
    extracted = run_extraction(path, DOCX, memory_bytes=160 * 1024 * 1024)
    assert (extracted.state, extracted.reason) == ("failed", "too_big")


def test_endless_nesting_is_refused(sample: Path) -> None:
    assert run_extraction(hostile.deeply_nested_word(sample, levels=50_000), DOCX).state == "failed"


def test_twenty_tables_in_each_other_are_read(sample: Path) -> None:
    assert run_extraction(hostile.deeply_nested_word(sample, levels=20), DOCX).text == "đáy"


def test_names_that_want_to_escape_are_only_names(sample: Path) -> None:
    extracted = run_extraction(hostile.escaping_names(sample), ZIP)
    assert "../../thoat.txt" in extracted.text
    assert not Path("/tmp/thoat.txt").exists()


@pytest.mark.parametrize("media_type", [DOCX, PPTX, XLSX, ODT, PDF, ZIP])
def test_noise_and_cut_off_files_are_damaged(sample: Path, media_type: str) -> None:
    sample.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    assert run_extraction(sample, media_type).reason == "damaged"


def test_a_word_file_cut_in_the_middle_is_damaged(sample: Path) -> None:
    whole = rich_word_document(sample).read_bytes()
    sample.write_bytes(whole[: len(whole) // 2])
    assert run_extraction(sample, DOCX).reason == "damaged"


def test_a_zip_that_is_no_document_is_damaged(sample: Path) -> None:
    write_zip(sample, {"bai.txt": "x"})
    assert {run_extraction(sample, kind).reason for kind in (DOCX, PPTX, XLSX)} == {"damaged"}


def test_a_word_file_with_a_password_is_encrypted(sample: Path) -> None:
    sample.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert run_extraction(sample, DOCX).reason == "encrypted"


def test_a_reader_that_does_not_end_is_killed(sample: Path) -> None:
    os.mkfifo(sample)  # opening it waits for ever
    started = time.monotonic()
    assert run_extraction(sample, DOCX, seconds=0.5).reason == "timeout"
    assert time.monotonic() - started < 30


def test_a_child_without_memory_to_start_is_crashed_not_an_error_here(sample: Path) -> None:
    rich_word_document(sample)
    extracted = run_extraction(sample, DOCX, memory_bytes=1024 * 1024)
    assert (extracted.state, extracted.text) == ("failed", "")
    assert extracted.reason in ("crashed", "too_big", "damaged")


def test_a_missing_file_is_the_callers_mistake(sample: Path) -> None:
    with pytest.raises(FileNotFoundError):
        run_extraction(sample, DOCX)


def test_the_child_inherits_no_environment(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("PYTHONSTARTUP", SECRET)
    seen: dict[str, object] = {}
    started = subprocess.Popen

    def remembering(*arguments: object, **options: object) -> object:
        seen.update(options)
        return started(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", remembering)
    assert run_extraction(rich_word_document(sample), DOCX).state == "ready"
    assert set(seen["env"]) == {"PATH", "LANG", "PYTHONPATH", "TMPDIR"}  # type: ignore[call-overload]
    assert SECRET not in str(seen)


def test_importing_extraction_loads_no_parser() -> None:
    parsers = "{'lxml', 'PIL', 'pypdfium2', 'openpyxl', 'docx', 'pptx'}"
    code = f"import indexer.extraction, sys; sys.exit(bool({parsers} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
