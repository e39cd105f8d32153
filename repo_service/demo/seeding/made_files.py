"""Makes the demonstration's files in parallel and keeps them: bytes to the store, text and pictures beside."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from indexer.extraction import READER_VERSION, Extracted, Limits, extract_text
from indexer.extraction.reading import without_ocr
from indexer.sketch import sketch
from repo_service.core import clock
from repo_service.core.backends import storage
from repo_service.core.db import current_session
from repo_service.core.identifiers import new_id
from repo_service.demo.files import make_file, media_type
from repo_service.demo.plan import DemoFile
from repo_service.derivatives.making import THUMBNAIL_BYTES, THUMBNAIL_WIDTH
from repo_service.derivatives.models import FileText, Picture
from repo_service.files.models import StoredFile
from storage_adapters import object_key

_FEW = 30
"""So few files are not worth starting processes for."""
_PAGES, _PAGE_WIDTH = 3, 960


@dataclass(frozen=True)
class MadePicture:
    """A picture of page 1, 2, ...; page 0 is the thumbnail. Width and height in pixels."""

    page: int
    width: int
    height: int
    media_type: str
    content: bytes


@dataclass(frozen=True)
class MadeFile:
    """A file ready to be kept, with what reading it gave."""

    name: str
    media_type: str
    content: bytes
    extracted: Extracted
    pictures: tuple[MadePicture, ...]


class MadeFiles:
    """Files made on every core while the rows are written: `made[file]` waits for that one.

    Each different file is made once; `step` is called after each.
    """

    def __init__(self, wanted: Iterable[DemoFile], step: Callable[[], None] = lambda: None) -> None:
        unique = list(dict.fromkeys(wanted))
        self._coming = zip(unique, _results(unique), strict=True)
        self._step = step
        self._made: dict[DemoFile, MadeFile] = {}

    def __getitem__(self, file: DemoFile) -> MadeFile:
        while file not in self._made:
            done, made = next(self._coming)
            self._made[done] = made
            self._step()
        return self._made[file]


def _results(unique: list[DemoFile]) -> Iterator[MadeFile]:
    if len(unique) < _FEW:
        yield from map(_make, unique)
        return
    # spawn: a fresh process shares no lock or connection with this one
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, min(4, os.cpu_count() or 1)), mp_context=context) as pool:
        yield from pool.map(_make, unique, chunksize=6)


def _make(file: DemoFile) -> MadeFile:
    content = make_file(file)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{Path(file.name).suffix}"
        path.write_bytes(content)
        kind = media_type(file)
        # read in this process: we wrote these files ourselves
        return MadeFile(
            unicodedata.normalize("NFC", file.name),
            kind,
            content,
            without_ocr(extract_text(path, kind)),
            _pictures(path, kind),
        )


def _pictures(path: Path, kind: str) -> tuple[MadePicture, ...]:
    if kind not in ("application/pdf", "image/png"):
        return ()
    from indexer.extraction.rendering import Wish, render

    made = []
    for first, wish in (
        (0, Wish(1, THUMBNAIL_WIDTH, THUMBNAIL_BYTES)),
        (1, Wish(_PAGES, _PAGE_WIDTH, 200_000)),
    ):
        folder = path.with_name(f"pictures-{first}")
        folder.mkdir()
        for number, one in enumerate(render(path, kind, folder, wish, Limits())):
            made.append(
                MadePicture(first + number, one.width, one.height, one.media_type, one.path.read_bytes())
            )
    return tuple(made)


def keep_file(made: MadeFile, owner_id: str, cluster_id: str | None) -> StoredFile:
    """Bytes first, then the rows, in the open transaction."""
    file_id = new_id()
    text = made.extracted
    pages = sum(picture.page > 0 for picture in made.pictures)
    kept = storage().put(object_key(file_id), io.BytesIO(made.content), len(made.content))
    stored = StoredFile(
        id=file_id, key=kept.key, name=made.name, size=len(made.content), media_type=made.media_type, state="ready",
        sha256=hashlib.sha256(made.content).hexdigest(), owner_id=owner_id, cluster_id=cluster_id,
        created_at=clock.now(), text_state=text.state, text_reason=text.reason, pages=text.pages,
        has_thumbnail=bool(made.pictures), preview_state="ready" if pages else "none", preview_pages=pages,
        made_with=READER_VERSION,
    )  # fmt: skip
    session = current_session()
    session.add(stored)
    session.flush()
    if text.state == "ready":
        marks = {"title": text.title, "headings": list(text.headings), "sketch": sketch(text.text)}
        session.add(FileText(file_id=file_id, text=text.text, made_at=clock.now(), **marks))
    session.add_all(_kept_picture(file_id, picture) for picture in made.pictures)
    return stored


def _kept_picture(file_id: str, picture: MadePicture) -> Picture:
    kept = storage().put(object_key(new_id(), "pictures"), io.BytesIO(picture.content), len(picture.content))
    return Picture(
        file_id=file_id, page=picture.page, key=kept.key, media_type=picture.media_type, width=picture.width,
        height=picture.height, size=len(picture.content), sha256=kept.sha256,
    )  # fmt: skip
