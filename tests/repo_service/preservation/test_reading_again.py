"""Every byte is read again in turn: what is bad is found, held or mended, told, and written down."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select, update

from repo_service.app import KhoFlask
from repo_service.cli import cli
from repo_service.core import backends, clock
from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.derivatives.models import Picture
from repo_service.files.models import StoredFile
from repo_service.notifications.models import Notification
from repo_service.preservation import fixity, jobs
from repo_service.preservation.fixity import Pace, check_oldest
from repo_service.preservation.turns import DUE_AFTER, standing
from repo_service.settings import Settings
from storage_adapters import StorageUnavailable, object_key
from tests import databases
from tests.cast import Cast
from tests.factories import published, stored_file


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, storage_url=f"file:{settings.data / 'files'}")


@pytest.fixture
def files(app: KhoFlask, db: Database, cast: Cast) -> list[StoredFile]:
    with db.transaction():
        return [stored_file(cast.lan, name=f"{n}.txt", content=f"Bài học {n}".encode()) for n in range(8)]


@pytest.fixture
def kho(app: KhoFlask, settings: Settings) -> Callable[..., Result]:
    env = {
        "KHO_DATA": str(settings.data), "STORAGE_URL": settings.storage_url,
        **databases.environment(settings.data),
    }  # fmt: skip
    return lambda *arguments: CliRunner().invoke(cli, list(arguments), env=env)


def flip(key: str) -> Path:
    path = backends.storage().local_path(key)
    assert path is not None
    content = path.read_bytes()
    path.write_bytes(content[:2] + bytes([content[2] ^ 4]) + content[3:])
    return path


def read_all(db: Database) -> list[tuple[str, str]]:
    found = check_oldest(db, backends.storage(), backends.replica(), clock.now())
    return [(each.finding.key, each.finding.kind) for each in found]


def row_of(db: Database, file: StoredFile) -> StoredFile:
    with db.session(writing=False) as session:
        return session.get_one(StoredFile, file.id)


def test_sound_files_are_called_sound_and_rest_until_their_turn(
    db: Database, files: list[StoredFile]
) -> None:
    jobs.read_again_in_turn(db)
    rows = [row_of(db, file) for file in files]
    assert {row.check_result for row in rows} == {"sound"} and all(row.checked_at for row in rows)
    read: list[int] = []
    assert not list(
        check_oldest(db, backends.storage(), None, clock.now() - DUE_AFTER, step=lambda n, _: read.append(n))
    )
    assert read == []


def test_the_longest_unread_comes_first_and_a_stopped_pass_goes_on(
    db: Database, files: list[StoredFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr("repo_service.preservation.turns.BATCH", 2)
    monkeypatch.setattr(fixity, "AT_ONCE", 1)
    read = fixity.read_again
    monkeypatch.setattr(
        fixity, "read_again", lambda store, row, took: order.append(row.key) or read(store, row, took)
    )
    now = clock.now()
    with db.transaction() as session:
        for days, file in enumerate(files[:6]):
            session.execute(
                update(StoredFile).where(StoredFile.id == file.id)
                .values(checked_at=now - timedelta(days=10 - days), check_result="sound")
            )  # fmt: skip
    never = sorted(file.key for file in files[6:])
    batches: list[int] = []

    def die_after_two(objects: int, _size: int) -> None:
        batches.append(objects)
        if len(batches) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(check_oldest(db, backends.storage(), None, now - DUE_AFTER, step=die_after_two))
    assert order == [*never, files[0].key, files[1].key]
    assert not list(check_oldest(db, backends.storage(), None, now - DUE_AFTER, until=0.0))
    list(check_oldest(db, backends.storage(), None, now - DUE_AFTER))
    assert order == [*never, *(file.key for file in files[:4])], "those of the last days are not due"


def test_a_bad_file_is_held_told_once_and_ready_again_when_its_bytes_are_back(
    db: Database, cast: Cast, files: list[StoredFile], sign_in: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with db.transaction() as session:
        resource = published(cast.lan, cast.clusters["K2"])
        shown = session.scalars(select(StoredFile).order_by(StoredFile.id.desc())).first()
    assert shown is not None
    lan, address = sign_in("lan"), f"/api/resources/{resource.id}/files/{shown.id}"
    path = flip(shown.key)
    bad = path.read_bytes()
    flip(files[0].key)
    assert sorted(read_all(db)) == sorted([(shown.key, "damaged"), (files[0].key, "damaged")])
    held = row_of(db, shown)
    assert (held.state, held.reason, held.check_result) == ("quarantined", "damaged", "damaged")
    assert path.read_bytes() == bad, "nothing was deleted"
    assert lan.get(address).status_code == 404
    assert "đang tìm bản lành" in lan.get(f"/hoc-lieu/{resource.id}").get_data(as_text=True)
    with db.session(writing=False) as session:
        told = session.scalars(select(Notification).where(Notification.kind == "storage.damaged")).all()
        assert [notice.user_id for notice in told] == [cast.people["quantri"]]
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == shown.id)).all()
    assert acts[-2:] == ["file.found_bad", "file.quarantined"]
    assert read_all(db) == [], "bad ones rest for an hour"
    flip(shown.key)
    with clock.pinned(clock.now() + timedelta(hours=2)):
        assert read_all(db) == [(files[0].key, "damaged")]
    assert (row_of(db, shown).state, row_of(db, shown).check_result) == ("ready", "sound")
    with lan.get(address) as answer:
        assert answer.status_code == 200


def test_a_file_that_is_merely_gone_is_told_but_not_held(db: Database, files: list[StoredFile]) -> None:
    path = backends.storage().local_path(files[1].key)
    assert path is not None
    path.unlink()
    assert read_all(db) == [(files[1].key, "missing")]
    row = row_of(db, files[1])
    assert (row.state, row.check_result) == ("ready", "missing"), "a disk may not be mounted"


def test_an_outage_is_never_called_sound(
    db: Database, files: list[StoredFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StorageUnavailable("no answer")

    monkeypatch.setattr(backends.storage(), "open", away)
    jobs.read_again_in_turn(db)
    assert {row_of(db, file).checked_at for file in files} == {None}


def test_pictures_are_learnt_at_the_first_look_and_compared_at_the_next(
    db: Database, files: list[StoredFile]
) -> None:
    key = object_key(f"{files[0].id}-0", "pictures")
    backends.storage().put(key, io.BytesIO(b"picture"))
    with db.transaction() as session:
        session.add(
            Picture(file_id=files[0].id, page=0, key=key, media_type="image/webp", width=1, height=1, size=7)
        )
    assert read_all(db) == []
    flip(key)
    with clock.pinned(clock.now() + timedelta(hours=2)):
        assert read_all(db) == [(key, "damaged")]


def test_a_pace_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("repo_service.preservation.fixity.time.sleep", slept.append)
    monkeypatch.setattr("repo_service.preservation.fixity.time.monotonic", lambda: 5.0)
    pace = Pace(100.0)
    for size in (50, 100):
        pace.took(size)
    assert slept == [0.5, 1.5]


def test_the_operator_reads_all_again_and_the_doctor_says_how_it_stands(
    kho: Callable[..., Result], db: Database, files: list[StoredFile]
) -> None:
    done = kho("fixity", "--rate", "1000", "--for", "5")
    assert done.exit_code == 0 and "Đã đọc lại 8 tệp" in done.output, done.output
    assert "Đã đọc lại 0 tệp" in kho("fixity").output, "not twice in a day"
    flip(files[2].key)
    done = kho("fixity", "--since", "0")
    assert done.exit_code == 1 and f"✗ {files[2].key}: byte đã hỏng" in done.output
    said = kho("doctor")
    assert said.exit_code == 1 and f"Hỏng trong kho tệp: {files[2].key}" in said.output
    assert "Đọc lại từng byte: lượt cũ nhất" in said.output and "dòng chờ niêm" in said.output
    with db.session(writing=False):
        assert standing().unsound == [(files[2].key, "damaged")]
