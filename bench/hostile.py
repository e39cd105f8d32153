"""Hostile files in a real browser: does anything run on the application's origin; and ordinary files that are refused.

`python -m bench.trust` calls it. Every address that serves a file is opened in Chromium; a script that runs asks
the beacon and says on which origin. A page without protection is the control: its beacon must fire.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Error, Page, sync_playwright
from sqlalchemy import update
from waitress.server import create_server

from bench.machine import say
from bench.temporary import empty_demo
from repo_service.accounts.queries import find_by_username
from repo_service.app import create_app, create_content_app
from repo_service.core.db import KhoFlask, current_session
from repo_service.core.errors import KhoError
from repo_service.files.file_types import inspect
from repo_service.resources.models import VersionFile
from repo_service.settings import Settings
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.factories import published, stored_file
from tests.samples.hostile_uploads import Sample, active_files, lying_archives
from tests.samples.ordinary_uploads import ordinary_files

_PLACES = (
    "/api/resources/{work}/files/{file}", "/api/resources/{work}/files/{file}?inline=1",
    "/api/resources/{work}/files/{file}/pdf?inline=1", "/hoc-lieu/{work}", "/hoc-lieu/{work}/doc/{file}",
    "/hoc-lieu/{work}/xem/{file}",
)  # fmt: skip
_WAIT_MS = 60


class Hostile(NamedTuple):
    """Files shown, those of which something ran on the application's origin, and whether the control fired."""

    files: int
    active: list[str]
    control_fired: bool


class Beacon:
    """Remembers on which origins a script ran; its page without any protection is the control."""

    def __init__(self) -> None:
        self.origins: set[str] = set()
        beacon = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                beacon.origins.update(parse_qs(urlsplit(self.path).query).get("o", []))
                page = f"<script>new Image().src='{beacon.url}?o='+self.origin</script>".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/b"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def served_active(most: int | None = None) -> Hostile:
    """Open every hostile file (the first `most`) at every address that serves it."""
    beacon = Beacon()
    with empty_demo() as settings, _serving(settings) as (app, origin):
        shown = [*lying_archives(), *active_files(beacon.url)][:most]
        works = _published(app, shown)
        say(f"{len(shown)} hostile files, {len(works)} of them taken, in Chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = browser.new_page()
            active = [name for name, work, file in works if _runs(page, beacon, origin, work, file)]
            beacon.origins.clear()
            _visit(page, beacon.url)
            fired = any(beacon.url.startswith(each) for each in beacon.origins)
            browser.close()
    beacon.server.shutdown()
    return Hostile(len(shown), active, fired)


def false_refusals(count: int, seed: int) -> list[str]:
    """The ordinary files of `count` that are refused or held back."""
    return [name for name, content in ordinary_files(count, seed) if not _is_taken(name, content)]


def _is_taken(name: str, content: bytes) -> bool:
    try:
        return inspect(io.BytesIO(content), name).reason is None
    except KhoError:
        return False


def _published(app: KhoFlask, samples: list[Sample]) -> list[tuple[str, str, str]]:
    """(name, work, file) of the samples that are taken, each in a public work of its own."""
    made = []
    with app.database.transaction():
        lan = find_by_username("lan")
        assert lan is not None
        for name, content in samples:
            try:
                verdict = inspect(io.BytesIO(content), name)
            except KhoError:
                continue
            if verdict.reason is None:
                file = stored_file(lan.id, name[:200], content)
                file.media_type = verdict.media_type
                made.append((name, _work_with(lan.id, file.id), file.id))
    return made


def _work_with(owner_id: str, file_id: str) -> str:
    work = published(owner_id, None, visibility="cong-khai", licence="mo")
    of_work = update(VersionFile).where(VersionFile.version_id == work.current_version_id)
    current_session().execute(of_work.values(file_id=file_id))
    return work.id


def _runs(page: Page, beacon: Beacon, origin: str, work: str, file: str) -> bool:
    beacon.origins.clear()
    for place in _PLACES:
        _visit(page, origin + place.format(work=work, file=file))
    return origin in beacon.origins


def _visit(page: Page, url: str) -> None:
    with suppress(Error):  # a download is no page
        page.goto(url, wait_until="load", timeout=10_000)
        page.wait_for_timeout(_WAIT_MS)


@contextmanager
def _serving(settings: Settings) -> Iterator[tuple[KhoFlask, str]]:
    """The application and its content origin on two loopback ports; (application, its origin)."""
    beside = create_server(lambda environ, start: content(environ, start), host="127.0.0.1", port=0)
    app = create_app(settings, content_port=beside.effective_port)
    content = create_content_app(settings, app.database)
    main = create_server(app, host="127.0.0.1", port=0)
    for server in (main, beside):
        threading.Thread(target=server.run, daemon=True).start()
    try:
        yield app, f"http://127.0.0.1:{main.effective_port}"
    finally:
        for server in (main, beside):
            server.close()
        app.database.engine.dispose()
