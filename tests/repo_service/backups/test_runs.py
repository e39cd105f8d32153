"""The runs of a folder: what is torn is never believed, what is old goes, what is sealed shows nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from repo_service.backups import jobs, runs
from repo_service.backups.pool import Pool
from repo_service.backups.retention import kept
from repo_service.core import backends, clock
from repo_service.core.db import Database
from repo_service.core.errors import MoveNotAllowed
from repo_service.files.models import StoredFile
from repo_service.settings import Settings
from storage_adapters import open_storage
from tests import databases
from tests.cast import Cast
from tests.factories import stored_file
from tests.repo_service.backups.taken import back_up, sums

Kho = Callable[..., Result]


def test_a_second_run_costs_only_what_is_new(
    db: Database,
    cast: Cast,
    works: list[StoredFile],
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = back_up(db, folder, tmp_path)
    read: list[str] = []
    store = backends.storage()
    open_ = store.open
    monkeypatch.setattr(store, "open", lambda key, *rest: read.append(key) or open_(key, *rest))
    with db.transaction():
        new = stored_file(cast.lan, content=b"new")
    with clock.pinned(clock.now() + timedelta(seconds=2)):
        second = back_up(db, folder, tmp_path)
    assert read == [new.key] and second.objects == first.objects + 1
    assert [manifest.name for manifest in runs.complete(folder)] == [first.name, second.name]


def test_a_torn_or_changed_run_is_never_restored(
    kho: Kho, db: Database, works: list[StoredFile], folder: Path, tmp_path: Path, elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    manifest = back_up(db, folder, tmp_path)
    run = runs.folder_of(folder, manifest.name)
    with monkeypatch.context() as patch, clock.pinned(clock.now() + timedelta(seconds=5)):
        patch.setattr(
            "repo_service.backups.runs.finish_run", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            back_up(db, folder, tmp_path)
    torn = runs.all_runs(folder)[-1]
    assert torn != manifest.name and [one.name for one in runs.complete(folder)] == [manifest.name]
    said = kho("restore", str(folder), "--run", torn, at=elsewhere)
    assert said.exit_code == 1 and "torn" in said.output
    assert "dở dang" in kho("backup", "list", str(folder)).output
    told = json.loads((run / runs.MANIFEST).read_text())
    (run / runs.MANIFEST).write_text(json.dumps({**told, "objects": 1}))
    assert kho("restore", str(folder), at=elsewhere).exit_code == 1
    (run / runs.MANIFEST).write_text(json.dumps(told))
    content = (run / manifest.database).read_bytes()
    (run / manifest.database).write_bytes(content[:-1] + b"?")
    said = kho("restore", str(folder), at=elsewhere)
    assert said.exit_code == 1 and "not as it was written" in said.output
    (run / manifest.database).write_bytes(content)
    [pooled] = (folder / "pool" / "objects" / "files").rglob(works[0].id)
    pooled.write_bytes(b"?" * works[0].size)
    assert kho("backup", "verify", str(folder)).exit_code == 1
    said = kho("restore", str(folder), at=elsewhere)
    assert said.exit_code == 1 and "damaged" in said.output
    assert sums(databases.url_of(elsewhere))["users"][0] == 0, "rows come last"


def test_what_killed_runs_left_half_written_is_swept(
    db: Database, works: list[StoredFile], folder: Path, tmp_path: Path
) -> None:
    back_up(db, folder, tmp_path)
    left = [folder / "pool" / "incoming" / "half", tmp_path / "kho-backup-left" / "0.sqlite"]
    left[1].parent.mkdir()
    for path in left:
        path.write_bytes(b"half")
        os.utime(path.parent if path is left[1] else path, (1e9, 1e9))
    with clock.pinned(clock.now() + timedelta(seconds=5)):
        back_up(db, folder, tmp_path)
    assert not [path for path in left if path.exists()]


def test_an_encrypted_run_shows_nothing_and_opens_with_its_identity_alone(
    kho: Kho, db: Database, works: list[StoredFile], folder: Path, tmp_path: Path, elsewhere: Path
) -> None:
    made = kho("backup", "key", str(tmp_path / "key"))
    recipient = made.output.splitlines()[0]
    assert oct((tmp_path / "key").stat().st_mode & 0o777) == "0o600" and recipient.startswith("age1")
    assert kho("backup", "key", str(tmp_path / "key")).exit_code == 1, "a key is never written over"
    assert kho("backup", str(folder), BACKUP_RECIPIENT=recipient).exit_code == 0
    inside = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert "Bài học về phân số".encode() not in inside and b"SQLite format" not in inside
    assert str(works[0].sha256).encode() not in inside
    kho("backup", "key", str(tmp_path / "other"))
    for arguments in ((), ("--identity", str(tmp_path / "other"))):
        assert kho("restore", str(folder), *arguments, at=elsewhere).exit_code == 1
    assert kho("backup", "verify", str(folder), "--identity", str(tmp_path / "key")).exit_code == 0
    said = kho("restore", str(folder), "--identity", str(tmp_path / "key"), at=elsewhere)
    assert said.exit_code == 0, said.output
    with open_storage(f"file:{elsewhere / 'files'}").open(works[0].key) as reader:
        assert reader.read() == "Bài học về phân số".encode()


def test_damaged_and_lost_objects_are_brought_back_from_the_backups(
    kho: Kho, db: Database, works: list[StoredFile], folder: Path, tmp_path: Path
) -> None:
    key = kho("backup", "key", str(tmp_path / "key")).output.splitlines()[0]
    back_up(db, folder, tmp_path, key)
    paths = [backends.storage().local_path(file.key) for file in works[:2]]
    assert paths[0] and paths[1]
    paths[0].write_bytes(b"?" * works[0].size)
    paths[1].unlink()
    assert kho("fixity", "--since", "0").exit_code == 1
    said = kho("fixity", "--from", str(folder), "--identity", str(tmp_path / "key"))
    assert said.exit_code == 0 and "Đã lấy lại 2" in said.output, said.output
    with db.session(writing=False) as session:
        assert {(file.state, file.check_result) for file in session.scalars(select(StoredFile))} == {
            ("ready", "sound")
        }
    assert [path.read_bytes() for path in (tmp_path / "files" / "objects" / "aside").rglob("*-*")] == [
        b"?" * works[0].size
    ]


def test_the_ladder_keeps_seven_days_five_weeks_and_six_months() -> None:
    newest = datetime(2026, 11, 26, 19, 0, tzinfo=UTC)  # two o'clock of the 27th in Vietnam
    moments = [newest - timedelta(hours=12 * number) for number in range(800)]
    stay = sorted((clock.local(moment) for moment in kept(moments)), reverse=True)
    assert [moment.strftime("%d.%m.%H") for moment in stay] == [
        "27.11.02", "26.11.14", "25.11.14", "24.11.14", "23.11.14", "22.11.14", "21.11.14",  # days
        "15.11.14", "08.11.14", "01.11.14",  # Sundays; the week of 22.11. and the present one are there already
        "31.10.14", "30.09.14", "31.08.14", "31.07.14", "30.06.14",  # months
    ]  # fmt: skip
    assert kept([newest]) == {newest} and kept([]) == set()


def test_pruning_keeps_every_object_that_a_kept_run_needs(
    kho: Kho, db: Database, cast: Cast, works: list[StoredFile], folder: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for period, most in (("DAYS", 2), ("WEEKS", 1), ("MONTHS", 1)):
        monkeypatch.setattr(f"repo_service.backups.retention.{period}", most)
    with db.transaction():
        gone = stored_file(cast.lan, content=b"gone soon")
    start = clock.now()
    with clock.pinned(start - timedelta(days=400)):
        back_up(db, folder, tmp_path)
    with db.transaction() as session:
        session.delete(session.get_one(StoredFile, gone.id))
    for days in (3, 2, 1):
        with clock.pinned(start - timedelta(days=days)):
            back_up(db, folder, tmp_path)
    (folder / "runs" / "20200101T000000Z").mkdir()
    before, runs_before = sorted(folder.rglob("*")), runs.complete(folder)
    said = kho("backup", "prune", "--dry-run", str(folder))
    assert said.exit_code == 0 and "Sẽ bỏ" in said.output and sorted(folder.rglob("*")) == before
    said = kho("backup", "prune", str(folder))
    assert "1 bản dở dang" in said.output, said.output
    left = runs.complete(folder)
    assert left == runs_before[2:] and runs.all_runs(folder) == [one.name for one in left]
    there = Pool(folder, None).names()
    assert there == set().union(*(runs.read_objects(folder, manifest) for manifest in left))
    assert not [name for name in there if gone.id in name]
    assert kho("backup", "verify", str(folder), "--run", left[0].name).exit_code == 0
    assert "đã thử khôi phục" in kho("backup", "list", str(folder)).output


def test_backups_make_and_try_themselves_and_the_doctor_says_how_old_the_newest_is(
    kho: Kho, db: Database, works: list[StoredFile], folder: Path, settings: Settings
) -> None:
    assert "Chưa đặt BACKUP_FOLDER" in kho("doctor").output
    env = {"BACKUP_FOLDER": str(folder)}
    backends.configure(replace(settings, backup_folder=folder))
    jobs.make_nightly(db)
    assert not folder.exists() and "đĩa đã gắn chưa" in kho("doctor", **env).output
    folder.mkdir()
    assert "chưa có bản nào" in kho("doctor", **env).output
    backends.configure(replace(settings, backup_folder=folder))
    morning = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
    for moment in (morning, morning + timedelta(hours=3), morning + timedelta(hours=18, minutes=30)):
        with clock.pinned(moment):
            jobs.make_nightly(db)
            jobs.try_weekly(db)
    names = [manifest.name for manifest in runs.complete(folder)]
    assert names == ["20261116T010000Z", "20261116T193000Z"], "once a night"
    assert runs.tried_at(folder, names[0]) == morning and runs.tried_at(folder, names[1]) is None
    assert "Bản sao lưu mới nhất" in kho("doctor", **env).output
    with pytest.raises(MoveNotAllowed), runs.held(folder, changing=True), runs.held(folder, changing=False):
        pass
