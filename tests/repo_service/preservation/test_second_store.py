"""Every object is kept in a second store as well; what one store lost or damaged comes back from the other."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import select

from indexer.extraction import READER_VERSION
from repo_service.app import KhoFlask
from repo_service.cli import cli
from repo_service.core import backends, clock
from repo_service.core.audit import AuditEntry
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.derivatives.models import Picture
from repo_service.files import jobs as files_jobs
from repo_service.files.models import StoredFile
from repo_service.preservation import jobs
from repo_service.preservation.comparison import compare
from repo_service.preservation.replication import waiting
from repo_service.settings import Settings
from storage_adapters import ObjectNotFound, Storage, StorageUnavailable, object_key
from tests.cast import Cast
from tests.factories import published, stored_file


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Both stores on disk, so that a test can damage what lies there."""
    first, second = settings.data / "files", settings.data / "second"
    return replace(settings, storage_url=f"file:{first}", storage_replica_url=f"file:{second}")


@pytest.fixture
def second(app: KhoFlask) -> Storage:
    store = backends.replica()
    assert store is not None
    return store


@pytest.fixture
def files(second: Storage, db: Database, cast: Cast) -> list[StoredFile]:
    """Twenty files that lie in both stores."""
    with db.transaction():
        made = [stored_file(cast.lan, content=f"Bài học số {n}".encode()) for n in range(20)]
    jobs.copy_waiting(db)
    return made


@pytest.fixture
def kho(settings: Settings) -> Iterator[Callable[..., Result]]:
    env = {
        "KHO_DATA": str(settings.data), "DATABASE_URL": settings.database_url,
        "STORAGE_URL": settings.storage_url, "STORAGE_REPLICA_URL": str(settings.storage_replica_url),
    }  # fmt: skip
    yield lambda *arguments: CliRunner().invoke(cli, list(arguments), env=env)
    backends.configure(settings)


def path_in(store: Storage, file: StoredFile) -> Path:
    path = store.local_path(file.key)
    assert path is not None
    return path


def flip_a_byte(path: Path) -> bytes:
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    return path.read_bytes()


def acts(db: Database) -> list[AuditEntry]:
    with db.session(writing=False) as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == "object.mend")))


def test_everything_arrives_in_the_second_store(
    db: Database, second: Storage, files: list[StoredFile]
) -> None:
    assert not list(compare(db, second, deep=True))
    with db.session(writing=False):
        assert waiting() == (0, 0, None)


def test_files_that_nobody_has_read_yet_and_pictures_are_counted_as_waiting(
    db: Database, second: Storage, files: list[StoredFile], cast: Cast
) -> None:
    key = object_key(f"{files[0].id}-1-{READER_VERSION}", "pictures")
    backends.storage().put(key, io.BytesIO(b"old"))
    with db.transaction() as session:
        unread = stored_file(cast.lan, content=b"x" * 10)
        unread.sha256, unread.state = None, "checking"
        shown = Picture(
            file_id=files[0].id, page=1, key=key, media_type="image/webp", width=1, height=1, size=3
        )
        session.add(shown)
    with db.session(writing=False):
        behind = waiting()
    assert (behind.objects, behind.size, behind.since) == (2, 13, unread.created_at)
    jobs.copy_waiting(db)
    with db.session(writing=False):
        assert waiting().objects == 1
    assert second.stat(key).size == 3


def test_a_picture_that_is_drawn_anew_is_copied_anew(
    db: Database, second: Storage, files: list[StoredFile]
) -> None:
    key = object_key(f"{files[0].id}-1-{READER_VERSION}", "pictures")
    for content in (b"old", b"new"):
        backends.storage().delete(key)
        backends.storage().put(key, io.BytesIO(content))
        with db.transaction() as session:
            for earlier in session.scalars(select(Picture)):
                session.delete(earlier)
            session.flush()
            session.add(
                Picture(file_id=files[0].id, page=1, key=key, media_type="x/y", width=1, height=1, size=3)
            )
        jobs.copy_waiting(db)
    with second.open(key) as reader:
        assert reader.read() == b"new"


def test_one_object_that_cannot_be_copied_holds_up_no_other(
    db: Database, second: Storage, cast: Cast
) -> None:
    with db.transaction():
        made = [stored_file(cast.lan, content=f"{n}".encode()) for n in range(40)]
    for file in made[:20]:
        path_in(backends.storage(), file).unlink()
    jobs.copy_waiting(db)
    with db.session(writing=False):
        assert waiting().objects == 20


