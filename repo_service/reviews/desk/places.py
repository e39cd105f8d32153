"""Where a remark stands: in a page or a paragraph of a file, found again in a later version by the words it quotes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from repo_service.core.errors import InvalidInput
from repo_service.core.i18n import _
from repo_service.derivatives.queries import Line
from repo_service.resources.queries import FileRow
from repo_service.reviews.models import ReviewComment

LONGEST_QUOTE = 120
Paragraphs = Mapping[str, Sequence[Line]]
"""File id -> its paragraphs; a file without text has none."""


@dataclass(frozen=True)
class Place:
    """A spot in the version at hand; `gone` when the words of a remark stand nowhere in it any more."""

    file_id: str | None = None
    name: str = ""
    page: int | None = None
    paragraph: int | None = None
    gone: bool = False

    @property
    def words(self) -> str:
        """For people, who count from 1."""
        if self.gone:
            return str(_("không còn trong bản mới"))
        if self.page is not None:
            return str(_("%(name)s, trang %(number)s", name=self.name, number=self.page))
        if self.paragraph is not None:
            return str(_("%(name)s, đoạn %(number)s", name=self.name, number=self.paragraph + 1))
        return self.name


def place_of(remark: ReviewComment, files: Sequence[FileRow], texts: Paragraphs) -> Place | None:
    """Where a remark stands in these files; None for one on the whole.

    In the file it was made in that place is kept; in the files of a later version its words are looked for.
    """
    made_in = next((file for file in files if file.id == remark.file_id), None)
    if made_in is not None:
        return Place(made_in.id, made_in.name, remark.page, remark.paragraph)
    found = find_words(remark.place, files, texts, near=remark.paragraph or 0) if remark.place else None
    return found or (Place(gone=True) if remark.file_id else None)


def find_words(words: str, files: Sequence[FileRow], texts: Paragraphs, near: int = 0) -> Place | None:
    """The paragraph that holds the words, whatever their capitals, blanks and Unicode form; the nearest of several."""
    wanted = _plain(words)
    found = [
        (abs(line.number - near), order, file, line.number)
        for order, file in enumerate(files)
        for line in texts.get(file.id, ())
        if wanted and wanted in _plain(line.text)
    ]
    if not found:
        return None
    _distance, _order, file, number = min(found, key=lambda each: each[:2])
    return Place(file.id, file.name, paragraph=number)


def pointed_at(
    files: Sequence[FileRow], texts: Paragraphs, file_id: str, page: int | None, paragraph: int | None
) -> tuple[Place, str]:
    """The place somebody points at, and the words that stand there; InvalidInput when there is none such."""
    file = next((file for file in files if file.id == file_id), None)
    line = next((line for line in texts.get(file_id, ()) if line.number == paragraph), None)
    has_page = file is not None and page is not None and 1 <= page <= file.preview_pages
    if file is None or not (has_page or line):
        raise InvalidInput(
            {"place": [_("Không thấy chỗ ấy trong bản này; chép vài chữ ở đó vào đây giúp Kho.")]}
        )
    if line is None:
        return Place(file.id, file.name, page=page), ""
    return Place(file.id, file.name, paragraph=paragraph), quoted(line.text)


def quoted(text: str) -> str:
    """The beginning of a paragraph, cut between words."""
    tidy = " ".join(text.split())
    if len(tidy) <= LONGEST_QUOTE:
        return tidy
    return tidy[:LONGEST_QUOTE].rpartition(" ")[0] or tidy[:LONGEST_QUOTE]


def marked(text: str, quotes: Sequence[tuple[int, str]]) -> list[tuple[str, int | None]]:
    """A paragraph in pieces, those that a thread (number, words) speaks of with its number; the rest of the numbers
    stand at the end, where their words are not found letter by letter.
    """
    pieces: list[tuple[str, int | None]] = [(text, None)]
    left = []
    for number, words in quotes:
        place = next(
            (i for i, (part, of) in enumerate(pieces) if of is None and words and words in part), None
        )
        if place is None:
            left.append(number)
            continue
        before, _words, after = pieces[place][0].partition(words)
        pieces[place : place + 1] = [(before, None), (words, number), (after, None)]
    return [piece for piece in pieces if piece[0]] + [("", number) for number in left]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
