"""After an upload: check what went straight to a bucket, read the text, draw the pages. May run twice.

No transaction is open while bytes move or a child works.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from indexer.extraction import Extracted, can_have_poster
from indexer.personal_data import find_personal_data
from repo_service.background.progress import Reporter
from repo_service.core import clock
from repo_service.core.backends import readable, replica, storage
from repo_service.core.db import Database
from repo_service.core.outbox import OutboxRow
from repo_service.curriculum.secret_papers import find_secret_paper
from repo_service.derivatives.making import can_make, make
from repo_service.derivatives.queries import reading_of
from repo_service.derivatives.service import Made, record_derivatives
from repo_service.files import scanning
from repo_service.files import service as files
from repo_service.files.file_types import inspect
from repo_service.files.held_papers.service import hold
from repo_service.files.models import StoredFile
from repo_service.files.scanning import jobs as scans
from storage_adapters.crashpoints import crashpoint

LEAVE_FREE = 1 << 30
"""Bytes of the temporary folder's disk that a film's copy must leave."""
LEFT_SECONDS = 24 * 3600
_OUR_FOLDER = re.compile(r"kho-(?:making|child)-\w{8}")
_NOTHING = Extracted(state="none", reason="unsupported")


def make_derivatives(row: OutboxRow, database: Database) -> None:
    """Text and pictures of the stored file `row.object_id`; a file that is gone or quarantined gets none."""
    make_of_file(str(row.object_id), database)


def make_of_file(file_id: str, database: Database) -> None:
    """The same by id; what an earlier run made is replaced."""
    file = _scanned(file_id, database)
    if file is None or file.state == "quarantined":
        return
    with tempfile.TemporaryDirectory(prefix="kho-making-") as name:
        made = _made(file, Path(name), database)
    if made is None:
        return
    crashpoint("derivatives.made")
    line = find_secret_paper([made.extracted.text], clock.today())
    if line is not None and _is_held(file_id, line, made, database):
        return
    personal_data = find_personal_data(made.extracted.text)
    with database.transaction() as session:
        found = session.get(StoredFile, file_id)
        gone = [picture.key for picture in made.pictures]
        left = record_derivatives(found, made, personal_data) if found else gone
        crashpoint("derivatives.recorded")
    for store in filter(None, (storage(), replica())):
        for key in left:
            store.delete(key)


def _scanned(file_id: str, database: Database) -> StoredFile | None:
    """The file, scanned where it waits for that: nothing is read out of it before."""
    with database.session(writing=False) as session:
        file = session.get(StoredFile, file_id)
    if file is None or file.state != "checking":
        return file
    scanning.ping()  # before bytes move for nothing, each time the work is tried again
    if file.sha256 is None:
        return file  # it went straight to a bucket: its one copy is checked and scanned
    scans.scan_stored(file_id, database)
    with database.session(writing=False) as session:
        return session.get(StoredFile, file_id)


def _is_held(file_id: str, line: str, made: Made, database: Database) -> bool:
    """A national paper that is not public yet: held back, and what was made of it goes; unless it was let go."""
    with database.transaction():
        if not hold(file_id, line):
            return False
    for store in filter(None, (storage(), replica())):
        for picture in made.pictures:
            store.delete(picture.key)
    return True


def sweep_left_folders(_database: Database) -> None:
    """Folders of children and copies whose process was killed: over a day old, nobody is at them any more."""
    before = time.time() - LEFT_SECONDS
    for folder in Path(tempfile.gettempdir()).iterdir():
        with suppress(OSError):
            told = folder.lstat()
            ours = _OUR_FOLDER.fullmatch(folder.name) and told.st_uid == os.getuid()
            if ours and stat.S_ISDIR(told.st_mode) and told.st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


def _made(file: StoredFile, folder: Path, database: Database) -> Made | None:
    """What can be made of the file; None when it turned out to be unsafe."""
    media_type, copy = file.media_type, folder / "file"
    if file.state != "checking":
        if not can_make(media_type):
            return Made(_NOTHING, preview_reason="unsupported")
        if can_have_poster(media_type) and shutil.disk_usage(folder).free < file.size + LEAVE_FREE:
            return Made(_NOTHING, preview_reason="too_big")
    with Reporter(database, reading_of(file.id), file.size) as report:
        sha256 = _copy(file, copy, report)
    if file.state == "checking" and not _check(file, copy, sha256, database):
        return None
    return make(file.id, copy, media_type, folder)


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
    scan = scanning.scan(scanning.of_path(copy))
    with database.transaction():
        checked = files.record_check(file.id, sha256, verdict, scan)
        return checked is not None and checked.state == "ready"