def test_a_second_store_that_is_away_is_filled_when_it_is_back(
    db: Database, second: Storage, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction():
        stored_file(cast.lan)

    def away(*_: object) -> None:
        raise StorageUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(second, "put", away)
        jobs.copy_waiting(db)
    with db.session(writing=False):
        assert waiting().objects == 1
    jobs.copy_waiting(db)
    with db.session(writing=False):
        assert waiting().objects == 0


@pytest.mark.parametrize("harm", ["missing", "short"])
def test_a_reader_gets_the_bytes_from_the_second_store_and_the_first_is_mended(
    harm: str, app: KhoFlask, db: Database, second: Storage, cast: Cast,
    sign_in: Callable[[str], FlaskClient], work: Callable[[], None],
) -> None:  # fmt: skip
    with db.transaction() as session:
        resource = published(cast.lan, cast.clusters["K2"])
        session.flush()
        file = session.scalars(select(StoredFile)).one()
    content = path_in(backends.storage(), file).read_bytes()
    jobs.copy_waiting(db)
    path = path_in(backends.storage(), file)
    path.unlink() if harm == "missing" else path.write_bytes(content[:-1])
    lan = sign_in("lan")
    for _ in range(2):
        with lan.get(f"/api/resources/{resource.id}/files/{file.id}") as answer:
            assert answer.status_code == 200 and answer.data == content
    assert lan.get(f"/api/resources/{resource.id}/package.zip").status_code == 200
    work()
    assert path.read_bytes() == content
    [act] = acts(db)
    assert act.object_id == file.id and act.values["kind"] == (
        "missing" if harm == "missing" else "wrong size"
    )


def test_while_the_first_store_is_away_readers_get_the_second_copy(
    db: Database, second: Storage, cast: Cast, sign_in: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with db.transaction() as session:
        resource = published(cast.lan, cast.clusters["K2"])
        session.flush()
        file = session.scalars(select(StoredFile)).one()
    path = f"/api/resources/{resource.id}/files/{file.id}"
    lan = sign_in("lan")

    def away(*_: object) -> None:
        raise StorageUnavailable("away")

    monkeypatch.setattr(backends.storage(), "stat", away)
    answer = lan.get(path)
    assert answer.status_code == 503 and "Retry-After" in answer.headers, "not copied yet"
    monkeypatch.undo()
    jobs.copy_waiting(db)
    monkeypatch.setattr(backends.storage(), "stat", away)
    with lan.get(path) as answer:
        assert answer.status_code == 200 and answer.data == path_in(second, file).read_bytes()
    with db.session(writing=False) as session:
        lost = select(OutboxRow).where(OutboxRow.topic == "object.lost")
        assert session.scalars(lost).all() == [], "an outage is no loss"


def test_what_neither_store_has_is_a_kind_503(
    app: KhoFlask, db: Database, second: Storage, cast: Cast, sign_in: Callable[[str], FlaskClient]
) -> None:
    with db.transaction() as session:
        resource = published(cast.lan, cast.clusters["K2"])
        session.flush()
        file = session.scalars(select(StoredFile)).one()
    path_in(backends.storage(), file).unlink()
    answer = sign_in("lan").get(f"/api/resources/{resource.id}/files/{file.id}")
    assert answer.status_code == 503 and "Retry-After" in answer.headers


@pytest.mark.parametrize("side", ["first", "second"])
def test_a_flipped_byte_is_found_and_put_right_from_the_other_store(
    side: str, db: Database, second: Storage, files: list[StoredFile]
) -> None:
    broken = backends.storage() if side == "first" else second
    bad = flip_a_byte(path_in(broken, files[3]))
    jobs.read_again_in_turn(db)
    assert not list(compare(db, broken, deep=True))
    [act] = acts(db)
    with broken.open(act.values["aside"]) as reader:  # never deleted: somebody may want to look
        assert reader.read() == bad


def test_the_hours_come_round_to_every_folder(
    db: Database, second: Storage, files: list[StoredFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in files[:10]:
        path_in(backends.storage(), file).unlink()
    for file in files[10:]:
        path_in(backends.storage(), file).write_bytes(b"x")
    for hour in range(256):
        monkeypatch.setattr("repo_service.preservation.jobs.time.time", lambda hour=hour: hour * 3600.0)
        jobs.compare_a_folder(db)
    assert not list(compare(db, backends.storage(), deep=True)) and len(acts(db)) == len(files)


def test_the_operator_mends_both_stores_at_once(
    kho: Callable[..., Result], db: Database, second: Storage, files: list[StoredFile]
) -> None:
    flip_a_byte(path_in(backends.storage(), files[0]))
    path_in(second, files[1]).unlink()
    flip_a_byte(path_in(backends.storage(), files[2]))
    flip_a_byte(path_in(second, files[2]))
    found = kho("storage", "check", "--deep")
    assert found.exit_code == 1 and found.output.count("✗") == 4
    mended = kho("storage", "check", "--deep", "--repair")
    assert mended.exit_code == 1 and mended.output.count("đã lấy lại từ nơi kia") == 2
    assert mended.output.count(f"✗ {files[2].key}") == 2, "both copies are bad: nobody may guess"


def test_what_is_not_copied_yet_is_no_finding(
    kho: Callable[..., Result], db: Database, second: Storage, cast: Cast
) -> None:
    with db.transaction():
        stored_file(cast.lan)
    assert kho("storage", "check").exit_code == 0


def test_the_doctor_says_how_far_the_second_store_is_behind(
    kho: Callable[..., Result], db: Database, second: Storage, files: list[StoredFile], cast: Cast
) -> None:
    assert "Bản sao thứ hai: đã đủ" in kho("doctor").output
    with db.transaction():
        stored_file(cast.lan)
    assert "Bản sao thứ hai: còn 1 tệp" in kho("doctor").output


def test_a_file_that_is_forgotten_goes_from_both_stores(
    db: Database, second: Storage, files: list[StoredFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    later = clock.now() + files_jobs.ABANDONED_AFTER * 2
    monkeypatch.setattr("repo_service.core.clock.now", lambda: later)
    files_jobs.sweep_abandoned(db)
    for store in (backends.storage(), second):
        with pytest.raises(ObjectNotFound):
            store.stat(files[0].key)


def test_the_same_store_twice_is_refused_at_start(
    kho: Callable[..., Result], db: Database, settings: Settings
) -> None:
    env = {"KHO_DATA": str(settings.data), "DATABASE_URL": settings.database_url}
    both = dict.fromkeys(("STORAGE_URL", "STORAGE_REPLICA_URL"), settings.storage_url)
    done = CliRunner().invoke(cli, ["serve"], env=env | both)
    assert done.exit_code == 1 and "STORAGE_REPLICA_URL" in done.output
