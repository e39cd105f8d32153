"""Reads of what was made of files: texts, states, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import column, exists, func, or_, select, table

from repo_service.background.progress import running
from repo_service.core.db import current_session
from repo_service.core.i18n import _
from repo_service.derivatives.models import FileText, Picture
from repo_service.derivatives.words import TOLD_TO_ALL, held_words, reading_words
from repo_service.files.models import StoredFile

# By table name: works stand above this feature.
_works = table("resources", column("id"), column("state"))
_versions = table("resource_versions", column("id"), column("resource_id"))
_places = table("version_files", column("version_id"), column("file_id"))


@dataclass(frozen=True)
class FileState:
    """Where a file stands: `settled` once nothing more is to come; `sentence` is what a person is told."""

    state: str
    text_state: str
    preview_state: str
    settled: bool
    sentence: str


def texts_of(file_ids: Sequence[str]) -> dict[str, str]:
    """Text of each file that has one."""
    found = select(FileText.file_id, FileText.text).where(FileText.file_id.in_(file_ids))
    return {row.file_id: row.text for row in current_session().execute(found)}


def reading_of(file_id: str) -> str:
    """The name under which the reading of a file tells how far it is."""
    return f"file.stored:{file_id}"


def percents_of(file_ids: Sequence[str]) -> dict[str, int]:
    """How much of each file that is being read was read, in percent; no statement for no file."""
    jobs = {reading_of(file_id): file_id for file_id in file_ids}
    return {jobs[told.job]: told.percent or 0 for told in running(*jobs)} if jobs else {}


@dataclass(frozen=True)
class Line:
    """A paragraph of a document on the screen; `number` is that of its line in the whole text, from 0."""

    text: str
    stands_out: bool
    number: int = 0


@dataclass(frozen=True)
class Reading:
    """What a page shows of a file's text; `is_cut` where the file goes on."""

    lines: list[Line]
    is_cut: bool


def lines_of(text: str, headings: Sequence[int] | None) -> list[Line]:
    """The lines of a text, or of its beginning, without blank ones."""
    marked = frozenset(headings or ())
    return [
        Line(line, number in marked, number) for number, line in enumerate(text.splitlines()) if line.strip()
    ]


def readings_of(file_ids: Sequence[str], longest: int) -> dict[str, Reading]:
    """The first `longest` characters of each file that has text, ready to be shown."""
    beginning = func.substr(FileText.text, 1, longest + 1)
    found = select(FileText.file_id, beginning, FileText.headings).where(FileText.file_id.in_(file_ids))
    return {
        file_id: Reading(lines_of(text[:longest], headings), len(text) > longest)
        for file_id, text, headings in current_session().execute(found)
    }


def titles_of(file_ids: Sequence[str]) -> dict[str, str]:
    """The documents' own title lines, where they were found: proposals for the contribute form."""
    found = select(FileText.file_id, FileText.title).where(
        FileText.file_id.in_(file_ids), FileText.title.is_not(None)
    )
    return {file_id: title for file_id, title in current_session().execute(found) if title}


def states_of(file_ids: Sequence[str]) -> dict[str, FileState]:
    """State of each file, for a page that shows it change."""
    files = current_session().scalars(select(StoredFile).where(StoredFile.id.in_(file_ids)))
    return {file.id: state_of(file) for file in files}


def state_of(file: StoredFile) -> FileState:
    """State of one loaded file."""
    waiting = file.state == "checking" or (
        file.state == "ready" and "waiting" in (file.text_state, file.preview_state)
    )
    return FileState(file.state, file.text_state, file.preview_state, not waiting, _sentence(file, waiting))


def find_picture(file_id: str, page: int) -> Picture | None:
    """A thumbnail (page 0) or page picture, without asking who wants it: its signed link says that."""
    return current_session().get(Picture, (file_id, page))


def find_shown_picture(file_id: str, page: int) -> Picture | None:
    """The same, unless every work that holds the file was withdrawn: then a link in anybody's hands is dead at once."""
    in_works = (
        select(_places.c.file_id)
        .join(_versions, _versions.c.id == _places.c.version_id)
        .join(_works, _works.c.id == _versions.c.resource_id)
        .where(_places.c.file_id == Picture.file_id)
    )
    alive = or_(~exists(in_works), exists(in_works.where(_works.c.state != "withdrawn")))
    return current_session().scalar(
        select(Picture).where(Picture.file_id == file_id, Picture.page == page, alive)
    )


def _sentence(file: StoredFile, waiting: bool) -> str:
    if file.state == "checking" or file.reason in TOLD_TO_ALL:
        return held_words(file, own=True)
    if file.state == "quarantined":
        return str(_("Tệp đang bị giữ lại vì chưa an toàn."))
    if waiting:
        return str(_("Kho đang đọc tệp."))
    if file.text_state == "failed":
        return str(_("Không đọc được nội dung. Tệp vẫn tải về được."))
    told = reading_words(file)
    return f"{told[:1].upper()}{told[1:]}." if told else ""
