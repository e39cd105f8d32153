"""All bytes move from one store to another, between any two kinds, while people work and processes die."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from repo_service.core import backends
from repo_service.core.db import Database
from repo_service.files.models import StoredFile
from repo_service.preservation.comparison import DAMAGED, MISSING, compare
from repo_service.preservation.copying import copy_store
from storage_adapters import ByteStream, Storage, StorageUnavailable, StoredObject, object_key, open_storage
from tests.cast import Cast
from tests.factories import stored_file

COUNT = 40
_bucket_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "tests")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
        yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def make(endpoint: str, tmp_path: Path) -> Callable[[str], Storage]:
    """`make("disk")` is a new empty store of that kind."""

    def make_store(kind: str) -> Storage:
        number = next(_bucket_numbers)
        if kind == "s3":
            client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
            client.create_bucket(Bucket=f"kho-copy-{number}")
            client.close()
            return open_storage(f"s3://kho-copy-{number}?endpoint={endpoint}")
        return open_storage("memory:" if kind == "memory" else f"file:{tmp_path / str(number)}")

    return make_store


def fill(store: Storage, db: Database, cast: Cast, count: int = COUNT) -> list[StoredFile]:
    """Files of Lan with their bytes in `store`, one of them larger than a piece of S3."""
    with pytest.MonkeyPatch.context() as patch, db.transaction():
        patch.setattr("tests.factories.storage", lambda: store)
        large = [stored_file(cast.lan, content=b"kho" * 3_500_000)] if count > 1 else []
        return large + [stored_file(cast.lan, content=f"Bài {n}".encode()) for n in range(count - len(large))]


def whole(db: Database, store: Storage) -> bool:
    return not list(compare(db, store, deep=True))


@pytest.mark.parametrize(
    ("kind", "other"),
    [("disk", "s3"), ("s3", "disk"), ("disk", "disk"), ("s3", "s3"), ("memory", "disk")],
)
def test_every_object_arrives_whatever_the_stores_are(
    kind: str, other: str, make: Callable[[str], Storage], db: Database, cast: Cast
) -> None:
    source, target = make(kind), make(other)
    files = fill(source, db, cast)
    told = [0, 0]

    def step(objects: int, size: int) -> None:
        told[0] += objects
        told[1] += size

    done = copy_store(db, source, target, step)
    assert (done.objects, done.there, done.findings) == (COUNT, 0, [])
    assert told == [COUNT, sum(file.size for file in files)] and done.size == told[1]
    assert whole(db, target)


@dataclass
class Dying:
    """A store whose process ends after some puts."""

    store: Storage
    left: int

    def put(self, key: str, stream: ByteStream, size: int | None = None) -> StoredObject:
        self.left -= 1
        if self.left < 0:
            raise StorageUnavailable("killed")
        return self.store.put(key, stream, size)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


def test_a_copy_that_was_stopped_goes_on_where_it_was(
    make: Callable[[str], Storage], db: Database, cast: Cast
) -> None:
    source, target = make("disk"), make("s3")
    fill(source, db, cast)
    with pytest.raises(StorageUnavailable):
        copy_store(db, source, Dying(target, COUNT // 2))  # type: ignore[arg-type]
    done = copy_store(db, source, target)
    assert done.there == COUNT // 2 and done.objects == COUNT - COUNT // 2
    assert whole(db, target)
    assert copy_store(db, source, target).objects == 0


def test_what_is_uploaded_during_the_copy_is_copied_too(
    make: Callable[[str], Storage], db: Database, cast: Cast
) -> None:
    source, target = make("disk"), make("disk")
    fill(source, db, cast)
    late: list[StoredFile] = []

    def step(_objects: int, _size: int) -> None:
        if len(late) < 10:
            late.extend(fill(source, db, cast, 1))

    done = copy_store(db, source, target, step)
    assert done.objects == COUNT + 10 and whole(db, target)


def test_what_is_deleted_during_the_copy_is_no_finding(
    make: Callable[[str], Storage], db: Database, cast: Cast
) -> None:
    source, target = make("disk"), make("disk")
    files = fill(source, db, cast)

    def step(_objects: int, _size: int) -> None:
        while files:
            file = files.pop()
            with db.transaction() as session:
                session.delete(session.get_one(StoredFile, file.id))
            source.delete(file.key)

    assert copy_store(db, source, target, step).findings == []


def test_what_the_source_cannot_give_whole_is_told_and_never_copied(
    make: Callable[[str], Storage], db: Database, cast: Cast
) -> None:
    source, target = make("disk"), make("disk")
    first, second, third = fill(source, db, cast)[1:4]
    source.delete(first.key)
    path = source.local_path(second.key)
    assert path is not None
    path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))
    path = source.local_path(third.key)
    assert path is not None
    path.write_bytes(path.read_bytes()[:-1])
    done = copy_store(db, source, target)
    found = {finding.key: finding.kind for finding in done.findings}
    assert found == {first.key: MISSING, second.key: DAMAGED, third.key: DAMAGED}
    assert {finding.key for finding in compare(db, target)} == set(found)


def test_a_short_object_in_the_way_is_set_aside(
    make: Callable[[str], Storage], db: Database, cast: Cast
) -> None:
    source, target = make("disk"), make("disk")
    [file] = fill(source, db, cast, 1)
    target.put(file.key, io.BytesIO(b"half"))
    copy_store(db, source, target)
    assert whole(db, target)
    [aside] = target.list("aside/")
    with target.open(aside.key) as reader:
        assert reader.read() == b"half" and file.id in aside.key


def test_the_same_store_twice_is_nothing_to_do(db: Database, cast: Cast) -> None:
    fill(backends.storage(), db, cast)
    assert copy_store(db, backends.storage(), backends.storage()).there == COUNT
    assert object_key("x").startswith("files/")
