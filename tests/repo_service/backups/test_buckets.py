"""A run of a bucket is restored into another bucket, or onto a disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from repo_service.backups import runs
from repo_service.backups.making import make_backup
from repo_service.backups.restoring import restore
from repo_service.core.db import Database
from repo_service.preservation.comparison import compare
from storage_adapters import Storage, open_storage
from tests import databases
from tests.cast import Cast
from tests.factories import stored_file


@pytest.fixture
def buckets() -> Iterator[list[Storage]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "tests")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1")
        for name in ("kho-from", "kho-to"):
            client.create_bucket(Bucket=name)
        client.close()
        yield [open_storage(f"s3://{name}?endpoint=http://{host}:{port}") for name in ("kho-from", "kho-to")]
    server.stop()


def test_bytes_go_from_bucket_to_bucket_and_disk_through_a_backup(
    buckets: list[Storage], db: Database, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = buckets
    monkeypatch.setattr("tests.factories.storage", lambda: source)
    with db.transaction():
        stored_file(cast.lan, content=b"kho" * 3_500_000)  # more than one piece of S3
        stored_file(cast.lan, content="Bài học".encode())
    manifest = make_backup(db, [source], tmp_path / "backup", tmp_path)
    assert manifest.objects == 2 and not manifest.lacking
    place = tmp_path / "elsewhere"
    place.mkdir()
    url = databases.make(place)
    stores = [target, open_storage(f"file:{place / 'files'}")]
    done = restore(tmp_path / "backup", runs.find_run(tmp_path / "backup"), url, stores, tmp_path)
    assert done.objects == 4 and not done.lacking
    restored = Database(url)
    for store in stores:
        assert not list(compare(restored, store, deep=True))
    restored.engine.dispose()
    databases.drop(place)
