"""Verdicts on files: ordinary ones of every type pass, those that pretend or attack are held back."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from repo_service.files.file_types import REASONS, TYPES, inspect
from repo_service.files.scanning.queries import HELD_BY_SCANNER
from tests.repo_service.files.benign_files import BENIGN
from tests.repo_service.files.conftest import Upload
from tests.repo_service.files.hostile_files import HOSTILE
from tests.repo_service.files.samples import docx, pdf, zipped


@pytest.mark.parametrize(("name", "content"), BENIGN, ids=[name for name, _ in BENIGN])
def test_an_ordinary_file_is_taken(name: str, content: bytes) -> None:
    verdict = inspect(io.BytesIO(content), name)
    assert verdict.reason is None
    assert verdict.media_type == TYPES[name.rpartition(".")[2].lower()].media_type


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    HOSTILE,
    ids=[f"{place}-{name}-{reason}" for place, (name, _, reason) in enumerate(HOSTILE)],
)
def test_a_file_that_pretends_or_attacks_is_held_back(name: str, content: bytes, reason: str) -> None:
    assert inspect(io.BytesIO(content), name).reason == reason


def test_the_samples_are_many_and_cover_every_type_and_reason() -> None:
    assert len(BENIGN) >= 60
    assert len(HOSTILE) >= 60
    assert {name.rpartition(".")[2].lower() for name, _ in BENIGN} == set(TYPES)
    told_later = {"damaged", "secret_paper", *HELD_BY_SCANNER}  # by who reads the bytes again, the text, or scans
    assert {reason for _, _, reason in HOSTILE} >= set(REASONS) - {"zip_too_large", "zip_overlap"} - told_later


def test_a_quarantined_file_says_why_and_keeps_its_bytes_back(upload: Upload, lan: FlaskClient) -> None:
    file = upload("giao-an.docx", pdf())
    assert (file["state"], file["reason"]) == ("quarantined", "type_mismatch")
    assert "đuôi tên tệp" in file["message"]


def test_a_bomb_of_a_gigabyte_costs_neither_time_nor_memory() -> None:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("0", "w") as target,
    ):
        for _ in range(200):
            target.write(bytes(1024 * 1024))
    tracemalloc.start()
    begin = time.perf_counter()
    assert inspect(made, "a.zip").reason == "zip_ratio"
    assert time.perf_counter() - begin < 2
    assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024
    tracemalloc.stop()


@pytest.mark.parametrize("make", [docx, pdf, lambda: zipped({"bài.txt": "x" * 500, "b.txt": "y"})])
def test_a_flipped_or_cut_file_never_breaks_the_judge(make: Callable[[], bytes]) -> None:
    whole = make()
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        flipped = bytearray(whole)
        flipped[place] ^= 0xFF
        for damaged in (bytes(flipped), whole[:place]):
            for name in ("a.docx", "a.pdf", "a.zip", "a.txt"):
                assert inspect(io.BytesIO(damaged), name).reason in {None, *REASONS}
