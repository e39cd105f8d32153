"""The storage contract on real S3 servers, and what only they can prove: signatures, expiry, one winner.

`TEST_STORAGE_URL` may name anyone's empty bucket (credentials from boto3's own chain): it is judged the same way.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from storage_adapters import Storage, StorageUnavailable, open_storage
from tests.contracts.s3_contract import MIN_PART, S3Contract, ask
from tests.servers.buckets import fresh_bucket

YOURS = os.environ.get("TEST_STORAGE_URL")
SERVERS = [
    pytest.param(name, marks=pytest.mark.xdist_group(f"s3-{name}"))
    for name in ("VERSITYGW", "RADOSGW", *(["YOURS"] if YOURS else []))
]


@pytest.fixture(scope="module", params=SERVERS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty bucket of one server."""
    if request.param == "YOURS" and YOURS:
        if next(open_storage(YOURS).list(), None) is not None:
            pytest.fail("TEST_STORAGE_URL: this bucket holds objects, and the tests empty it; name another")
        yield YOURS
        return
    with fresh_bucket(request.param) as bucket:
        yield bucket.url


@pytest.fixture(scope="module")
def opened(url: str) -> Storage:
    """One store for all tests of a server."""
    return open_storage(url)


@pytest.fixture
def storage(opened: Storage) -> Iterator[Storage]:
    """That store, emptied after the test."""
    yield opened
    for found in opened.list():
        opened.delete(found.key)
    opened.clean_abandoned(datetime.now(UTC) + timedelta(hours=1))


class TestRealS3(S3Contract):
    """Everything holds, nothing is skipped."""

    def test_a_link_that_was_changed_is_refused(self, storage: Storage) -> None:
        storage.put("a/1", io.BytesIO(b"content"))
        storage.put("a/2", io.BytesIO(b"another"))
        link = storage.download_url("a/1", filename="x", media_type="text/plain", seconds=60) or ""
        changed = [
            link.replace("/a/1?", "/a/2?"),
            link.replace("text%2Fplain", "text%2Fhtml"),
            link.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
            link[:-1] + ("0" if link[-1] != "0" else "1"),
            urlsplit(link)._replace(query="").geturl(),
        ]
        assert [ask(wrong)[0] for wrong in changed] == [403] * 5
        assert ask(link, "DELETE")[0] == 403
        assert ask(link, "PUT", b"other")[0] == 403
        assert ask(link)[0] == 200

    def test_a_link_ends_with_its_time(self, storage: Storage) -> None:
        storage.put("a/1", io.BytesIO(b"content"))
        upload = storage.start_multipart("a/2", 7, MIN_PART)
        download = storage.download_url("a/1", filename="x", media_type="text/plain", seconds=1)
        part = storage.part_url("a/2", upload, 1, seconds=1)
        time.sleep(2.5)
        assert ask(download)[0] == 403
        assert ask(part, "PUT", b"content")[0] == 403
        assert storage.list_parts("a/2", upload) == []

    def test_a_part_link_is_good_for_its_own_part_only(self, storage: Storage) -> None:
        upload = storage.start_multipart("a/1", MIN_PART + 7, MIN_PART)
        link = storage.part_url("a/1", upload, 2, seconds=60) or ""
        assert ask(link.replace("partNumber=2", "partNumber=1"), "PUT", b"content")[0] == 403
        assert ask(link)[0] == 403
        assert storage.list_parts("a/1", upload) == []

    def test_parts_that_a_browser_sent_wrong_do_not_make_an_object(self, storage: Storage) -> None:
        upload = storage.start_multipart("a/1", 7, MIN_PART)
        status, headers, _ = ask(storage.part_url("a/1", upload, 1, seconds=60), "PUT", b"longer than seven")
        assert status == 200, "a link cannot say how long the part is"
        with pytest.raises(Exception, match="part 1 must have 7 bytes"):
            storage.finish_multipart("a/1", upload, [(1, headers["ETag"])])

    def test_links_go_to_the_public_endpoint_and_bytes_to_the_internal_one(
        self, url: str, storage: Storage
    ) -> None:
        internal = urlsplit(
            dict(pair.split("=", 1) for pair in url.split("?")[1].split("&")).get("endpoint", "")
        )
        if internal.hostname != "127.0.0.1":
            pytest.skip("this server is known by one name only")
        public = open_storage(f"{url}&public_endpoint=http://localhost:{internal.port}")
        public.put("a/1", io.BytesIO(b"content"))
        link = public.download_url("a/1", filename="x", media_type="text/plain", seconds=60) or ""
        assert link.startswith(f"http://localhost:{internal.port}/")
        assert ask(link)[2] == b"content"
        assert ask(link.replace("localhost", "127.0.0.1"))[0] == 403, "the host is signed too"


@pytest.mark.parametrize("server", ["VERSITYGW", "RADOSGW"])
def test_a_link_signed_with_another_secret_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with fresh_bucket(server) as bucket:
        open_storage(bucket.url).put("a/1", io.BytesIO(b"content"))
        with monkeypatch.context() as patch:
            patch.setenv("AWS_SECRET_ACCESS_KEY", "guessed")
            link = open_storage(bucket.url).download_url(
                "a/1", filename="x", media_type="text/plain", seconds=60
            )
        assert ask(link)[0] == 403


@pytest.mark.parametrize("server", ["VERSITYGW", "RADOSGW"])
def test_a_clock_that_is_wrong_is_named_as_the_cause(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with fresh_bucket(server) as bucket:
        storage = open_storage(bucket.url)
        fast = lambda *_: datetime.now(UTC) + timedelta(hours=3)  # noqa: E731
        monkeypatch.setattr("botocore.auth.get_current_datetime", fast)
        with pytest.raises(StorageUnavailable) as caught:
            next(storage.list(), None)
        monkeypatch.undo()
    assert caught.value.cause == "clock"
