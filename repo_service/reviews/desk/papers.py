"""The paper on the desk: each file as paragraphs and pages, with the marks of what was said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from repo_service.derivatives.pages import picture_url
from repo_service.derivatives.queries import Line, Reading
from repo_service.resources.queries import FileRow
from repo_service.reviews.desk.places import marked

LONGEST_READ = 60_000
"""Characters of each file on the desk: thirty pages; the file itself has the rest."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its pieces are (text, number of the thread that speaks of it or None)."""

    number: int
    stands_out: bool
    pieces: Sequence[tuple[str, int | None]]

    @property
    def has_marks(self) -> bool:
        """Whether something was said about it."""
        return any(number is not None for _text, number in self.pieces)


@dataclass(frozen=True)
class PagePicture:
    """A page of the preview, from 1, with the numbers of the threads about it."""

    number: int
    url: str
    threads: Sequence[int]


@dataclass(frozen=True)
class Paper:
    """One file as it lies on the desk."""

    file: FileRow
    lines: Sequence[Line]
    """Its whole text."""
    paragraphs: Sequence[Paragraph]
    """What is shown of it."""
    is_cut: bool
    pages: Sequence[PagePicture]


def lay_papers(
    files: Sequence[FileRow], readings: Mapping[str, Reading], threads: Sequence[Mapping[str, Any]]
) -> list[Paper]:
    """Every file with the open and settled threads (`number`, `quote`, `spot`) that stand in it."""
    return [
        _paper(file, readings.get(file.id), [t for t in threads if _stands_in(t, file)]) for file in files
    ]


def _stands_in(thread: Mapping[str, Any], file: FileRow) -> bool:
    return thread["spot"] is not None and thread["spot"].file_id == file.id


def _paper(file: FileRow, reading: Reading | None, threads: Sequence[Mapping[str, Any]]) -> Paper:
    shown, is_cut = _beginning(reading.lines) if reading else ([], False)
    quotes: dict[int, list[tuple[int, str]]] = {}
    for thread in threads:
        if thread["spot"].paragraph is not None:
            quotes.setdefault(thread["spot"].paragraph, []).append((thread["number"], thread["quote"]))
    return Paper(
        file,
        reading.lines if reading else [],
        [
            Paragraph(line.number, line.stands_out, marked(line.text, quotes.get(line.number, ())))
            for line in shown
        ],
        is_cut or bool(reading and reading.is_cut),
        [
            PagePicture(
                page, picture_url(file.id, page), [t["number"] for t in threads if t["spot"].page == page]
            )
            for page in range(1, file.preview_pages + 1)
        ],
    )


def _beginning(lines: Sequence[Line]) -> tuple[Sequence[Line], bool]:
    length = 0
    for place, line in enumerate(lines):
        length += len(line.text)
        if length > LONGEST_READ:
            return lines[: max(place, 1)], True
    return lines, False
