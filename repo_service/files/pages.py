"""Answers made of bytes: one file with ranges, a package, and active files on the content origin.

Whoever calls `file_response` or `package_response` has checked that the viewer may read the resource.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

import structlog
from flask import Blueprint, Response, abort, current_app, redirect, request
from werkzeug.wsgi import wrap_file

from repo_service.core import outbox
from repo_service.core.backends import readable, replica, storage
from repo_service.core.db import KhoFlask
from repo_service.core.errors import MoveNotAllowed, NotFound
from repo_service.core.i18n import _
from repo_service.files import packing, signed_links
from repo_service.files.file_types import REASONS
from repo_service.files.models import StoredFile
from storage_adapters import Storage, StorageError, content_disposition, object_key

log = structlog.get_logger()

blueprint = Blueprint("files", __name__)
content = Blueprint("content", __name__)

LINK_SECONDS = 60
INLINE = frozenset(
    {"application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"}
    | {"video/mp4", "video/webm", "audio/mpeg", "audio/ogg"}
)
"""What a browser may show from the application's origin; nothing that can run a script."""
ACTIVE = frozenset({"text/html", "image/svg+xml"})
"""What is shown from the content origin only, in a sandbox."""
_SHOWN = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)
_SAVED = "default-src 'none'; sandbox; frame-ancestors 'none'"
_SANDBOX = "; ".join(
    (
        "sandbox allow-scripts",
        "default-src 'none'",
        "script-src 'unsafe-inline'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "media-src data:",
        "font-src data:",
    )
)


def file_response(file: StoredFile, name: str | None = None, *, inline: bool = False) -> Response:
    """The bytes of a ready file as 200, 206 or 416, or a 302 to a short link where the store gives one.

    `inline` asks to show it in the browser; types that could run something are saved all the same.
    Raises NotFound for a quarantined file, MoveNotAllowed for one still being checked.
    """
    _refuse_unless_ready(file)
    return stored_response(
        file.id, file.key, file.size, file.media_type, name or file.name, etag=str(file.sha256), inline=inline
    )


def stored_response(
    file_id: str, key: str, size: int, media_type: str, name: str, *, etag: str, inline: bool
) -> Response:
    """The same for any object that belongs to a file: what was made of it as well."""
    inline = inline and media_type in INLINE
    store = readable(key, size, lambda: report_lost(file_id, key))
    link = store.download_url(key, filename=name, media_type=media_type, seconds=LINK_SECONDS, inline=inline)
    if link is not None:
        answer = redirect(link)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer  # type: ignore[return-value]
    headers = _headers(media_type, name, inline=inline)
    headers["ETag"] = f'"{etag}"'
    if _is_known(etag):
        return Response(status=304, headers=headers)
    return _bytes(store, key, size, media_type, headers, etag=etag)


def package_response(files: Sequence[tuple[str, StoredFile]], filename: str) -> Response:
    """A streamed zip named `filename` of (name, file) pairs; every file must be ready."""
    for _name, file in files:
        _refuse_unless_ready(file)
    members = [packing.Member(n, f.key, f.size, f.media_type, f.created_at) for n, f in files]
    return members_response(members, filename)


def members_response(members: Sequence[packing.Member], filename: str) -> Response:
    """A streamed zip named `filename` of members that the caller knows to be ready."""
    stored = next((each for each in members if each.text is None), None)
    if stored is not None:  # once the zip has begun, nobody can be told any more that the store is away
        readable(stored.key, stored.size)
    headers = _headers("application/zip", filename, inline=False)
    body: Any = () if request.method == "HEAD" else packing.package(members)
    return Response(body, headers=headers, mimetype="application/zip", direct_passthrough=True)


def counts_as_download() -> bool:
    """Whether this request begins a download: a GET from byte 0, so that ranges count once."""
    wanted = request.range
    return request.method == "GET" and (wanted is None or wanted.ranges[0][0] == 0)


def report_lost(file_id: str, key: str) -> None:
    """Have the background look at an object that was not there whole: in a transaction of its own, we only read."""
    log.error("object_lost", key=key)
    with cast(KhoFlask, current_app).database.transaction():
        outbox.emit("object.lost", file_id, key=key)


