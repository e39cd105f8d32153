"""What every S3 store must do beside the storage contract: links that a browser uses without us."""

from __future__ import annotations

import io
from http.client import HTTPMessage
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest

from storage_adapters import Storage
from tests.contracts.storage_contract import StorageContract

MIN_PART = 5 * 1024 * 1024
VIETNAMESE = "filename*=UTF-8''%C4%90%E1%BB%81%20s%E1%BB%91%201.docx"


def ask(
    link: str | None, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, HTTPMessage, bytes]:
    """Use a link as a browser does: status, headers and bytes, whatever the status."""
    assert link is not None
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent.setdefault("Content-Type", "application/octet-stream")  # else urllib says it is a form
    try:
        with urlopen(Request(link, data=body, method=method, headers=sent)) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


class S3Contract(StorageContract):
    """Parts of 5 MiB, as S3 wants them."""

    part = MIN_PART
    knows_sha256_of_uploads = False

    def test_a_browser_uploads_by_links_alone(self, storage: Storage) -> None:
        upload = storage.start_multipart("a/1", MIN_PART + 7, MIN_PART)
        bodies = [b"x" * MIN_PART, b"content"]
        named = []
        for number, body in enumerate(bodies, start=1):
            status, headers, _ = ask(storage.part_url("a/1", upload, number, seconds=60), "PUT", body)
            assert status == 200
            named.append((number, headers["ETag"]))
        assert [part.size for part in storage.list_parts("a/1", upload)] == [MIN_PART, 7]
        assert storage.finish_multipart("a/1", upload, named).size == MIN_PART + 7
        assert self.content(storage, "a/1") == b"".join(bodies)

    @pytest.mark.parametrize("inline", [False, True])
    def test_a_link_forces_the_vietnamese_name_and_the_type(self, storage: Storage, inline: bool) -> None:
        storage.put("a/1", io.BytesIO(b"content"))
        link = storage.download_url(
            "a/1", filename="Đề số 1.docx", media_type="application/x-kho", seconds=60, inline=inline
        )
        status, headers, body = ask(link)
        assert (status, body) == (200, b"content")
        assert headers["Content-Type"] == "application/x-kho"
        assert headers["Content-Disposition"].startswith("inline;" if inline else "attachment;")
        assert VIETNAMESE in headers["Content-Disposition"]
        status, headers, body = ask(link, Range="bytes=2-4")
        assert (status, body, headers["Content-Range"]) == (206, b"nte", "bytes 2-4/7")

    def test_links_carry_no_condition_that_a_browser_does_not_send(self, storage: Storage) -> None:
        upload = storage.start_multipart("a/1", 7, MIN_PART)
        for link in (
            storage.part_url("a/1", upload, 1, seconds=60),
            storage.download_url("a/1", filename="x", media_type="text/plain", seconds=60),
        ):
            query = parse_qs(urlsplit(link or "").query)
            assert query["X-Amz-Expires"] == ["60"]
            assert query["X-Amz-SignedHeaders"] == ["host"]
