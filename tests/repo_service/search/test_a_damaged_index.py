"""An index folder damaged while Kho runs: people still find titles, it is filled anew by itself, and that is said."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from flask.testing import FlaskClient

from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.search import jobs
from repo_service.settings import Settings
from repo_service.worker import SCHEDULES
from tests.cast import Cast
from tests.factories import published


@pytest.fixture
def folder(db: Database, cast: Cast, settings: Settings, tmp_path: Path, work: Callable[[], None]) -> Path:
    """The index folder of a running Kho, with five works in it."""
    place = tmp_path / "on-disk"
    backends.configure(replace(settings, search_url=f"tantivy:{place}"))
    with db.transaction():
        for number in range(5):
            published(cast.lan, cast.clusters["K2"], title=f"Phân số, bài {number}")
    work()
    return place


def garble_all(folder: Path) -> None:
    for path in folder.glob("index-*/*.*"):
        if not path.name.startswith("."):
            content = bytes(byte ^ 0x55 for byte in path.read_bytes())
            path.with_name("new").write_bytes(content)
            path.with_name("new").replace(path)


def cut_in_half(folder: Path) -> None:
    for path in folder.glob("index-*/*.*"):
        if not path.name.startswith("."):
            path.with_name("new").write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            path.with_name("new").replace(path)


def take_away(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_the_pointer(folder: Path) -> None:
    (folder / "current").write_text("index-of-somebody-else")


@pytest.mark.parametrize("damage", [garble_all, cut_in_half, take_away, lose_the_pointer])
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
def test_it_is_filled_anew_by_itself_with_a_message(
    folder: Path,
    db: Database,
    settings: Settings,
    sign_in: Callable[[str], FlaskClient],
    damage: Callable[[Path], None],
    restarted: bool,
) -> None:
    lan = sign_in("lan")
    damage(folder)
    if restarted:
        backends.configure(replace(settings, search_url=f"tantivy:{folder}"))
    before = lan.get("/api/search?q=phan+so")
    assert before.status_code == 200 and before.get_json()["total"] == 5  # from the index in memory, or by title
    with structlog.testing.capture_logs() as logs:
        jobs.reconcile(db) if restarted else jobs.repair_index(db)
        jobs.reconcile(db)
    told = [line for line in logs if line["event"] == "index_filled_from_database"]
    assert len(told) == 1 and "Kho lập lại" in told[0]["vi"]
    answer = lan.get("/api/search?q=phan+so").get_json()
    assert answer["total"] == 5 and not answer["by_title_only"]


def test_the_repair_comes_round_every_minute() -> None:
    found = {schedule.name: schedule for schedule in SCHEDULES}
    assert found["index.repair"].every.total_seconds() <= 60 and found["index.repair"].index