def stored_origins() -> str:
    """The origins, by blanks, that browsers send parts to and fetch files from; none where all comes through us.

    None as well where nothing can be signed: pages go on, and the start-up log says what is wrong.
    """
    found: dict[str, None] = {}
    for door in (storage, replica):
        with suppress(StorageError):
            store = door()
            link = store and store.download_url(
                object_key("origin"), filename="", media_type="text/plain", seconds=1
            )
            if link:
                found[f"{urlsplit(link).scheme}://{urlsplit(link).netloc}"] = None
    return " ".join(found)


def content_path(file: StoredFile) -> str:
    """Path on the content origin, for a minute, that shows an active file in a sandbox."""
    _refuse_unless_ready(file)
    secret = str(current_app.config["SECRET_KEY"])
    values = [file.key, file.size, file.media_type, file.name]
    return "/xem/" + signed_links.sign(secret, "content", values, LINK_SECONDS)


def content_address(file: StoredFile) -> str:
    """`content_path` with the content origin: `CONTENT_URL`, else this host on the second port."""
    base = current_app.config["KHO"].content_url
    if base is None:
        port = current_app.config["CONTENT_PORT"]
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        base = f"{request.scheme}://{host}:{port}"
    return str(base) + content_path(file)


@content.route("/xem/<token>")
def show_active(token: str) -> Response:
    """An active file by its signed link; no cookie is read, and the sandbox has no origin of its own."""
    told = signed_links.read(str(current_app.config["SECRET_KEY"]), "content", token)
    if told is None:
        abort(404)
    key, size, media_type, name = told
    shown = media_type in ACTIVE or media_type in INLINE
    headers = _headers(media_type, name, inline=shown)
    headers["Content-Security-Policy"] = _SANDBOX
    headers["Cache-Control"] = "private, no-store"
    return _bytes(readable(key, size), key, size, media_type, headers)


@content.after_app_request
def isolate(response: Response) -> Response:
    """Every answer of the content origin is sandboxed, whatever it is."""
    response.headers.setdefault("Content-Security-Policy", _SANDBOX)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _refuse_unless_ready(file: StoredFile) -> None:
    if file.reason == "damaged":
        raise NotFound(str(REASONS["damaged"]))
    if file.state == "quarantined":
        raise NotFound(_("Tệp này đang bị giữ lại vì chưa an toàn, không tải về được."))
    if file.state != "ready":
        raise MoveNotAllowed(_("Tệp đang được kiểm tra. Thầy cô quay lại sau ít phút."))


def _headers(media_type: str, name: str, *, inline: bool) -> dict[str, str]:
    return {
        "Content-Disposition": content_disposition(name, inline),
        "Content-Security-Policy": _SHOWN if inline and media_type in INLINE else _SAVED,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }


def _is_known(etag: str) -> bool:
    return request.if_none_match.contains(etag)


def _bytes(
    store: Storage, key: str, size: int, media_type: str, headers: dict[str, str], etag: str = ""
) -> Response:
    """The whole or one range, handed to the server as a file where there is one."""
    first, last, status = 0, size, 200
    wanted = request.range if _range_holds(etag) else None
    if wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1:
        begin, end = wanted.ranges[0]
        first, last = (max(0, size + begin), size) if begin < 0 else (begin, min(size, end or size))
        if first >= size:
            return Response(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
        status = 206
        headers["Content-Range"] = f"bytes {first}-{last - 1}/{size}"
    headers |= {"Accept-Ranges": "bytes", "Content-Length": str(last - first)}
    response = _Bytes(store, key, first, last, status, headers)
    response.headers["Content-Type"] = media_type  # no charset: old texts are in encodings nobody told us
    return response


def _range_holds(etag: str) -> bool:
    """`If-Range` with another tag, or with a date, means: the whole file, please."""
    condition = request.if_range
    return condition.date is None and (condition.etag is None or condition.etag == etag)


class _Bytes(Response):
    """A range of an object, opened only when the server sends it: as a file where there is one."""

    def __init__(
        self, store: Storage, key: str, first: int, last: int, status: int, headers: dict[str, str]
    ) -> None:
        super().__init__(status=status, headers=headers)
        self._store = store
        self._range = key, first, last

    def get_app_iter(self, environ: WSGIEnvironment) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "HEAD":
            return ()
        key, first, last = self._range
        path = self._store.local_path(key)
        if path is None or "wsgi.file_wrapper" not in environ:
            return self._store.open(key, first, last)
        file = path.open("rb")
        file.seek(first)
        return wrap_file(environ, file)
