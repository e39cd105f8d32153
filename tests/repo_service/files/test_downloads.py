"""Bytes on their way out: ranges, names, what a browser may show where, packages."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Response
from werkzeug.test import TestResponse

from repo_service.app import create_content_app
from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.db import Database, KhoFlask
from repo_service.core.errors import MoveNotAllowed, NotFound
from repo_service.files import pages
from repo_service.files.models import StoredFile
from tests.cast import Cast
from tests.factories import stored_file

CONTENT = bytes(range(256)) * 40
ACTIVE = [
    "text/html",
    "image/svg+xml",
    "application/xml",
    "application/zip",
    "text/plain",
    "application/xhtml+xml",
]


@pytest.fixture
def file(db: Database, cast: Cast) -> StoredFile:
    """A PDF by name, bytes that count by content."""
    with db.transaction():
        made = stored_file(cast.lan, "Phân số đẹp.pdf", CONTENT)
        made.media_type = "application/pdf"
    return made


@contextmanager
def asked(app: KhoFlask, method: str = "GET", **headers: str) -> Iterator[None]:
    with app.test_request_context("/", method=method, headers=headers):
        yield


def answer(
    app: KhoFlask, file: StoredFile, method: str = "GET", inline: bool = False, **headers: str
) -> TestResponse:
    """What a browser gets when a page hands the file out."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with app.test_request_context("/", method=method, headers=sent) as context:
        made = pages.file_response(file, inline=inline)
        return TestResponse(
            [b"".join(made.get_app_iter(context.request.environ))], made.status, made.headers, context.request
        )


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 10240),
        ("bytes=5-9", 5, 10),
        ("bytes=-10", 10230, 10240),
        ("bytes=10239-", 10239, 10240),
        ("bytes=100-99999999", 100, 10240),
        ("bytes=-99999999", 0, 10240),
    ],
)
def test_one_range_is_served_exactly(
    app: KhoFlask, file: StoredFile, wanted: str, first: int, last: int
) -> None:
    got = answer(app, file, Range=wanted)
    assert (got.status_code, got.get_data()) == (206, CONTENT[first:last])
    assert got.headers["Content-Range"] == f"bytes {first}-{last - 1}/10240"
    assert got.headers["Content-Length"] == str(last - first)


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "lines=0-1", "bytes=x", "bytes=9-5", ""])
def test_ranges_we_do_not_serve_give_the_whole_file(app: KhoFlask, file: StoredFile, wanted: str) -> None:
    got = answer(app, file, Range=wanted)
    assert (got.status_code, got.get_data()) == (200, CONTENT)


def test_a_range_beyond_the_end_is_refused(app: KhoFlask, file: StoredFile) -> None:
    got = answer(app, file, Range="bytes=10240-")
    assert (got.status_code, got.headers["Content-Range"]) == (416, "bytes */10240")


def test_a_range_holds_only_for_the_file_it_was_begun_with(app: KhoFlask, file: StoredFile) -> None:
    same = answer(app, file, Range="bytes=5-9", If_Range=f'"{file.sha256}"')
    other = answer(app, file, Range="bytes=5-9", If_Range='"khac"')
    dated = answer(app, file, Range="bytes=5-9", If_Range="Wed, 21 Oct 2015 07:28:00 GMT")
    assert [same.status_code, other.status_code, dated.status_code] == [206, 200, 200]


def test_head_tells_everything_but_the_bytes(app: KhoFlask, file: StoredFile) -> None:
    got = answer(app, file, "HEAD")
    assert (got.status_code, got.get_data()) == (200, b"")
    assert got.headers["Content-Length"] == "10240"
    assert got.headers["Accept-Ranges"] == "bytes"


def test_a_browser_that_has_the_file_is_not_sent_it_again(app: KhoFlask, file: StoredFile) -> None:
    assert answer(app, file, If_None_Match=f'"{file.sha256}"').status_code == 304
    assert answer(app, file).headers["Cache-Control"] == "private, no-cache"


def test_a_vietnamese_name_reaches_the_disk(app: KhoFlask, file: StoredFile) -> None:
    disposition = answer(app, file).headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="Phan so dep.pdf"')
    assert "filename*=UTF-8''Ph%C3%A2n%20s%E1%BB%91%20%C4%91%E1%BA%B9p.pdf" in disposition


