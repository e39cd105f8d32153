"""The storage contract on S3, played by moto in this process (it proves no signature and no expiry)."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from storage_adapters import Storage, StorageError, StorageUnavailable, open_storage
from tests.contracts.s3_contract import S3Contract

PUBLIC = "https://kho.example.vn"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """A moto server on a free port of the loopback."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def bucket(endpoint: str) -> Iterator[str]:
    """One bucket for all tests, with credentials in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="kho")
        yield "kho"


@pytest.fixture(scope="session")
def opened(endpoint: str, bucket: str) -> Storage:
    """One store for all tests: making a client takes longer than most of them."""
    return open_storage(f"s3://{bucket}?endpoint={endpoint}&checksums=when_required")


@pytest.fixture
def storage(opened: Storage) -> Iterator[Storage]:
    """That store, emptied after the test."""
    yield opened
    for found in opened.list():
        opened.delete(found.key)
    opened.clean_abandoned(datetime.now(UTC) + timedelta(hours=1))


class TestS3(S3Contract):
    """What a double can show; test_real_s3.py asks real servers."""

    one_winner_gap = "moto checks If-None-Match and stores in two steps; real servers are asked elsewhere"
    age_gap = "moto says that every upload began in 2010"
    late_part_gap = "moto answers 500 to a part of an upload it does not know; real servers say NoSuchUpload"


def test_links_for_browsers_are_signed_for_the_public_endpoint(endpoint: str, bucket: str) -> None:
    storage = open_storage(f"s3://{bucket}?endpoint={endpoint}&public_endpoint={PUBLIC}")
    link = storage.download_url("a/1", filename="x", media_type="text/plain", seconds=60, inline=True)
    upload = storage.start_multipart("a/2", 7, 5 * 1024 * 1024)
    part = storage.part_url("a/2", upload, 1, seconds=60)
    storage.abort_multipart("a/2", upload)
    for url in (link, part):
        assert url is not None
        assert url.startswith(f"{PUBLIC}/{bucket}/a/")
    assert parse_qs(urlsplit(link or "").query)["response-content-disposition"][0].startswith("inline;")


def test_a_missing_bucket_is_a_fault_of_the_store_not_of_the_key(endpoint: str, bucket: str) -> None:
    storage = open_storage(f"s3://{bucket}-gone?endpoint={endpoint}")
    with pytest.raises(StorageUnavailable):
        list(storage.list())


def test_a_broken_put_leaves_no_parts_behind(endpoint: str, storage: Storage, bucket: str) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(9):
            yield b"x" * 1024 * 1024
        raise ConnectionResetError

    class Stream:
        body = pieces()

        def read(self, size: int) -> bytes:
            return next(self.body)

    with pytest.raises(ConnectionResetError):
        storage.put("a/1", Stream())
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize("url", ["s3://", "s3://b?colour=red", "s3://b?checksums=never"])
def test_a_url_that_says_nothing_known_is_refused(url: str) -> None:
    with pytest.raises(StorageError):
        open_storage(url)
