"""A run taken while people work brings everything back as it was at its moment, on whatever database."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from repo_service.backups import runs
from repo_service.backups.making import opened
from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.files.models import StoredFile
from repo_service.preservation.comparison import compare
from storage_adapters import StorageUnavailable, object_key, open_storage
from tests import databases
from tests.cast import Cast
from tests.factories import published, stored_file
from tests.repo_service.backups.taken import back_up, found_in, sums, url_of

Kho = Callable[..., Result]


def test_a_run_taken_while_people_work_comes_back_identical(
    kho: Kho, db: Database, cast: Cast, works: list[StoredFile], folder: Path, tmp_path: Path, elsewhere: Path
) -> None:
    over, errors = threading.Event(), []

    def work() -> None:
        number = 0
        while not over.wait(0.02):
            try:
                with db.transaction():
                    published(cast.hoa, cast.clusters["K2"], title=f"Phân số mới {(number := number + 1)}")
            except Exception as error:  # noqa: BLE001 - told by the test
                errors.append(error)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        manifests = [back_up(db, folder, tmp_path)]
        manifests.append(back_up(db, folder, tmp_path))
    finally:
        over.set()
        writer.join()
    assert not errors and not manifests[1].lacking
    taken = sums(f"sqlite:///{runs.folder_of(folder, manifests[1].name) / manifests[1].database}")
    assert (
        taken["stored_files"][0] > len(works)
        and taken["resources"][0] <= sums(str(url_of(db)))["resources"][0]
    )
    said = kho("restore", str(folder), at=elsewhere)
    assert said.exit_code == 0, said.output
    assert sums(databases.url_of(elsewhere)) == taken
    restored = Database(databases.url_of(elsewhere))
    store = open_storage(f"file:{elsewhere / 'files'}")
    assert not list(compare(restored, store, deep=True))
    with opened(runs.folder_of(folder, manifests[1].name) / manifests[1].database) as then:
        assert found_in(restored) == found_in(then) != []
    restored.engine.dispose()
    assert kho("audit", "verify", "--head", manifests[1].audit_head, at=elsewhere).exit_code == 0
    again = kho("restore", str(folder), at=elsewhere)
    assert again.exit_code == 1 and "not empty" in again.output


def test_bytes_that_no_store_has_whole_are_named_and_the_rest_is_kept(
    kho: Kho, db: Database, works: list[StoredFile], folder: Path, elsewhere: Path
) -> None:
    for number, content in ((0, b"x"), (1, None)):
        path = backends.storage().local_path(works[number].key)
        assert path is not None
        path.write_bytes(content) if content else path.unlink()
    said = kho("backup", str(folder))
    assert said.exit_code == 1 and works[0].key in said.output and works[1].key in said.output
    assert kho("backup", "verify", str(folder)).exit_code == 1
    said = kho("restore", str(folder), at=elsewhere)
    assert said.exit_code == 1 and "2 chỗ" in said.output and "Đã khôi phục" in said.output


def test_a_place_that_holds_other_bytes_is_refused_and_a_killed_restore_goes_on(
    kho: Kho, db: Database, works: list[StoredFile], folder: Path, tmp_path: Path, elsewhere: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    back_up(db, folder, tmp_path)
    store = open_storage(f"file:{elsewhere / 'files'}")
    store.put(object_key("stranger"), io.BytesIO(b"x"))
    said = kho("restore", str(folder), at=elsewhere)
    assert said.exit_code == 1 and "not empty" in said.output
    store.delete(object_key("stranger"))
    with monkeypatch.context() as patch:

        def away(*_: object) -> None:
            raise StorageUnavailable("pulled out")

        patch.setattr("repo_service.backups.restoring.copy_database", away)
        assert kho("restore", str(folder), at=elsewhere).exit_code == 1
    assert store.stat(works[0].key).size == works[0].size
    said = kho("restore", str(folder), at=elsewhere)
    assert said.exit_code == 0 and "0 tệp và hình" in said.output, said.output


def test_objects_deleted_between_snapshot_and_copy_begin_the_run_anew(
    db: Database,
    cast: Cast,
    works: list[StoredFile],
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with db.transaction():
        loose = stored_file(cast.lan, content=b"loose")
    store = backends.storage()
    open_ = store.open

    def swept_just_now(key: str, *rest: int) -> object:
        if key == loose.key:
            with db.transaction() as session:
                session.delete(session.get_one(StoredFile, loose.id))
            store.delete(key)
        return open_(key, *rest)

    monkeypatch.setattr(store, "open", swept_just_now)
    manifest = back_up(db, folder, tmp_path)
    with (
        opened(runs.folder_of(folder, manifest.name) / manifest.database) as then,
        then.session(writing=False) as now,
    ):
        assert now.get(StoredFile, loose.id) is None
    assert not manifest.lacking