@pytest.mark.parametrize("media_type", ACTIVE)
def test_what_could_run_is_never_shown_on_the_applications_origin(
    app: KhoFlask, file: StoredFile, media_type: str
) -> None:
    file.media_type = media_type
    got = answer(app, file, inline=True)
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("media_type", sorted(pages.INLINE))
def test_harmless_types_may_be_shown(app: KhoFlask, file: StoredFile, media_type: str) -> None:
    file.media_type = media_type
    got = answer(app, file, inline=True)
    assert got.headers["Content-Disposition"].startswith("inline")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert answer(app, file).headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_not_ready_is_not_served(app: KhoFlask, file: StoredFile) -> None:
    for state, error in (("quarantined", NotFound), ("checking", MoveNotAllowed)):
        file.state = state
        for serve in (pages.file_response, pages.content_path):
            with asked(app), pytest.raises(error):
                serve(file)
        with asked(app), pytest.raises(error):
            pages.package_response([("a", file)], "a.zip")


def test_a_store_with_links_of_its_own_is_redirected_to(
    monkeypatch: pytest.MonkeyPatch, app: KhoFlask, file: StoredFile
) -> None:
    monkeypatch.setattr(
        type(storage()), "download_url", lambda self, key, **how: f"https://kho.example/{how['seconds']}"
    )
    got = answer(app, file)
    assert (got.status_code, got.headers["Location"]) == (302, "https://kho.example/60")
    assert got.headers["Cache-Control"] == "private, no-store"


def test_only_the_first_byte_counts_as_a_download(app: KhoFlask) -> None:
    counted = []
    for method, headers in (
        ("GET", {}),
        ("GET", {"Range": "bytes=0-9"}),
        ("GET", {"Range": "bytes=5-"}),
        ("HEAD", {}),
    ):
        with app.test_request_context("/", method=method, headers=headers):
            counted.append(pages.counts_as_download())
    assert counted == [True, True, False, False]


def test_active_files_show_in_a_sandbox_on_the_content_origin_only(
    app: KhoFlask, db: Database, file: StoredFile
) -> None:
    file.media_type = "text/html"
    with asked(app):
        path = pages.content_path(file)
        app.config["CONTENT_PORT"] = 9001
        assert pages.content_address(file).startswith("http://localhost:9001/xem/")
    browser = create_content_app(app.config["KHO"], db).test_client()
    shown = browser.get(path)
    assert (shown.status_code, shown.get_data()) == (200, CONTENT)
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in policy
    assert "Set-Cookie" not in shown.headers
    assert browser.get(path[:-2] + "xx").status_code == 404
    assert "sandbox" in browser.get("/").headers["Content-Security-Policy"]
    assert app.test_client().get(path).status_code == 404
    with clock.pinned(clock.now() + timedelta(seconds=90)):
        assert browser.get(path).status_code == 404


def _package(app: KhoFlask, files: list[tuple[str, StoredFile]]) -> tuple[Response, bytes]:
    with asked(app):
        made = pages.package_response(files, "Gói.zip")
        return made, b"".join(made.get_app_iter({"REQUEST_METHOD": "GET"}))


def test_a_package_holds_every_file_byte_for_byte_under_distinct_names(
    app: KhoFlask, db: Database, cast: Cast
) -> None:
    with db.transaction():
        files = [
            ("bài.docx", stored_file(cast.lan, "a", b"mot" * 5000)),
            ("bài.docx", stored_file(cast.lan, "b", b"hai")),
            ("BÀI.docx", stored_file(cast.lan, "c", b"ba")),
            ("khong-duoi", stored_file(cast.lan, "d", b"")),
            ("bài.docx", stored_file(cast.lan, "e", CONTENT)),
        ]
    response, body = _package(app, files)
    assert response.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.namelist() == [
            "bài.docx",
            "bài (2).docx",
            "BÀI (3).docx",
            "khong-duoi",
            "bài (4).docx",
        ]
        assert archive.testzip() is None
        found = [hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()]
    assert found == [file.sha256 for _, file in files]


def test_a_package_leaves_in_blocks_while_it_is_read(
    monkeypatch: pytest.MonkeyPatch, app: KhoFlask, db: Database, cast: Cast
) -> None:
    with db.transaction():
        files = [(f"{n}.bin", stored_file(cast.lan, "x", bytes(3 * 1024 * 1024))) for n in range(3)]
    opened: list[Any] = []
    original = type(storage()).open
    monkeypatch.setattr(
        type(storage()), "open", lambda self, key, *a: opened.append(key) or original(self, key, *a)
    )
    with asked(app):
        blocks = iter(pages.package_response(files, "a.zip").response)
        assert len(next(blocks)) <= 2 * 1024 * 1024  # type: ignore[arg-type]
        assert len(opened) == 1
        blocks.close()  # type: ignore[attr-defined]
