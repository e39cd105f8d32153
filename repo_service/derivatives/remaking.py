"""Another look at files that an older release, or a machine with fewer programs, could not read or draw.

A stretch at a time: what is left over is new work at the end of the queue, so uploads wait seconds, not hours, and
a worker that dies costs one stretch. A file that was looked at is not chosen again, however often this runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.exc import OperationalError

from indexer.extraction import READER_VERSION
from indexer.extraction.formats import READERS
from indexer.extraction.programs import CONTAINERS, OFFICE_ENDINGS, film_program, ocr_program, office_program
from repo_service.background.progress import Reporter
from repo_service.background.service import ask_for_remaking
from repo_service.background.words import REMAKE_TOPIC
from repo_service.core import outbox
from repo_service.core.db import Database, current_session
from repo_service.core.errors import AlreadyExists
from repo_service.core.outbox import OutboxRow
from repo_service.derivatives.jobs import make_of_file
from repo_service.files.models import StoredFile
from storage_adapters import StorageUnavailable

log = structlog.get_logger()

STRETCH_SECONDS = 20.0
EVERY, HOPEFUL = "all", "hopeful"
"""What is remade: all that older readers made, or only where something is missing that could now be made."""
_BATCH = 100


def remake(row: OutboxRow, database: Database) -> None:
    """A stretch of the files of `row.object_id` (EVERY or HOPEFUL), from `values` on."""
    every = row.object_id == EVERY
    after, done = str(row.values.get("after", "")), int(row.values.get("done", 0))
    with database.session(writing=False):
        total = done + count(every=every, after=after)
    until = time.monotonic() + STRETCH_SECONDS
    with Reporter(database, f"{REMAKE_TOPIC}:{row.object_id}", total) as report:
        for file_id in _ids(database, every, after):
            _once_more(file_id, database)
            after, done = file_id, done + 1
            report(done)
            if time.monotonic() > until:
                with database.transaction():
                    outbox.emit(REMAKE_TOPIC, str(row.object_id), after=after, done=done)
                return


def ask_daily(database: Database) -> None:
    """Once a day, where there is hope: a program may have been installed meanwhile."""
    with database.transaction(), suppress(AlreadyExists):
        if count():
            ask_for_remaking(None, HOPEFUL)


def count(*, every: bool = False, after: str = "") -> int:
    """How many files another look would help; with `every` all that older readers made. One statement."""
    chosen = select(func.count()).select_from(StoredFile).where(_chosen(every), StoredFile.id > after)
    return current_session().scalar(chosen) or 0


def _ids(database: Database, every: bool, after: str) -> Iterator[str]:
    while True:
        chosen = select(StoredFile.id).where(_chosen(every), StoredFile.id > after)
        with database.session(writing=False) as session:
            found = session.scalars(chosen.order_by(StoredFile.id).limit(_BATCH)).all()
        if not found:
            return
        yield from found
        after = found[-1]


def _once_more(file_id: str, database: Database) -> None:
    """What cannot be made stays as it was; an outage ends the stretch, which is then tried again."""
    try:
        make_of_file(file_id, database)
    except (StorageUnavailable, OperationalError):
        raise
    except Exception:
        log.exception("file_not_remade", file=file_id)


def _chosen(every: bool) -> ColumnElement[bool]:
    file = StoredFile
    older = or_(file.made_with.is_(None), file.made_with < READER_VERSION)
    chances: list[ColumnElement[bool]] = [
        older & (file.text_reason == "unsupported") & file.media_type.in_(READERS)
    ]
    if ocr_program():
        chances += [
            file.text_reason == "no_ocr",
            older & (file.text_reason == "no_text") & (file.media_type == "application/pdf"),
            older & (file.text_reason == "unsupported") & file.media_type.startswith("image/"),
        ]
    for program, media_types in ((office_program(), OFFICE_ENDINGS), (film_program(), CONTAINERS)):
        if program:
            chances.append((file.preview_reason == "no_program") & file.media_type.in_(media_types))
    if every:
        chances.append(older)
    return and_(file.state == "ready", file.text_state != "waiting", or_(*chances))
