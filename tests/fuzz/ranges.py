"""Asking for a part of a file: whatever stands in Range and If-Range, the answer is whole, right, or a refusal."""

from __future__ import annotations

import io
from functools import cache
from unittest.mock import patch

from flask import Flask

from repo_service.files import pages
from storage_adapters import Storage, object_key, open_storage

KEY = object_key("f" * 16)
CONTENT = bytes(range(256)) * 4
SEEDS = (
    b"bytes=0-", b"bytes=0-0", b"bytes=-1", b"bytes=1023-", b"bytes=1024-", b"bytes=5-4", b"bytes=0-0,2-3",
    b"bytes=99999999999999999999-", b"bytes=-0", b"lines=1-2", b"bytes=1-2\n\"tag\"", b"bytes=1-2\nW/\"tag\"",
    b"bytes=1-2\nTue, 15 Nov 1994 12:45:26 GMT", b"bytes", b"=", b"bytes=--1", "bytes=１-２".encode(),
)  # fmt: skip


def target(data: bytes) -> None:
    """The first line is Range, the second If-Range, as latin-1 as WSGI gives them."""
    wanted, _, condition = data.decode("latin-1").partition("\n")
    environ = {"HTTP_RANGE": wanted, **({"HTTP_IF_RANGE": condition} if condition else {})}
    with _app().test_request_context("/tep", environ_overrides=environ):
        with patch.object(pages, "readable", lambda *_: _store()):
            answer = pages.stored_response(
                "f" * 16, KEY, len(CONTENT), "text/plain", "a.txt", etag="tag", inline=False
            )
        body = b"".join(answer.get_app_iter({**environ, "REQUEST_METHOD": "GET"}))
        told = answer.headers.get("Content-Range", "")
    if answer.status_code == 416:
        assert told == f"bytes */{len(CONTENT)}" and not body
        return
    assert len(body) == int(answer.headers["Content-Length"]) > 0
    if answer.status_code == 200:
        assert body == CONTENT and not told
    else:
        assert answer.status_code == 206
        first, last = map(int, told.removeprefix("bytes ").removesuffix(f"/{len(CONTENT)}").split("-"))
        assert body == CONTENT[first : last + 1]


@cache
def _app() -> Flask:
    return Flask(__name__)


@cache
def _store() -> Storage:
    store = open_storage("memory:")
    store.put(KEY, io.BytesIO(CONTENT), len(CONTENT))
    return store
