"""After an upload: check what went straight to a bucket, read the text, draw the pages. May run twice.

Parsers run in a child process (indexer.extraction); no transaction is open while bytes move or a child works.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from indexer.extraction import Extracted, Rendered, can_extract, run_extraction, run_rendering
from repo_service.background.progress import Reporter
from repo_service.core.backends import readable, storage
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.derivatives.models import Picture
from repo_service.derivatives.queries import reading_of
from repo_service.derivatives.service import record_derivatives
from repo_service.files import service as files
from repo_service.files.file_types import inspect
from repo_service.files.models import StoredFile
from storage_adapters import object_key

THUMBNAIL_WIDTH, THUMBNAIL_BYTES = 480, 60_000
PAGE_WIDTH, PAGE_BYTES, PAGES = 960, 150_000, 10
RENDERED = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"})


def make_derivatives(row: OutboxRow, database: Database) -> None:
    """Text and pictures of the stored file `row.object_id`; a file that is gone or quarantined gets none."""
    with database.session(writing=False) as session:
        file = session.get(StoredFile, row.object_id)
    if file is None or file.state == "quarantined":
        return
    with tempfile.TemporaryDirectory(prefix="kho-") as name:
        folder = Path(name)
        media_type = file.media_type
        if file.state == "checking" or can_extract(media_type) or media_type in RENDERED:
            copy = folder / "file"
            with Reporter(database, reading_of(file.id), file.size) as report:
                sha256 = _copy(file, copy, report)
            if file.state == "checking" and not _check(file, copy, sha256, database):
                return
            extracted, pictures = _read(copy, media_type), list(_draw(file.id, copy, media_type, folder))
        else:
            extracted, pictures = Extracted(state="none", reason="unsupported"), []
    with database.transaction() as session:
        found = session.get(StoredFile, row.object_id)
        if found is not None:
            record_derivatives(found, extracted, pictures)


def _copy(file: StoredFile, target: Path, report: Reporter) -> str:
    """The bytes to a file of the child's own, so that a child taken over cannot touch the store; their SHA-256."""
    digest = hashlib.sha256()
    with readable(file.key, file.size).open(file.key) as reader, target.open("wb") as copy:
        for block in reader:
            digest.update(block)
            copy.write(block)
            report(copy.tell())
    return digest.hexdigest()


def _check(file: StoredFile, copy: Path, sha256: str, database: Database) -> bool:
    with copy.open("rb") as opened:
        verdict = inspect(opened, file.name)
    with database.transaction():
        files.record_check(file.id, sha256, verdict)
    return verdict.reason is None


def _read(copy: Path, media_type: str) -> Extracted:
    if not can_extract(media_type):
        return Extracted(state="none", reason="unsupported")
    return run_extraction(copy, media_type)


def _draw(file_id: str, copy: Path, media_type: str, folder: Path) -> Iterator[Picture]:
    """A thumbnail as page 0, and the first pages large enough to read on a phone."""
    if media_type not in RENDERED:
        return
    small, large = folder / "small", folder / "large"
    for place in (small, large):
        place.mkdir()
    for drawn in run_rendering(
        copy, media_type=media_type, folder=small, pages=1, width=THUMBNAIL_WIDTH, max_bytes=THUMBNAIL_BYTES
    ):
        yield _keep(file_id, 0, drawn)
    for drawn in run_rendering(
        copy, media_type=media_type, folder=large, pages=PAGES, width=PAGE_WIDTH, max_bytes=PAGE_BYTES
    ):
        yield _keep(file_id, drawn.page, drawn)


def _keep(file_id: str, page: int, drawn: Rendered) -> Picture:
    """Store a picture under its own key; an earlier run's picture makes room."""
    key = object_key(f"{file_id}-{page}", "pictures")
    size = drawn.path.stat().st_size
    storage().delete(key)
    with drawn.path.open("rb") as stream:
        storage().put(key, stream, size)
    return Picture(
        file_id=file_id, page=page, key=key, media_type=drawn.media_type,
        width=drawn.width, height=drawn.height, size=size,
    )  # fmt: skip
