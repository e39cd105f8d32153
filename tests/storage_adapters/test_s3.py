"""The storage contract on S3, played by moto in this process (it proves no signature and no expiry)."""

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from storage_adapters import Storage, StorageError, StorageUnavailable, open_storage, prepare_storage
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


@pytest.mark.parametrize(
    "url",
    [
        "s3://", "s3://b", "s3://kho?colour=red", "s3://kho?checksums=never", "s3://key:s3cr3t@kho", "s3://kho/folder",
        "s3://kho?endpoint=127.0.0.1:9000", "s3://kho?endpoint=http://key:s3cr3t@127.0.0.1:9000", "s3://kho?endpoint=",
        "s3://kho?ca=/nowhere/ca.pem",
    ],
)  # fmt: skip
def test_a_url_that_says_nothing_known_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(StorageError) as caught:
        open_storage(url)
    assert type(caught.value) is StorageError and "s3cr3t" not in str(caught.value)


def test_a_store_without_conditions_still_writes(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    client = storage._client  # type: ignore[attr-defined]
    refused = ClientError({"Error": {"Code": "NotImplemented"}}, "PutObject")
    for name in ("put_object", "complete_multipart_upload"):
        call = getattr(client, name)

        def without(*, call: Any = call, IfNoneMatch: str = "", **params: Any) -> Any:  # noqa: N803
            if IfNoneMatch:
                raise refused
            return call(**params)

        monkeypatch.setattr(client, name, without)
    assert storage.put("a/1", io.BytesIO(b"x")).size == 1
    assert storage.put("a/2", io.BytesIO(b"x" * 9 * 1024 * 1024)).size == 9 * 1024 * 1024


def test_two_stores_may_have_credentials_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "credentials"
    kept.write_text("[second]\naws_access_key_id = other\naws_secret_access_key = hidden\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(kept))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    where = {"key": "a/1", "upload_id": f"1-1-{'0' * 32}-x", "number": 1, "seconds": 60}
    link = open_storage("s3://kho-second?endpoint=http://127.0.0.1:1&profile=second").part_url(**where)  # type: ignore[arg-type]
    assert link is not None and parse_qs(urlsplit(link).query)["X-Amz-Credential"][0].startswith("other/")
    with pytest.raises(StorageUnavailable) as caught:
        open_storage("s3://kho-second?endpoint=http://127.0.0.1:1&profile=nobody")
    assert caught.value.cause == "credentials"


def test_a_disk_needs_no_preparation(tmp_path: Path) -> None:
    assert list(prepare_storage(f"file:{tmp_path}", ["https://kho.example.vn"])) == []


def test_preparing_a_bucket_that_cannot_be_used_says_why(endpoint: str, bucket: str) -> None:
    with pytest.raises(StorageUnavailable) as caught:
        list(prepare_storage(f"s3://{bucket}-gone?endpoint={endpoint}", [PUBLIC]))
    assert caught.value.cause == "bucket"


def test_preparing_a_bucket_sets_rules_and_finds_out_what_it_can_do(endpoint: str, bucket: str) -> None:
    steps = {step.name: step for step in prepare_storage(f"s3://{bucket}?endpoint={endpoint}", [PUBLIC])}
    assert steps["cors"].done and steps["lifecycle"].done and steps["conditional_put"].done
    assert not steps["object_lock"].done
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    assert client.get_bucket_cors(Bucket=bucket)["CORSRules"][0]["AllowedOrigins"] == [PUBLIC]
    client.delete_bucket_cors(Bucket=bucket)
    client.delete_bucket_lifecycle(Bucket=bucket)
